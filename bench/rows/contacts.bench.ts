import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { createControllerProfile } from '../../test/support/controller-profile.js';
import { createPerson, putney, type Person } from '../../test/support/people.js';
import { startReplicaProcess, type ReplicaProcess } from '../../test/support/replica-process.js';
import type { BenchDatabase } from '../arena.js';
import type { Benchmark } from '../benchmark.js';
import { createElectorate, settle } from '../electorate.js';
import { connectAll, endAll } from '../electoral-page.js';
import { bodyOf, HttpConnection } from '../http-connection.js';
import { planByHand, recordByHand, type HandMadeContact } from '../hand-made-contacts.js';
import { throughput } from '../throughput.js';

const devices = 20;
const inBatch = 50;
const turnSeconds = 5;
const warmUpSeconds = 8;
/** Of those that every installation begins with. */
const codes = ['F', 'U', 'A'] as const;

interface Arranged {
  database: BenchDatabase;
  server: ReplicaProcess;
  phones: { connection: HttpConnection; person: Person; next: () => string[] }[];
  clients: { client: Client; recordedBy: string; next: () => string[] }[];
}

/** A reconnect after a gap in the signal: every device hands in what it has queued, opinions included. */
export const benchmark: Benchmark<Arranged> = {
  what: `batches of ${inBatch} contacts from ${devices} devices through HTTP`,
  against: `the same rows and the same update of what is derived by pg, ${devices} connections, without row-level security`,
  target: 0.5,
  unit: 'contacts/s',
  rounds: 5,

  async prepare(arena) {
    const database = await arena.database();
    const { admin } = database;
    await createElectorate(admin, putney);
    await settle(admin);
    const { rows } = await admin.query<{ id: string }>(
      'SELECT id FROM contact_creator.elector WHERE constituency_id = $1 AND door_id IS NOT NULL ORDER BY id',
      [putney],
    );
    const ids = rows.map(({ id }) => id);
    const server = await startReplicaProcess(database.environment);
    const phones: Arranged['phones'] = [];
    const clients: Arranged['clients'] = [];
    const connections = await connectAll(database.superuserUrl, devices);
    for (const [n, client] of connections.entries()) {
      const person = await createPerson(database, {
        role: 'organiser',
        constituencyId: putney,
        purposes: ['voter-contact'],
      });
      // Each side meets every elector as often as the other; each device works streets of its own.
      phones.push({ person, connection: await HttpConnection.open(server.url), next: walkOf(ids, n) });
      clients.push({ client, recordedBy: person.accountId, next: walkOf(ids, n) });
    }
    // Without a controller who answers for them no opinion is recorded.
    await createControllerProfile(admin, clients[0]?.recordedBy as string);
    await throughput(phones, warmUpSeconds, handIn);
    return { database, server, phones, clients };
  },

  ours: async ({ phones }) => inBatch * (await throughput(phones, turnSeconds, handIn)),

  reference: async ({ clients }) =>
    inBatch *
    (await throughput(clients, turnSeconds, ({ client, recordedBy, next }) =>
      recordByHand(client, putney, recordedBy, next().map(contactWith)),
    )),

  plan: ({ database, clients }) => planByHand(database.admin, putney, clients[0]?.next() ?? []),

  async clear({ database, server, phones, clients }) {
    for (const { connection } of phones) connection.close();
    await endAll(clients.map(({ client }) => client));
    await server.stop();
    await database.drop();
  },
};

/** Fifty electors after the other, from a part of the register that is one device's, round and round. */
function walkOf(ids: readonly string[], nth: number): () => string[] {
  const part = ids.slice(
    Math.floor((ids.length * nth) / devices),
    Math.floor((ids.length * (nth + 1)) / devices),
  );
  let at = 0;
  return () => {
    if (at + inBatch > part.length) at = 0;
    return part.slice(at, (at += inBatch));
  };
}

/** Two in three were in; of them most said how they will vote, and some want a poster. */
function contactWith(electorId: string, index: number): HandMadeContact {
  const id = randomUUID();
  const deviceAt = new Date().toISOString();
  if (index % 3 === 0) return { id, electorId, method: 'doorstep', outcome: 'not-in', deviceAt };
  return {
    id,
    electorId,
    method: 'doorstep',
    outcome: 'canvassed',
    votingIntentionCode: codes[index % codes.length] as string,
    likelihood: index % 11,
    flags: index % 10 === 1 ? ['poster-wanted'] : [],
    deviceAt,
  };
}

async function handIn({ connection, person, next }: Arranged['phones'][number]): Promise<void> {
  const body = JSON.stringify({ constituencyId: putney, contacts: next().map(contactWith) });
  const answer = bodyOf(await connection.post('/v1/contacts', person.headers, body));
  const { contacts } = JSON.parse(answer.toString('utf8')) as { contacts: { status: string }[] };
  const recorded = contacts.filter(({ status }) => status === 'recorded').length;
  if (recorded !== inBatch)
    throw new Error(`Of ${inBatch} contacts ${recorded} were recorded: ${answer.toString()}`);
}
