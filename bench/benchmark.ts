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
  /** What was measured beside the rates, once all turns are done. */
  bounds?(arranged: Arranged): Promise<Bound[]>;
  clear(arranged: Arranged): Promise<void>;
}

/** Something that must stay below a bound, whatever the machine: memory, above all. */
export interface Bound {
  what: string;
  unit: string;
  measured: number;
  most: number;
}

/** What has no reference, only bounds. A row's file exports it as `measurement`. */
export interface Measurement {
  what: string;
  /** Takes many minutes: it runs where it is named, and not among all. */
  isLong: boolean;
  measure(arena: Arena): Promise<Bound[]>;
}

/** What a row came to. */
export interface Result {
  name: string;
  what: string;
  bounds: (Bound & { isHeld: boolean })[];
  isReached: boolean;
  /** What the row cost, its preparation included. */
  seconds: number;
}

export interface Outcome extends Result {
  against: string;
  unit: string;
  target: number;
  ours: number;
  reference: number;
  ratio: number;
  rounds: { ours: number; reference: number }[];
  plan: string[];
}

export function held(bounds: readonly Bound[]): Result['bounds'] {
  return bounds.map((bound) => ({ ...bound, isHeld: bound.measured <= bound.most }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
