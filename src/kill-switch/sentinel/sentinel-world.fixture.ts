import type { ScopeKey } from '../scopes.rules.js';
import type { Reading, SentinelEffect, SentinelEvent } from './sentinel-event.js';
import { initialState, type SentinelState } from './sentinel-state.js';
import { reduce, renewalTimeoutMs } from './sentinel.rules.js';

/**
 * A database, a network and one replica with its gate and its work, all made up, in which anything may happen in any
 * order. Time is real time; the replica's clock runs up to 0.1 % beside it. Whatever the promise forbids throws.
 */
const lease = { leaseMs: 2000, beatMs: 400, guardMs: 100 };
const rho = 0.001;
/** How long whoever flips waits for a silent replica, on a clock that may be fast. */
const waitMs = Math.ceil((lease.leaseMs * (1 + rho)) / (1 - rho)) * (1 + rho);

type Generations = Map<ScopeKey, { isSuspended: boolean; generation: number }>;
type Item = { scope: ScopeKey; generation: number };
type Asked = { process: number; effect: SentinelEffect & { kind: 'register' | 'renew' }; sentAt: number };
type Untimed = SentinelEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'at'>
    : never
  : never;

interface Flip {
  epoch: bigint;
  scope: ScopeKey;
  kind: 'suspend' | 'revoke' | 'lift';
  generation: number;
  committedAt: number;
  members: Set<string>;
  isAnswered: boolean;
  isLost: boolean;
  before: { epoch: bigint; stamp: number; scopes: Generations };
}

export class Violation extends Error {}

export class World {
  now = 0;
  private epoch = 0n;
  private stamp = 0;
  private stamps = 0;
  private scopes: Generations = new Map();
  private readonly rows = new Map<string, { isFenced: boolean; closed: bigint; drained: bigint }>();
  private readonly flips: Flip[] = [];
  private databaseShift = 0;

  private process = 0;
  private state: SentinelState = initialState();
  private gate = { untilMs: -Infinity, epoch: -1n, scopes: new Map() as Generations };
  private seen = new Map<ScopeKey, number>();
  private cuts: { cut: number; kind: 'cut' | 'close-all' | 'freeze' }[] = [];
  private work: Item[] = [];
  /** Handed to the loop, which sends it as soon as the client takes it, and asks nobody. */
  private queue: Item[] = [];
  private asked: Asked[] = [];
  private replies: { process: number; event: Untimed }[] = [];
  private grants: { process: number; life: number; sentAt: number; epoch: bigint }[] = [];
  /** What happened, so that a test can tell a quiet world from one in which nothing could go wrong. */
  readonly counts = { admitted: 0, refused: 0, answered: 0, cut: 0, lives: 0, regressions: 0 };

