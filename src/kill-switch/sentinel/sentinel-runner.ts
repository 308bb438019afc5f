import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import { databaseError } from '../../database/sqlstate.js';
import type { ScopeKey } from '../scopes.rules.js';
import { LeaseWriter, monotonicNow, type Snapshot } from './lease-memory.js';
import { SentinelConnection } from './sentinel-connection.js';
import type { LeaseTerms, Reading, SentinelEffect, SentinelEvent } from './sentinel-event.js';
import { SentinelListener } from './sentinel-listener.js';
import type { FromSentinel, SentinelOrders, ToSentinel } from './sentinel-message.js';
import { initialState } from './sentinel-state.js';
import { reduce, renewalTimeoutMs } from './sentinel.rules.js';

/** A fifth of the guard: R15 counts on it. */
const tickMs = 20;
const registerTimeoutMs = 2_000;
const retireTimeoutMs = 1_000;

interface RenewalRow {
  epoch: string;
  stamp: string;
  scopes: Snapshot['scopes'] | null;
  notices: Snapshot['notices'] | null;
  since: string | null;
  database_ms: number;
}

/** Without its time: `Omit` would make one of all the kinds. */
type Untimed<Event> = Event extends SentinelEvent ? Omit<Event, 'at'> : never;

/**
 * In charge of doing, in the sentinel's thread, what the rules ask for: registers and renews on a connection of its own,
 * writes the shared memory, tells the main thread what to cut. It decides nothing itself.
 */
export class SentinelRunner {
  private state;
  private readonly memory: LeaseWriter;
  private readonly connection: SentinelConnection;
  private readonly listener: SentinelListener;
  private readonly incarnations = new Map<number, string>();
  private readonly cuts = new Map<number, readonly ScopeKey[] | 'any'>();
  private tickets: { ticket: number; life: number; after: number }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isLeased = false;
  private isAway = false;

  constructor(
    private readonly orders: SentinelOrders,
    private readonly main: MessagePort,
  ) {
    this.state = initialState(orders.epochSeen);
    this.memory = new LeaseWriter(orders.memory);
    const failed = (error: unknown) => this.away(error);
    this.connection = new SentinelConnection(orders.url, {
      connected: () => {
        this.step(this.state.life === 0 ? { kind: 'started' } : { kind: 'notified' });
        this.listener.open();
      },
      failed,
    });
    this.listener = new SentinelListener(orders.url, this.connection, {
      flipped: () => this.step({ kind: 'notified' }),
      deaf: () => this.tell({ kind: 'log', event: 'sentinel-polls' }),
      failed,
    });
  }

  start(): void {
    this.main.on('message', (message: ToSentinel) => this.told(message));
    this.connection.open();
    this.timer = setInterval(() => {
      const oldest = this.state.cuts[0]?.cut;
      const scopes = oldest === undefined ? undefined : this.cuts.get(oldest);
      const isAtWork = scopes !== undefined && this.memory.isAtWork(scopes);
      this.step({ kind: 'tick', isAtWork, isQueueing: this.memory.isQueueing });
    }, tickMs);
  }

  private told(message: ToSentinel): void {
    if (message.kind === 'stop') this.step({ kind: 'stop' });
    else if (message.kind === 'drained') {
      for (const cut of this.cuts.keys()) if (cut <= message.cut) this.cuts.delete(cut);
      this.step(message);
    } else {
      const { life, lastRequest, asked } = this.state;
      this.tickets.push({ ticket: message.ticket, life, after: asked?.request ?? lastRequest });
      this.step({ kind: 'notified' });
    }
  }

  private step(event: Untimed<SentinelEvent>): void {
    const at = Number(monotonicNow()) / 1e6;
    const { state, effects } = reduce(this.state, { ...event, at } as SentinelEvent);
    this.state = state;
    for (const effect of effects) this.perform(effect);
  }

