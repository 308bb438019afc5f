import type { LeaseTerms, State } from './sentinel-event.js';

/** What the sentinel's rules remember between two events. A new life forgets all but what the process has seen. */
export interface SentinelState {
  readonly life: number;
  /** Of this life; undefined until it is registered. */
  readonly terms: LeaseTerms | undefined;
  readonly isRegistering: boolean;
  readonly lastRequest: number;
  /** The renewal under way: one at a time, so that every answer is younger than the one before. */
  readonly asked: { request: number; sentAt: number } | undefined;
  /** Something happened since it was sent. */
  readonly isNews: boolean;
  readonly nextAt: number;
  /** What the gate decides by. */
  readonly installed: State | undefined;
  /** The highest epoch that the process has seen, in any life. */
  readonly epochSeen: bigint;
  readonly lastCut: number;
  /** Asked for, not yet answered, oldest first. */
  readonly cuts: readonly { cut: number; askedAt: number; isLeased: boolean }[];
  /** What the database has granted, and how much of it is in use. */
  readonly grantedUntil: number;
  readonly deadline: number;
  readonly isRegressed: boolean;
  /** Bounds of the database's clock less our own, as of a moment. */
  readonly clock: { low: number; high: number; at: number } | undefined;
  readonly isOver: boolean;
}

/** `epochSeen`: of a thread that died in this process. */
export function initialState(epochSeen = -1n): SentinelState {
  return {
    life: 0,
    terms: undefined,
    isRegistering: false,
    lastRequest: 0,
    asked: undefined,
    isNews: false,
    nextAt: -Infinity,
    installed: undefined,
    epochSeen,
    lastCut: 0,
    cuts: [],
    grantedUntil: -Infinity,
    deadline: -Infinity,
    isRegressed: false,
    clock: undefined,
    isOver: false,
  };
}
