import type { ScopeKey } from '../scopes.rules.js';
import type { Snapshot } from './lease-memory.js';
import type { Alarm, Reading, SentinelEffect, SentinelEvent, State } from './sentinel-event.js';
import type { SentinelState } from './sentinel-state.js';

/**
 * In charge of when this process holds a lease, and of what follows when it learns of a flip, is fenced, sees the epoch
 * go back or a clock jump. A pure function of state and event: it reads no clock and asks nobody, so that any order of
 * replies, failures and flips can be tried out. The rules' names (R1 ...) are those of docs/decisions/0016.
 */

/** How long a renewal is waited for, and how long the main thread may take to cut: ks.config counts on both. */
export const renewalTimeoutMs = 300;
export const drainMs = 1_000;
/** R15: what waits in the process without a lease is gone within the guard, before the lease has ended for the others too. */
const freezeMs = 40;
const retryMs = 400;
const clockToleranceMs = 50;
const clockToleranceShare = 0.01;
const clockAnchorMs = 10_000;

type Draft = { -readonly [Key in keyof SentinelState]: SentinelState[Key] };

class Step {
  readonly effects: SentinelEffect[] = [];
  readonly next: Draft;

  constructor(
    state: SentinelState,
    private readonly at: number,
  ) {
    this.next = { ...state };
  }

  register(): void {
    this.next.isRegistering = true;
    this.effects.push({ kind: 'register', life: this.next.life });
  }

  /** R4: nothing is asked for before the registration is known. R1: `at` was read before anything is sent. */
  renew(): void {
    const { next, at } = this;
    if (!next.terms) return;
    next.isNews = next.asked !== undefined;
    if (next.asked) return;
    next.lastRequest += 1;
    const closed = next.installed?.epoch ?? 0n;
    // While anything is still to be cut nothing is said to have drained, older flips included: their numbers may not be theirs.
    const drained = next.cuts.length === 0 ? closed : 0n;
    next.asked = { request: next.lastRequest, sentAt: at };
    next.nextAt = at + next.terms.beatMs;
    this.effects.push({
      kind: 'renew',
      life: next.life,
      request: next.lastRequest,
      closed,
      drained,
      stamp: next.installed?.stamp ?? null,
    });
  }

  renewed(reading: Reading, sentAt: number): void {
    const { next } = this;
    next.asked = undefined;
    if (this.isClockDisrupted(reading, sentAt)) {
      this.closeAll('clock-disrupted');
      return this.renew();
    }
    if (this.isBehind(reading)) {
      if (!next.isRegressed) this.closeAll('epoch-regressed');
      next.isRegressed = true;
      return;
    }
    next.isRegressed = false;
    next.epochSeen = reading.epoch;
    next.grantedUntil = Math.max(next.grantedUntil, sentAt + (next.terms?.leaseMs ?? 0));
    const { epoch, stamp, scopes, notices, since } = reading;
    if (scopes !== null) this.install({ epoch, stamp, scopes, notices: notices ?? [], since });
    this.useLease();
    if (next.isNews) this.renew();
  }

  /** R6, R16: closed at once; drained when the main thread says so, and until then the lease does not grow. */
  private install({ stamp, ...snapshot }: State): void {
    const { next } = this;
    const flipped = flippedScopes(next.installed, snapshot);
    const { since: _, ...whole } = { ...snapshot, stamp, scopes: wholeOf(next.installed, snapshot) };
    next.installed = whole;
    this.effects.push({ kind: 'install', snapshot });
    this.effects.push({ kind: 'cut', cut: this.askForCut(true), scopes: flipped });
  }

  drained(cut: number): void {
    const { next } = this;
    const left = next.cuts.filter((asked) => asked.cut > cut);
    const isAnswer = left.length < next.cuts.length;
    next.cuts = left;
    if (!isAnswer || left.length > 0) return;
    this.useLease();
    this.renew();
  }

  /** R2, R14: the lease of the old life is void at once, and so is every answer that is still on its way to it. */
  beginNewLife(): void {
    const { next } = this;
    this.closeAll('fenced');
    next.life += 1;
    next.terms = undefined;
    next.lastRequest = 0;
    next.asked = undefined;
    next.isNews = false;
    this.register();
  }

  tick(isAtWork: boolean, isQueueing: boolean): void {
    const { next, at } = this;
    const waitedMs = at - (next.cuts[0]?.askedAt ?? at);
    const unleased = next.cuts.find(({ isLeased }) => !isLeased);
    const isLate = unleased !== undefined && at - unleased.askedAt >= freezeMs;
    if ((isAtWork && waitedMs > drainMs) || (isQueueing && isLate)) {
      this.effects.push({ kind: 'alarm', alarm: 'drain-overdue' }, { kind: 'kill' });
      next.isOver = true;
      return;
    }
    if (next.deadline > -Infinity && at >= next.deadline - this.guardMs) {
      // Else the end of the freezing would put the same lease in use again.
      next.grantedUntil = -Infinity;
      next.deadline = -Infinity;
      this.effects.push(
        { kind: 'alarm', alarm: 'lease-lost' },
        { kind: 'freeze', cut: this.askForCut(false) },
      );
    }
    if (at < next.nextAt || next.asked) return;
    if (next.terms) this.renew();
    else if (!next.isRegistering) this.register();
  }

