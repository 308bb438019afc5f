import type { ScopeKey } from '../scopes.rules.js';
import type { Snapshot } from './lease-memory.js';

/**
 * What the sentinel's rules are told, and what they ask for. Times are milliseconds of the process's own monotonic clock,
 * read before the event was handed over. A life is one incarnation of the process towards the fence.
 */

/** What a lease is worth, as the database says on registration. */
export interface LeaseTerms {
  leaseMs: number;
  beatMs: number;
  guardMs: number;
}

/** All that is in force. The stamp changes with every flip: a failover may lose one, and the next takes its number. */
export interface State extends Snapshot {
  stamp: string;
}

/**
 * A renewal's answer: `scopes` and `notices` only where the stamp is not the one the renewal named, and of `scopes` only what
 * was flipped after `since` where the database knows that stamp as one of its past.
 */
export interface Reading {
  epoch: bigint;
  stamp: string;
  scopes: Snapshot['scopes'] | null;
  notices: Snapshot['notices'] | null;
  since?: bigint;
  databaseMs: number;
}

export type SentinelEvent = { at: number } & (
  | { kind: 'started' }
  | { kind: 'registered'; life: number; terms: LeaseTerms }
  | { kind: 'register-failed'; life: number }
  | { kind: 'renewed'; life: number; request: number; reading: Reading }
  /** The database knows no live replica of this incarnation. */
  | { kind: 'fenced'; life: number; request: number }
  | { kind: 'renewal-failed'; life: number; request: number }
  /** Somebody says that there may be news: a flip, a reconnection, this process itself. */
  | { kind: 'notified' }
  /** `isAtWork`: work that the oldest unanswered cut is to end is under way. `isQueueing`: the loop would send something. */
  | { kind: 'tick'; isAtWork: boolean; isQueueing: boolean }
  /** The main thread has ended what the cut, and those before it, were to end. */
  | { kind: 'drained'; cut: number }
  | { kind: 'stop' }
);

export type Alarm = 'fenced' | 'epoch-regressed' | 'clock-disrupted' | 'lease-lost' | 'drain-overdue';

export type SentinelEffect =
  | { kind: 'register'; life: number }
  | { kind: 'renew'; life: number; request: number; closed: bigint; drained: bigint; stamp: string | null }
  /** From here on the gate decides by this. */
  | { kind: 'install'; snapshot: Snapshot }
  /** From here on the gate admits until then, guard included; a moment that has passed closes it. */
  | { kind: 'lease'; untilMs: number }
  /** End what the gate no longer admits, and answer `drained`. */
  | { kind: 'cut'; cut: number; scopes: readonly ScopeKey[] }
  | { kind: 'close-all'; cut: number }
  /** The lease has run out: end what only waits for the kernel to take it, and answer `drained`. The rest may wait. */
  | { kind: 'freeze'; cut: number }
  /** Tell whoever waits that this replica has drained up to the epoch, and that the database knows. */
  | { kind: 'alarm'; alarm: Alarm }
  | { kind: 'retire'; life: number }
  | { kind: 'kill' };
