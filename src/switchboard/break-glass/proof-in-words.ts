/** In charge of how an operator reads what the database knows: a proof, or what is missing of it, and the state of the switch. */
import type { FlipReport } from '../../kill-switch/flip/barrier.service.js';
import type { SuspensionTarget } from '../suspension.dto.js';
import type { OpenFlip, ReplicaSeen, SuspensionSeen } from './switch-as-operator.js';

/** A report with where each replica runs. */
export interface Proof extends Omit<FlipReport, 'replicas'> {
  replicas: (FlipReport['replicas'][number] & { host: string; pid: number })[];
}

export interface SwitchState {
  epoch: number;
  suspensions: SuspensionSeen[];
  /** How many people could lift through the API. */
  lifters: number;
  openFlips: OpenFlip[];
  replicas: ReplicaSeen[];
}

export const inWords = ({ kind, id }: SuspensionTarget): string =>
  kind === 'all' ? 'everything' : `${kind} ${id}`;

const moment = (at: Date | string): string => new Date(at).toISOString();
const number = (count: number): string => count.toLocaleString('en-GB');
const plural = (count: number, one: string): string => `${number(count)} ${one}${count === 1 ? '' : 's'}`;

const how: Record<Proof['replicas'][number]['how'], (drainedMs: number | null, waitMs: number) => string> = {
  drained: (drainedMs) =>
    `drained after ${number(drainedMs ?? 0)} ms: it says that nothing of it runs or is sent there`,
  retired: () => 'has ended in order',
  fenced: (_, waitMs) => `was silent for ${number(waitMs)} ms: it has no lease left and is shut out for good`,
  'lease-expired': (_, waitMs) =>
    `lives, but had not drained within ${number(waitMs)} ms: it has no lease, and admits and sends nothing`,
};

export function proofInWords({ completeAt, database, replicas, bound }: Proof): string[] {
  return [
    `Complete since ${moment(completeAt)}: nothing of it is admitted, continued or read anywhere any more.`,
    `  database: ${plural(database.terminated, 'connection')} ended; drained after ${number(database.drainMs)} ms, which its lock proves`,
    ...replicas.map(
      (replica) =>
        `  replica ${replica.number} (${replica.host}, process ${replica.pid}): ${how[replica.how](replica.drainedMs, bound.waitMs)}`,
    ),
    ...(replicas.length === 0 ? ['  no replica was running'] : []),
  ];
}

export function missingInWords({
  databaseDrained,
  waitingFor,
}: Pick<OpenFlip, 'databaseDrained' | 'waitingFor'>): string[] {
  return [
    ...(databaseDrained ? [] : ['the database has not drained']),
    ...waitingFor.map((replica) => `replica ${replica} has not drained`),
  ];
}

export function stateInWords({ epoch, suspensions, lifters, openFlips, replicas }: SwitchState): string[] {
  return [
    `The switch has been flipped ${plural(epoch, 'time')}.`,
    suspensions.length === 0 ? 'Nothing is suspended.' : 'Suspended:',
    ...suspensions.map(
      (suspension) =>
        `  ${inWords(suspension.scope)}, ${whenOf(suspension)}, by ${authorOf(suspension)}: ${suspension.id}`,
    ),
    `${number(lifters)} ${lifters === 1 ? 'person' : 'people'} can lift through the API.`,
    ...(openFlips.length === 0
      ? []
      : ['In force, but not proved everywhere; `npx rosette status --finish` goes on with it:']),
    ...openFlips.map((flip) => {
      const missing = missingInWords(flip);
      return `  flip ${flip.epoch} (${flip.action} ${flip.scopes.join(', ')}), since ${moment(flip.at)}: ${
        missing.length === 0 ? 'nobody has written down its proof' : missing.join('; ')
      }`;
    }),
    replicas.length === 0 ? 'No replica runs.' : 'Replicas:',
    ...replicas.map(
      ({ number: id, host, pid, silentMs, fenced, mayHoldLease }) =>
        `  ${id} (${host}, process ${pid}): last seen ${number(silentMs)} ms ago, ${
          fenced ? 'shut out' : mayHoldLease ? 'may hold a lease' : 'has no lease'
        }`,
    ),
  ];
}

export function authorOf({ orderedBy, orderedByOperator }: SuspensionSeen): string {
  if (orderedByOperator !== null) return `${orderedByOperator} at the database (break glass)`;
  return orderedBy === null ? 'the system' : `account ${orderedBy}`;
}

export function whenOf({ inForceAt, startsAt, expiresAt }: SuspensionSeen): string {
  const at = inForceAt ?? startsAt;
  if (at === null) return 'not begun';
  const from = `${inForceAt === null ? 'from' : 'since'} ${moment(at)}`;
  return expiresAt === null ? from : `${from} until ${moment(expiresAt)}`;
}
