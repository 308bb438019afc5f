import { encodeCursor } from '../../src/http/keyset.js';
import { putney } from '../../test/support/people.js';
import { startReplicaProcess, type ReplicaProcess } from '../../test/support/replica-process.js';
import type { BenchDatabase } from '../arena.js';
import type { Benchmark } from '../benchmark.js';
import { createElectorate, pageStarts, settle } from '../electorate.js';
import {
  canvassers,
  connections,
  createOrganisers,
  custodyPage,
  endAll,
  pageQueries,
  type Canvasser,
} from '../electoral-page.js';
import { openReaders, pageThroughHttp, type HttpReader } from '../http-reader.js';
import { throughput } from '../throughput.js';

const turnSeconds = 4;
/** A server runs for weeks; one that has just started still compiles what it will run. */
const warmUpSeconds = 10;

interface Arranged {
  database: BenchDatabase;
  server: ReplicaProcess;
  readers: HttpReader[];
  nextPath: () => string;
  canvassers: Canvasser[];
  nextQuery: () => { sql: string; values: unknown[] };
}

/** What the server costs beside the transaction it runs: socket, token, gate, access, validation, problem-free answer. */
export const benchmark: Benchmark<Arranged> = {
  what: `page of 50 electors through HTTP, ${connections} connections`,
  against: 'the custody transaction of the same page by pg',
  target: 0.6,
  unit: 'pages/s',
  rounds: 5,

  async prepare(arena) {
    const database = await arena.database();
    await createElectorate(database.admin, putney);
    await settle(database.admin);
    const starts = await pageStarts(database.admin, putney);
    const server = await startReplicaProcess(database.environment);
    const people = await createOrganisers(database);
    let turn = 0;
    const nextPath = () => {
      turn = (turn + 7_919) % starts.length;
      const after = encodeCursor([starts[turn] as string]);
      return `/v1/electors?constituencyId=${putney}&after=${after}`;
    };
    const readers = await openReaders(server.url, people);
    await throughput(readers, warmUpSeconds, (reader) => pageThroughHttp(reader, nextPath()));
    const nextQuery = await pageQueries(database);
    return { database, server, readers, nextPath, canvassers: await canvassers(database), nextQuery };
  },

  ours: ({ readers, nextPath }) =>
    throughput(readers, turnSeconds, (reader) => pageThroughHttp(reader, nextPath())),

  reference: ({ canvassers: all, nextQuery }) =>
    throughput(all, turnSeconds, (canvasser) => custodyPage(canvasser, nextQuery())),

  async clear({ database, server, readers, canvassers: all }) {
    for (const { connection } of readers) connection.close();
    await endAll(all.map(({ client }) => client));
    await server.stop();
    await database.drop();
  },
};
