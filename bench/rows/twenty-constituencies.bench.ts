import { putney } from '../../test/support/people.js';
import type { Arena, BenchDatabase } from '../arena.js';
import type { Benchmark } from '../benchmark.js';
import { copyElectorate, createElectorate, settle } from '../electorate.js';
import { canvassers, custodyPage, endAll, pageQueries, type Canvasser } from '../electoral-page.js';
import { throughput } from '../throughput.js';

const turnSeconds = 4;
const others = 19;

interface Side {
  database: BenchDatabase;
  canvassers: Canvasser[];
  nextQuery: () => { sql: string; values: unknown[] };
}

/** One constituency's pages must not grow dearer by the others: the price of a nation in one database. */
export const benchmark: Benchmark<{ one: Side; twenty: Side }> = {
  what: `custody transaction, page of 50 electors, with ${others + 1} constituencies loaded`,
  against: 'the same with one constituency loaded',
  target: 0.85,
  unit: 'pages/s',
  rounds: 5,

  async prepare(arena) {
    return { one: await sideOf(arena, 0), twenty: await sideOf(arena, others) };
  },

  ours: ({ twenty }) => pages(twenty),
  reference: ({ one }) => pages(one),

  async clear({ one, twenty }) {
    for (const side of [one, twenty]) {
      await endAll(side.canvassers.map(({ client }) => client));
      await side.database.drop();
    }
  },
};

async function sideOf(arena: Arena, more: number): Promise<Side> {
  const database = await arena.database();
  const { admin } = database;
  await createElectorate(admin, putney);
  const { rows } = await admin.query<{ id: string }>(
    'SELECT id FROM geography.constituency WHERE id <> $1 ORDER BY md5(id) LIMIT $2',
    [putney, more],
  );
  for (const [index, { id }] of rows.entries()) await copyElectorate(admin, putney, id, index + 1);
  await settle(admin);
  return { database, canvassers: await canvassers(database), nextQuery: await pageQueries(database) };
}

function pages({ canvassers: all, nextQuery }: Side): Promise<number> {
  return throughput(all, turnSeconds, (canvasser) => custodyPage(canvasser, nextQuery()));
}
