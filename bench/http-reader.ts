/**
 * A constituency behind a server of its own, and people who page through HTTP at the same time, each over a kept
 * connection.
 */
import { putney, type Person } from '../test/support/people.js';
import { startReplicaProcess, type ReplicaProcess } from '../test/support/replica-process.js';
import type { Arena, BenchDatabase } from './arena.js';
import { createElectorate, settle } from './electorate.js';
import { canvassers, createOrganisers, endAll, startsOfPages, type Canvasser } from './electoral-page.js';
import { bodyOf, HttpConnection } from './http-connection.js';
import { throughput } from './throughput.js';

/** A server runs for weeks; one that has just started still compiles what it will run. */
const warmUpSeconds = 10;

export interface HttpReader {
  connection: HttpConnection;
  person: Person;
}

/** The same people over HTTP and as the custody transaction sent by `pg`. */
export interface PagedServer {
  database: BenchDatabase;
  server: ReplicaProcess;
  readers: HttpReader[];
  canvassers: Canvasser[];
  nextStart: () => string;
}

export async function openPagedServer(arena: Arena): Promise<PagedServer> {
  const database = await arena.database();
  await createElectorate(database.admin, putney);
  await settle(database.admin);
  const nextStart = await startsOfPages(database);
  const server = await startReplicaProcess(database.environment);
  const people = await createOrganisers(database);
  const readers = await Promise.all(
    people.map(async (person) => ({ person, connection: await HttpConnection.open(server.url) })),
  );
  return { database, server, readers, nextStart, canvassers: await canvassers(database) };
}

export async function closePagedServer({
  database,
  server,
  readers,
  canvassers: all,
}: PagedServer): Promise<void> {
  for (const { connection } of readers) connection.close();
  await endAll(all.map(({ client }) => client));
  await server.stop();
  await database.drop();
}

export function warmUp({ readers }: PagedServer, nextPath: () => string): Promise<number> {
  return throughput(readers, warmUpSeconds, (reader) => pageThroughHttp(reader, nextPath()));
}

/** A fast wrong answer must not win. */
export async function pageThroughHttp({ connection, person }: HttpReader, path: string): Promise<void> {
  const answer = await connection.get(path, { ...person.headers, 'data-purpose': 'voter-contact' });
  const electors = countOf(bodyOf(answer), elector);
  if (electors !== 50) throw new Error(`A page of ${electors}: ${answer.toString('utf8').slice(0, 1_200)}`);
}

const elector = Buffer.from('"electorNumber":"');

/** Counted, not parsed: parsing costs the client as much as some of what is measured. */
function countOf(answer: Buffer, part: Buffer): number {
  let count = 0;
  for (let at = answer.indexOf(part); at >= 0; at = answer.indexOf(part, at + part.length)) count += 1;
  return count;
}
