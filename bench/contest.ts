import type { Arena } from './arena.js';
import { held, median, type Benchmark, type Measurement, type Outcome, type Result } from './benchmark.js';

/**
 * One row of the table. The sides take turns, and who begins changes each round, so that noise of the machine hits both;
 * the first turn of each warms caches and connections and does not count.
 */
export async function contest<Arranged>(
  name: string,
  benchmark: Benchmark<Arranged>,
  arena: Arena,
): Promise<Outcome> {
  const { what, against, unit, target } = benchmark;
  const begin = performance.now();
  const arranged = await benchmark.prepare(arena);
  try {
    const plan = (await benchmark.plan?.(arranged)) ?? [];
    const rounds: Outcome['rounds'] = [];
    for (let round = 0; round <= benchmark.rounds; round += 1) {
      const oursFirst = round % 2 === 0;
      const early = oursFirst ? await benchmark.ours(arranged) : undefined;
      const reference = await benchmark.reference(arranged);
      const ours = early ?? (await benchmark.ours(arranged));
      if (round > 0) rounds.push({ ours, reference });
    }
    const ratio = median(rounds.map((round) => round.ours / round.reference));
    const bounds = held((await benchmark.bounds?.(arranged)) ?? []);
    return {
      name,
      what,
      against,
      unit,
      target,
      ratio,
      rounds,
      plan,
      bounds,
      ours: median(rounds.map((round) => round.ours)),
      reference: median(rounds.map((round) => round.reference)),
      isReached: ratio >= target && bounds.every(({ isHeld }) => isHeld),
      seconds: (performance.now() - begin) / 1_000,
    };
  } finally {
    await benchmark.clear(arranged);
  }
}

/** A row without a reference. */
export async function measure(name: string, measurement: Measurement, arena: Arena): Promise<Result> {
  const begin = performance.now();
  const bounds = held(await measurement.measure(arena));
  const isReached = bounds.every(({ isHeld }) => isHeld);
  const { what } = measurement;
  return { name, what, bounds, isReached, seconds: (performance.now() - begin) / 1_000 };
}
