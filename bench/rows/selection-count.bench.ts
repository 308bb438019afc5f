import type { Client } from 'pg';
import { readDefinition } from '../../src/targeting/definition.rules.js';
import { electorFields } from '../../src/tools/contact-creator/selections/elector-fields.js';
import { countSql } from '../../src/tools/contact-creator/selections/selection-statement.read-model.js';
import { createPerson, putney, type Person } from '../../test/support/people.js';
import { startReplicaProcess, type ReplicaProcess } from '../../test/support/replica-process.js';
import type { BenchDatabase } from '../arena.js';
import type { Benchmark } from '../benchmark.js';
import { createElectorate, settle } from '../electorate.js';
import { connectAll, endAll } from '../electoral-page.js';
import { bodyOf, HttpConnection } from '../http-connection.js';
import { throughput } from '../throughput.js';

const turnSeconds = 6;
const warmUpSeconds = 3;
/** A count is work for a whole core. */
const people = 2;

/** Asks of every elector, at every door: nothing is cheaper by an index. */
const definition = { unit: 'household', base: { all: [] }, for: 'doorstep' };
const { sql, values } = countSql({
  constituencyId: putney,
  definition: readDefinition(definition, electorFields, ''),
});
const request = JSON.stringify({ constituencyId: putney, definition });

interface Asker {
  connection: HttpConnection;
  person: Person;
}

interface Arranged {
  database: BenchDatabase;
  server: ReplicaProcess;
  askers: Asker[];
  readers: Client[];
}

/** What it costs to ask a whole constituency through the door, beside the asking. */
export const benchmark: Benchmark<Arranged> = {
  what: `count of a selection of 73,000 electors through HTTP, ${people} people`,
  against: 'the same SQL by pg, without row-level security',
  target: 0.9,
  unit: 'counts/s',
  rounds: 5,

  async prepare(arena) {
    const database = await arena.database();
    await createElectorate(database.admin, putney);
    await settle(database.admin);
    const server = await startReplicaProcess(database.environment);
    const askers: Asker[] = [];
    for (let n = 0; n < people; n += 1) {
      const purposes = ['voter-contact'];
      const person = await createPerson(database, { role: 'organiser', constituencyId: putney, purposes });
      askers.push({ person, connection: await HttpConnection.open(server.url) });
    }
    await throughput(askers, warmUpSeconds, countThroughHttp);
    const readers = await connectAll(database.superuserUrl, people);
    return { database, server, askers, readers };
  },

  ours: ({ askers }) => throughput(askers, turnSeconds, countThroughHttp),

  reference: ({ readers }) =>
    throughput(readers, turnSeconds, async (reader) => {
      const { rows } = await reader.query<{ reason: string | null; electors: number }>(sql, values);
      expectCount(rows.find(({ reason }) => reason === null)?.electors);
    }),

  async plan({ database }) {
    const explain = `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) ${sql}`;
    const { rows } = await database.admin.query<{ 'QUERY PLAN': string }>(explain, values);
    return rows.map((row) => row['QUERY PLAN']);
  },

  async clear({ database, server, askers, readers }) {
    for (const { connection } of askers) connection.close();
    await endAll(readers);
    await server.stop();
    await database.drop();
  },
};

async function countThroughHttp({ connection, person }: Asker): Promise<void> {
  const headers = { ...person.headers, 'data-purpose': 'voter-contact' };
  const answer = bodyOf(await connection.post('/v1/selections/count', headers, request));
  expectCount((JSON.parse(answer.toString('utf8')) as { electors: number }).electors);
}

/** All but the anonymous one and the one without an address. A fast wrong answer must not win. */
function expectCount(electors: number | undefined): void {
  if (electors !== 73_000) throw new Error(`A count of ${electors} electors.`);
}
