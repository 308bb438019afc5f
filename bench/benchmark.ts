/**
 * What a benchmark is: something of ours against the plainest way to the same end, on one server, in one run. A row is
 * one file, `bench/rows/<name>.bench.ts`, that exports `benchmark`; the runner finds it there.
 */
import type { Arena } from './arena.js';

export interface Benchmark<Arranged = unknown> {
  /** What of ours is measured, and against what, in the words of the table. */
  what: string;
  against: string;
  /** Ours divided by the reference, at least. */
  target: number;
  /** What both sides answer, more being better: `transactions/s`, `rows/s`. */
  unit: string;
  /** Of how many turns each side has; the middle ratio counts. */
  rounds: number;
  prepare(arena: Arena): Promise<Arranged>;
  ours(arranged: Arranged): Promise<number>;
  reference(arranged: Arranged): Promise<number>;
  /** The plan of the reference, so that nobody need believe that it is a fair one. */
  plan?(arranged: Arranged): Promise<string[]>;
  clear(arranged: Arranged): Promise<void>;
}

export interface Outcome {
  name: string;
  what: string;
  against: string;
  unit: string;
  target: number;
  ours: number;
  reference: number;
  ratio: number;
  isReached: boolean;
  rounds: { ours: number; reference: number }[];
  plan: string[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
