import type { ScopeKey } from '../scopes.rules.js';
import type { LeaseHandle } from './lease-memory.js';

/** What the main thread and the sentinel's thread say to each other; what the gate needs at once lies in shared memory. */

/** What a thread is started with. */
export interface SentinelOrders {
  memory: LeaseHandle;
  url: string;
  host: string;
  build: string;
  epochSeen: bigint;
}

export type ToSentinel =
  | { kind: 'drained'; cut: number }
  /** Ask now, and say when an answer to a question that was put after this is in force. */
  | { kind: 'refresh'; ticket: number }
  | { kind: 'stop' };

export type FromSentinel =
  | { kind: 'life'; incarnation: string }
  | { kind: 'leased' }
  | { kind: 'cut'; cut: number; scopes: readonly ScopeKey[] | 'any' }
  | { kind: 'freeze'; cut: number }
  | { kind: 'refreshed'; ticket: number }
  | { kind: 'refused'; code: string; message: string }
  | { kind: 'log'; event: string; detail?: string }
  | { kind: 'stopped' };

export const flipChannel = 'rosette_flip';
