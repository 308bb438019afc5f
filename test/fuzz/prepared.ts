/**
 * What a preparation is and what it leaves behind.
 */
import type { Played } from './cast.js';
import type { Target } from './pool.js';
import type { World } from './world.js';

export interface Prepared {
  body?: unknown;
  targets?: Target[];
  /** Of who asks with something else than a session. */
  headers?: Record<string, string>;
  /** Something new is there: look for targets again. */
  isFresh?: boolean;
}

export type Preparation = (world: World, played: Played) => Promise<Prepared>;