  private perform(effect: SentinelEffect): void {
    switch (effect.kind) {
      case 'register':
        void this.register(effect.life);
        break;
      case 'renew':
        void this.renew(effect);
        break;
      case 'install':
        this.memory.install(effect.snapshot);
        break;
      case 'lease':
        this.memory.grant(effect.untilMs);
        if (effect.untilMs > 0 && !this.isLeased) this.tell({ kind: 'leased' });
        this.isLeased = effect.untilMs > 0;
        break;
      case 'cut':
      case 'close-all': {
        const scopes = effect.kind === 'cut' ? effect.scopes : 'any';
        this.cuts.set(effect.cut, scopes);
        this.tell({ kind: 'cut', cut: effect.cut, scopes });
        break;
      }
      case 'freeze':
        this.cuts.set(effect.cut, []);
        this.tell(effect);
        break;
      case 'alarm':
        this.tell({ kind: 'log', event: `sentinel-${effect.alarm}` });
        break;
      case 'retire':
        void this.retire(effect.life);
        break;
      case 'kill':
        // The main thread, which writes the log, does not answer.
        writeSync(2, `${JSON.stringify({ level: 60, event: 'sentinel-kills' })}\n`);
        process.kill(process.pid, 'SIGKILL');
    }
  }

  private async register(life: number): Promise<void> {
    const incarnation = this.incarnations.get(life) ?? randomUUID();
    this.incarnations.set(life, incarnation);
    try {
      const [terms] = await this.connection.query<LeaseTerms>(
        `SELECT lease_ms AS "leaseMs", beat_ms AS "beatMs", guard_ms AS "guardMs" FROM ks.register_replica($1, $2, $3, $4)`,
        [incarnation, this.orders.host, process.pid, this.orders.build],
        registerTimeoutMs,
      );
      this.tell({ kind: 'life', incarnation });
      this.step({ kind: 'registered', life, terms: terms as LeaseTerms });
    } catch (error) {
      this.away(error);
      this.step({ kind: 'register-failed', life });
    }
  }

  private async renew({
    life,
    request,
    closed,
    drained,
    stamp,
  }: SentinelEffect & { kind: 'renew' }): Promise<void> {
    try {
      const [row] = await this.connection.query<RenewalRow>(
        'SELECT epoch, stamp, scopes, notices, since, database_ms FROM ks.renew($1, $2, $3, $4, $5)',
        [this.incarnations.get(life), request, String(closed), String(drained), stamp],
        renewalTimeoutMs,
      );
      if (!row) return this.step({ kind: 'fenced', life, request });
      const { stamp: inForce, scopes, notices } = row;
      const reading: Reading = {
        epoch: BigInt(row.epoch),
        stamp: inForce,
        scopes,
        notices,
        ...(row.since === null ? {} : { since: BigInt(row.since) }),
        databaseMs: row.database_ms,
      };
      this.isAway = false;
      this.step({ kind: 'renewed', life, request, reading });
      this.answerTickets(life, request);
    } catch (error) {
      this.away(error);
      this.step({ kind: 'renewal-failed', life, request });
    }
  }

  private answerTickets(life: number, request: number): void {
    const isServed = (ticket: { life: number; after: number }) =>
      life > ticket.life || (life === ticket.life && request > ticket.after);
    for (const ticket of this.tickets.filter(isServed))
      this.tell({ kind: 'refreshed', ticket: ticket.ticket });
    this.tickets = this.tickets.filter((ticket) => !isServed(ticket));
  }

  private async retire(life: number): Promise<void> {
    clearInterval(this.timer);
    this.listener.close();
    await this.connection
      .query('SELECT ks.retire_replica($1)', [this.incarnations.get(life) ?? null], retireTimeoutMs)
      .catch((error: unknown) => this.away(error));
    this.connection.close();
    this.tell({ kind: 'stopped' });
    this.main.close();
  }

  /** Told once for each time that the database is away. */
  private away(error: unknown): void {
    const refused = databaseError(error);
    if (refused && !this.isLeased)
      this.tell({ kind: 'refused', code: refused.code, message: refused.message });
    if (this.isAway) return;
    this.isAway = true;
    const { name, code } = error as Error & { code?: string };
    this.tell({ kind: 'log', event: 'sentinel-unanswered', detail: code ?? name });
  }

  private tell(message: FromSentinel): void {
    this.main.postMessage(message, []);
  }
}
