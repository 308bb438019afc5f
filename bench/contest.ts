import type { Arena } from './arena.js';
import { median, type Benchmark, type Outcome } from './benchmark.js';

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
    return {
      name,
      what,
      against,
      unit,
      target,
      ratio,
      rounds,
      plan,
      ours: median(rounds.map((round) => round.ours)),
      reference: median(rounds.map((round) => round.reference)),
      isReached: ratio >= target,
    };
  } finally {
    await benchmark.clear(arranged);
  }
}
