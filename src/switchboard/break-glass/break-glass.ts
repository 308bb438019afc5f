/**
 * In charge of breaking glass: an order of the operator's, carried out through the database alone and waited for until it is
 * proved, whether or not a replica answers. What the words mean is read elsewhere; where the database is, the caller says.
 */
import type { Logger } from 'pino';
import { Barrier, type FlipReport } from '../../kill-switch/flip/barrier.service.js';
import type { BreakGlassOrder } from './break-glass-words.rules.js';
import { asOwner, OperatorConnection, OperatorFault } from './operator-connection.js';
import {
  authorOf,
  inWords,
  missingInWords,
  proofInWords,
  stateInWords,
  whenOf,
  type Proof,
} from './proof-in-words.js';
import { SwitchAsOperator, type KnownSuspension } from './switch-as-operator.js';

/** What is proved, what is refused or has failed, and what is in force without being proved everywhere. */
export const exitCodes = { complete: 0, refused: 1, unfinished: 3 } as const;
type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** One look of the barrier takes five seconds at most. */
const looks = 3;

export interface Outcome {
  code: ExitCode;
  /** For who asked for JSON. */
  body: object;
  lines: string[];
}

export interface Surroundings {
  /** Of a role that may become the owner. */
  url: string;
  logger: Logger;
  /** What is told while it happens. */
  tell: (line: string) => void;
}

type Suspend = Extract<BreakGlassOrder, { verb: 'suspend' }>;
type Lift = Extract<BreakGlassOrder, { verb: 'lift' }>;

/** Errors: OperatorFault, in words for the operator. */
export async function breakGlass(
  order: BreakGlassOrder,
  { url, logger, tell }: Surroundings,
): Promise<Outcome> {
  const connection = new OperatorConnection(url, tell);
  const barrier = new Barrier({ DATABASE_DIRECT_URL: asOwner(url) }, logger);
  const glass = new BreakGlass(connection, new SwitchAsOperator(connection), barrier, tell);
  try {
    return await glass.carryOut(order);
  } finally {
    await Promise.all([barrier.onApplicationShutdown(), connection.close()]);
  }
}

class BreakGlass {
  constructor(
    private readonly connection: OperatorConnection,
    private readonly switches: SwitchAsOperator,
    private readonly barrier: Barrier,
    private readonly tell: (line: string) => void,
  ) {}

  carryOut(order: BreakGlassOrder): Promise<Outcome> {
    if (order.verb === 'suspend') return this.suspend(order);
    return order.verb === 'lift' ? this.lift(order) : this.status(order);
  }

  private async suspend(order: Suspend): Promise<Outcome> {
    const scope = await this.switches.find(order.scope);
    const suspension = await this.switches.suspend(scope, order);
    this.tellEnded();
    this.tell(
      `In force since ${suspension.inForceAt.toISOString()}: ${inWords(scope)}. The database refuses every transaction of it.`,
    );
    const { id, epoch, inForceAt } = suspension;
    return this.prove(epoch, { id, scope, inForceAt }, [
      'Its certificate stands in the record; a replica that runs seals and signs it within a second.',
      `Suspension ${id}. Lift it through the API, or if nobody is left who may: npx rosette lift ${id}`,
    ]);
  }

  private async lift({ id, reason, by, confirm }: Lift): Promise<Outcome> {
    const suspension = await this.switches.byId(id);
    if (!suspension) throw new OperatorFault(noSuspension);
    if (confirm === undefined && suspension.liftedAt === null)
      return shownOnly(suspension, await this.switches.lifters());
    const epoch = await this.switches.lift(id, { reason, by });
    this.tellEnded();
    const { scope } = suspension;
    if (epoch === null) {
      const lines = [`${inWords(scope)}: this suspension had not begun, and will not.`];
      return { code: exitCodes.complete, body: { id, scope, epoch }, lines };
    }
    const others = (await this.switches.ordered()).filter(
      ({ scope: other, epoch: begun }) =>
        begun !== null && other.kind === scope.kind && other.id === scope.id,
    );
    // Replicas learn of it at once, and open what nothing else closes.
    const outcome = await this.prove(epoch, { id, scope }, [
      others.length === 0
        ? `${inWords(scope)}: this suspension is lifted.`
        : `This suspension is lifted. ${inWords(scope)} stays suspended by ${others.map((other) => other.id).join(', ')}.`,
    ]);
    return { ...outcome, lines: outcome.lines.slice(-1) };
  }

  private async status({ finishes }: { finishes: boolean }): Promise<Outcome> {
    if (finishes) await this.barrier.completeOpen();
    const state = {
      epoch: await this.switches.epoch(),
      suspensions: await this.switches.ordered(),
      lifters: await this.switches.lifters(),
      openFlips: await this.switches.openFlips(),
      replicas: await this.switches.replicas(),
    };
    const code = state.openFlips.length === 0 ? exitCodes.complete : exitCodes.unfinished;
    return { code, body: state, lines: stateInWords(state) };
  }

  private async prove(epoch: number, about: object, lines: string[]): Promise<Outcome> {
    const body = { ...about, epoch, sessionsEnded: this.connection.ended };
    const report = await this.report(epoch);
    if (report) {
      const proof = await this.withPlaces(report);
      return {
        code: exitCodes.complete,
        body: { ...body, ...proof },
        lines: [...proofInWords(proof), ...lines],
      };
    }
    const missing = await this.missing(epoch);
    return {
      code: exitCodes.unfinished,
      body: { ...body, completeAt: null, missing },
      lines: [
        'It is in force, but not proved everywhere:',
        ...missing.map((part) => `  ${part}`),
        'Any replica that runs goes on with it, and so does: npx rosette status --finish',
        ...lines,
      ],
    };
  }

  private async report(epoch: number): Promise<FlipReport | undefined> {
    for (let look = 1; look <= looks; look += 1) {
      const report = await this.barrier.complete(epoch);
      if (report) return report;
    }
    return undefined;
  }

  private async withPlaces(report: FlipReport): Promise<Proof> {
    const places = await this.switches.places(report.replicas.map(({ number }) => number));
    const replicas = report.replicas.map((replica) => ({
      ...replica,
      ...(places.get(replica.number) ?? { host: 'unknown', pid: 0 }),
    }));
    return { ...report, replicas };
  }

  private async missing(epoch: number): Promise<string[]> {
    try {
      const flip = (await this.switches.openFlips()).find((open) => open.epoch === epoch);
      return flip ? missingInWords(flip) : [];
    } catch (error) {
      if (error instanceof OperatorFault) return [error.message];
      throw error;
    }
  }

  private tellEnded(): void {
    const { ended } = this.connection;
    if (ended > 0)
      this.tell(`Ended ${ended} database ${ended === 1 ? 'session' : 'sessions'} that held the switch.`);
  }
}

const noSuspension = 'There is no such suspension: `npx rosette status` shows those in force.';

/** The first of two deliberate acts. */
function shownOnly(suspension: KnownSuspension, lifters: number): Outcome {
  const { id, scope, inForceAt } = suspension;
  const command = `npx rosette lift ${id} --confirm ${id} --reason … --by …`;
  return {
    code: exitCodes.refused,
    body: { error: 'not confirmed', id, scope, inForceAt, lifters },
    lines: [
      `Nothing has been lifted. This suspension stops ${inWords(scope)}, ${whenOf(suspension)}, by ${authorOf(suspension)}.`,
      lifters >= 2
        ? `${lifters} people can lift it through the API: let them. If that is no way: ${command}`
        : `Too few are left who can lift it through the API. To lift it: ${command}`,
    ],
  };
}