  constructor(private readonly rate: number) {
    this.feed({ kind: 'started' });
  }

  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 20) {
      this.now += Math.min(20, left);
      const { asked } = this.state;
      if (asked && this.own - asked.sentAt > renewalTimeoutMs)
        this.feed({ kind: 'renewal-failed', life: this.state.life, request: asked.request });
      this.feed({ kind: 'tick', isAtWork: this.work.length > 0, isQueueing: this.queue.length > 0 });
      this.answerFlips();
    }
  }

  /** The database does what one of the messages on their way to it asks. */
  execute(which: number): void {
    const [asked] = this.asked.splice(which % Math.max(1, this.asked.length), 1);
    if (!asked) return;
    const { process, effect, sentAt } = asked;
    const key = `${process}:${effect.life}`;
    if (effect.kind === 'register') {
      if (!this.rows.has(key)) this.rows.set(key, { isFenced: false, closed: 0n, drained: 0n });
      this.reply(process, { kind: 'registered', life: effect.life, terms: lease });
      return;
    }
    const { life, request } = effect;
    const row = this.rows.get(key);
    if (!row || row.isFenced) return this.reply(process, { kind: 'fenced', life, request });
    if (effect.stamp === String(this.stamp)) {
      const closed = least(effect.closed, this.epoch);
      row.closed = closed > row.closed ? closed : row.closed;
      const drained = least(effect.drained, closed);
      row.drained = drained > row.drained ? drained : row.drained;
    }
    this.mustHaveDrained(process, row.drained);
    this.grants.push({ process, life, sentAt, epoch: this.epoch });
    const standing = this.flips.filter(({ isLost }) => !isLost);
    const since = standing.find(({ before }) => String(before.stamp) === effect.stamp)?.before.epoch;
    const scopes: Reading['scopes'] = [...this.scopes]
      .filter(
        ([scope]) =>
          since === undefined || standing.some((flip) => flip.scope === scope && flip.epoch > since),
      )
      .map(([scope, { isSuspended, generation }]) => [scope, isSuspended, generation]);
    const reading: Reading = {
      ...(since === undefined ? {} : { since }),
      epoch: this.epoch,
      stamp: String(this.stamp),
      scopes: effect.stamp === String(this.stamp) ? null : scopes,
      notices: null,
      databaseMs: this.now + this.databaseShift,
    };
    this.reply(process, { kind: 'renewed', life, request, reading });
  }

  /** One of the replies on their way arrives, in any order and however late; `isKept`: and once more later. */
  deliver(which: number, isKept: boolean): void {
    const at = which % Math.max(1, this.replies.length);
    const reply = this.replies[at];
    if (!isKept) this.replies.splice(at, 1);
    if (reply && reply.process === this.process) this.feed(reply.event);
  }

  lose(which: number): void {
    const [asked] = this.asked.splice(which % Math.max(1, this.asked.length), 1);
    if (asked?.effect.kind === 'register' && asked.process === this.process)
      this.feed({ kind: 'register-failed', life: asked.effect.life });
  }

  notify(): void {
    this.feed({ kind: 'notified' });
  }

  flip(scope: ScopeKey, kind: Flip['kind']): void {
    const before = { epoch: this.epoch, stamp: this.stamp, scopes: new Map(this.scopes) };
    const known = this.scopes.get(scope) ?? { isSuspended: false, generation: 0 };
    const generation = known.generation + (kind === 'lift' ? 0 : 1);
    this.epoch += 1n;
    this.stamps += 1;
    this.stamp = this.stamps;
    this.scopes.set(scope, {
      isSuspended: kind === 'suspend' || (kind === 'revoke' && known.isSuspended),
      generation,
    });
    const members = new Set([...this.rows].filter(([, { isFenced }]) => !isFenced).map(([key]) => key));
    const flip = { epoch: this.epoch, scope, kind, generation, committedAt: this.now, members };
    this.flips.push({ ...flip, isAnswered: false, isLost: false, before });
    this.answerFlips();
  }

  /** The standby that takes over never got the last flip, nor what was said of it. */
  failOver(): void {
    const lost = this.flips.findLast(({ isLost }) => !isLost);
    if (!lost) return;
    lost.isLost = true;
    ({ epoch: this.epoch, stamp: this.stamp } = lost.before);
    this.scopes = new Map(lost.before.scopes);
    for (const row of this.rows.values()) {
      row.closed = least(row.closed, this.epoch);
      row.drained = least(row.drained, this.epoch);
    }
  }

  /** R13: only whoever has said nothing for as long as a lease can last. */
  fence(): void {
    this.pass(waitMs);
    const row = this.rows.get(`${this.process}:${this.state.life}`);
    if (row) row.isFenced = true;
  }

  shiftDatabaseClock(ms: number): void {
    this.databaseShift += ms;
  }

  crash(): void {
    this.process += 1;
    this.state = initialState();
    this.gate = { untilMs: -Infinity, epoch: -1n, scopes: new Map() };
    this.seen = new Map();
    this.cuts = [];
    this.work = [];
    this.queue = [];
    this.feed({ kind: 'started' });
  }

  /** The main thread gets round to what it was told to cut: to the first of it, or to more. */
  drain(more = Infinity): void {
    const told = this.cuts.splice(0, 1 + more);
    const last = told.at(-1);
    if (!last) return;
    if (told.some(({ kind }) => kind === 'freeze')) {
      this.work = this.work.filter((item) => !this.queue.includes(item));
      this.queue = [];
    }
    const isAll = told.some(({ kind }) => kind === 'close-all');
    const isCut = told.some(({ kind }) => kind === 'cut');
    this.work = this.work.filter((item) => !isAll && (!isCut || this.isAdmitted(item)));
    this.queue = this.queue.filter((item) => this.work.includes(item));
    this.counts.cut += 1;
    this.feed({ kind: 'drained', cut: last.cut });
  }

  admit(scope: ScopeKey): void {
    const item = { scope, generation: this.gate.scopes.get(scope)?.generation ?? 0 };
    if (!this.isAdmitted(item)) {
      this.counts.refused += 1;
      return;
    }
    this.counts.admitted += 1;
    this.mustBeRight(item);
    this.work.push(item);
  }

  /** Each piece of work that the gate still lets go on does so. */
  emit(): void {
    for (const item of this.work) if (this.isAdmitted(item)) this.mustBeRight(item);
  }

  /** Each piece of work that may go on hands something to the loop. */
  handOver(): void {
    this.queue = this.work.filter((item) => this.isAdmitted(item));
  }

  /** The client takes what was handed over. */
  flush(): void {
    for (const item of this.queue.splice(0)) this.mayLeave(item, 0);
  }

  private get own(): number {
    return this.now * this.rate;
  }

  private isAdmitted({ scope, generation }: Item): boolean {
    const known = this.gate.scopes.get(scope) ?? { isSuspended: false, generation: 0 };
    return this.own < this.gate.untilMs && !known.isSuspended && known.generation === generation;
  }

  private reply(process: number, event: Untimed): void {
    this.replies.push({ process, event });
  }

  private feed(event: Untimed): void {
    const before = this.state;
    const { state, effects } = reduce(before, { ...event, at: this.own } as SentinelEvent);
    this.state = state;
    // The order in which a runner does it is the order in which a gate sees it.
    for (const effect of effects) this.perform(effect);
    if (this.state !== state) return;
    if (state.cuts.length > 0 && state.deadline > before.deadline)
      throw new Violation('R16: a lease grew while something was to be cut');
    if ((state.installed?.epoch ?? -1n) < (before.installed?.epoch ?? -1n))
      throw new Violation('I4: the closed epoch went back');
    if ((state.installed?.epoch ?? -1n) > state.epochSeen)
      throw new Violation('I4: closed beyond what was seen');
    if (state.life > before.life) this.counts.lives += 1;
    if (state.isRegressed && !before.isRegressed) this.counts.regressions += 1;
    this.mustBeMember();
  }

  private perform(effect: SentinelEffect): void {
    if (effect.kind === 'register' || effect.kind === 'renew')
      this.asked.push({ process: this.process, effect, sentAt: this.now });
    else if (effect.kind === 'install') {
      const { epoch, scopes, since } = effect.snapshot;
      this.gate.epoch = epoch;
      if (since === undefined) this.gate.scopes = new Map();
      for (const [scope, isSuspended, generation] of scopes)
        this.gate.scopes.set(scope, { isSuspended, generation });
      for (const [scope, , generation] of scopes)
        this.seen.set(scope, Math.max(generation, this.seen.get(scope) ?? 0));
    } else if (effect.kind === 'lease') this.gate.untilMs = effect.untilMs;
    else if (effect.kind === 'cut' || effect.kind === 'close-all' || effect.kind === 'freeze')
      this.cuts.push({ cut: effect.cut, kind: effect.kind });
    else if (effect.kind === 'kill') this.crash();
  }

  /** Whoever flips answers when every member has drained, or when no lease of theirs can last. */
  private answerFlips(): void {
    for (const flip of this.flips) {
      if (flip.isAnswered || flip.isLost) continue;
      const drained = [...flip.members].every((key) => (this.rows.get(key)?.drained ?? 0n) >= flip.epoch);
      if (!drained && this.now < flip.committedAt + waitMs) continue;
      flip.isAnswered = true;
      this.counts.answered += 1;
    }
  }

  private mustBeRight(item: Item): void {
    this.mayLeave(item, lease.guardMs);
    if (item.generation < (this.seen.get(item.scope) ?? 0))
      throw new Violation('I9: forgot a flip that it had seen');
  }

  private mayLeave({ scope, generation }: Item, guardMs: number): void {
    const flips = this.flips.filter((flip) => flip.scope === scope && !flip.isLost);
    // A lift that was lost was a lift: what it let on learns with the next renewal that it is suspended again.
    const last = this.flips.findLast(
      (flip) => flip.scope === scope && (flip.kind === 'lift' || (flip.kind === 'suspend' && !flip.isLost)),
    );
    if (last?.kind === 'suspend' && last.isAnswered) throw new Violation('I1: went on in a suspended scope');
    if (flips.some((flip) => flip.isAnswered && flip.generation > generation))
      throw new Violation('I2: went on with what was admitted before a flip');
    const { process, state, now } = this;
    const isLeased = this.grants.some(
      (grant) =>
        grant.process === process &&
        grant.life === state.life &&
        grant.epoch <= this.gate.epoch &&
        now < grant.sentAt + (lease.leaseMs - guardMs) / (1 - rho),
    );
    if (!isLeased) throw new Violation('I3: went on without a lease');
  }

  private mustBeMember(): void {
    if (this.own >= this.gate.untilMs) return;
    const key = `${this.process}:${this.state.life}`;
    const missing = this.flips.find(
      ({ epoch, isLost, members }) => !isLost && epoch > this.gate.epoch && !members.has(key),
    );
    if (missing) throw new Violation('I6: holds a lease without a flip that does not know of it');
  }

  private mustHaveDrained(process: number, drained: bigint): void {
    if (process !== this.process) return;
    const left = this.flips.some(
      (flip) =>
        !flip.isLost &&
        flip.epoch <= drained &&
        this.work.some(({ scope, generation }) => scope === flip.scope && generation < flip.generation),
    );
    if (left) throw new Violation('I5: said to have drained what is still under way');
  }
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