  failed(): void {
    this.next.nextAt = Math.max(this.next.nextAt, this.at + (this.next.terms ? 0 : retryMs));
  }

  stop(): void {
    this.next.isOver = true;
    this.effects.push({ kind: 'lease', untilMs: -Infinity }, { kind: 'retire', life: this.next.life });
  }

  /** Whatever is under way ends, and nothing begins before the database has granted a new lease to what is left. */
  private closeAll(alarm: Alarm): void {
    this.next.grantedUntil = -Infinity;
    this.next.deadline = -Infinity;
    this.effects.push({ kind: 'lease', untilMs: -Infinity }, { kind: 'alarm', alarm });
    this.effects.push({ kind: 'close-all', cut: this.askForCut(false) });
  }

  private askForCut(isLeased: boolean): number {
    const { next, at } = this;
    next.lastCut += 1;
    next.cuts = [...next.cuts, { cut: next.lastCut, askedAt: at, isLeased }];
    return next.lastCut;
  }

  /** R1: never back. R16: never on while something is still to be cut. */
  private useLease(): void {
    const { next } = this;
    if (next.cuts.length > 0 || next.grantedUntil <= next.deadline) return;
    next.deadline = next.grantedUntil;
    this.effects.push({ kind: 'lease', untilMs: next.deadline - this.guardMs });
  }

  /** R3, R10: an epoch below one seen, or a scope flipped less often than we know, is a state that lost a flip. */
  private isBehind(reading: Reading): boolean {
    if (reading.epoch < this.next.epochSeen) return true;
    if (reading.scopes === null || !this.next.installed) return false;
    const generations = new Map(reading.scopes.map(([key, , generation]) => [key, generation]));
    // What a part does not name is as it was.
    const unnamed = reading.since === undefined ? 0 : Infinity;
    return this.next.installed.scopes.some(
      ([key, , generation]) => (generations.get(key) ?? unnamed) < generation,
    );
  }

  /** When the database's clock was read lies between sending and receiving: only what no delay explains counts. */
  private isClockDisrupted({ databaseMs }: Reading, sentAt: number): boolean {
    const { next, at } = this;
    const now = { low: databaseMs - at, high: databaseMs - sentAt, at };
    const known = next.clock;
    if (!known) {
      next.clock = now;
      return false;
    }
    const apart = Math.max(now.low - known.high, known.low - now.high);
    const isDisrupted = apart > clockToleranceMs + clockToleranceShare * (at - known.at);
    // Compared with an older reading, so that a slow drift shows too.
    if (isDisrupted || at - known.at > clockAnchorMs) next.clock = now;
    return isDisrupted;
  }

  private get guardMs(): number {
    return this.next.terms?.guardMs ?? 0;
  }
}

export function reduce(
  state: SentinelState,
  event: SentinelEvent,
): { state: SentinelState; effects: readonly SentinelEffect[] } {
  if (state.isOver || isVoid(state, event)) return { state, effects: [] };
  const step = new Step(state, event.at);
  const { next } = step;
  switch (event.kind) {
    case 'started':
      next.life += 1;
      step.register();
      break;
    case 'registered':
      next.isRegistering = false;
      next.terms = event.terms;
      step.renew();
      break;
    case 'register-failed':
      next.isRegistering = false;
      step.failed();
      break;
    case 'renewed':
      step.renewed(event.reading, state.asked?.sentAt ?? -Infinity);
      break;
    case 'fenced':
      step.beginNewLife();
      break;
    case 'renewal-failed':
      next.asked = undefined;
      step.failed();
      break;
    case 'notified':
      step.renew();
      break;
    case 'tick':
      step.tick(event.isAtWork, event.isQueueing);
      break;
    case 'drained':
      step.drained(event.cut);
      break;
    case 'stop':
      step.stop();
      break;
  }
  return { state: next, effects: step.effects };
}

/** R14: an answer to an earlier life, or to a renewal that is not waited for any more. */
function isVoid({ life, asked }: SentinelState, event: SentinelEvent): boolean {
  if (!('life' in event)) return false;
  return event.life !== life || ('request' in event && event.request !== asked?.request);
}

/** A part is of what this process has: the renewal had named it. */
function wholeOf(before: State | undefined, after: Snapshot): Snapshot['scopes'] {
  if (after.since === undefined || !before) return after.scopes;
  const named = new Set(after.scopes.map(([key]) => key));
  return [...before.scopes.filter(([key]) => !named.has(key)), ...after.scopes];
}

/** What a state says otherwise than the one before. */
function flippedScopes(before: State | undefined, after: Snapshot): ScopeKey[] {
  const named = new Set(after.scopes.map(([key]) => key));
  const known = new Map(before?.scopes.filter(([key]) => named.has(key)).map((scope) => [scope[0], scope]));
  return after.scopes
    .filter(([key, isSuspended, generation]) => {
      const old = known.get(key);
      return old?.[1] !== isSuspended || old[2] !== generation;
    })
    .map(([key]) => key);
}
