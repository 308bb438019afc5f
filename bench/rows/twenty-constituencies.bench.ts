import type { Benchmark } from '../benchmark.js';
import { custodyPage, pageQueries } from '../electoral-page.js';
import { clearSides, others, sideOf, type Side } from '../nation.js';
import { throughput } from '../throughput.js';

const turnSeconds = 4;

type PagedSide = Side & { nextQuery: () => { sql: string; values: unknown[] } };

/** One constituency's pages must not grow dearer by the others: the price of a nation in one database. */
export const benchmark: Benchmark<{ one: PagedSide; twenty: PagedSide }> = {
  what: `custody transaction, page of 50 electors, with ${others + 1} constituencies loaded`,
  against: 'the same with one constituency loaded',
  target: 0.85,
  unit: 'pages/s',
  rounds: 5,

  async prepare(arena) {
    return { one: await paged(await sideOf(arena, 0)), twenty: await paged(await sideOf(arena, others)) };
  },

  ours: ({ twenty }) => pages(twenty),
  reference: ({ one }) => pages(one),
  clear: ({ one, twenty }) => clearSides([one, twenty]),
};

async function paged(side: Side): Promise<PagedSide> {
  return { ...side, nextQuery: await pageQueries(side.database) };
}

function pages({ canvassers: all, nextQuery }: PagedSide): Promise<number> {
  return throughput(all, turnSeconds, (canvasser) => custodyPage(canvasser, nextQuery()));
}
