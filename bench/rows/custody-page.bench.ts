import type { Client } from 'pg';
import type { BenchDatabase } from '../arena.js';
import type { Benchmark } from '../benchmark.js';
import { createElectorate, settle } from '../electorate.js';
import {
  barePage,
  bareReaders,
  canvassers,
  connections,
  custodyPage,
  endAll,
  pageQueries,
  type Canvasser,
} from '../electoral-page.js';
import { putney } from '../../test/support/people.js';
import { throughput } from '../throughput.js';

const turnSeconds = 4;

interface Arranged {
  database: BenchDatabase;
  readers: Client[];
  canvassers: Canvasser[];
  nextQuery: () => { sql: string; values: unknown[] };
}

/** What the fence, row-level security, the ledger and the budget cost beside the read that they guard. */
export const benchmark: Benchmark<Arranged> = {
  what: `custody transaction, page of 50 electors, ${connections} connections`,
  against: 'the bare indexed SELECT of the same page by pg, prepared, without row-level security',
  target: 0.45,
  unit: 'pages/s',
  rounds: 5,

  async prepare(arena) {
    const database = await arena.database();
    await createElectorate(database.admin, putney);
    await settle(database.admin);
    const nextQuery = await pageQueries(database);
    const readers = await bareReaders(database);
    return { database, readers, canvassers: await canvassers(database), nextQuery };
  },

  ours: ({ canvassers: all, nextQuery }) =>
    throughput(all, turnSeconds, (canvasser) => custodyPage(canvasser, nextQuery())),

  reference: ({ readers, nextQuery }) =>
    throughput(readers, turnSeconds, (reader) => barePage(reader, nextQuery())),

  async plan({ database, nextQuery }) {
    const { sql, values } = nextQuery();
    const explain = `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) ${sql}`;
    const { rows } = await database.admin.query<{ 'QUERY PLAN': string }>(explain, values);
    return rows.map((row) => row['QUERY PLAN']);
  },

  async clear({ database, readers, canvassers: all }) {
    await endAll([...readers, ...all.map(({ client }) => client)]);
    await database.drop();
  },
};
