/**
 * A page of fifty electors, read in two ways: by a bare SELECT of a superuser, and by the custody transaction as the
 * application sends it. The reference sends the application's own statement, so both read the same rows and columns.
 */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { disclosedSql } from '../src/custody/disclosed-sql.js';
import { named } from '../src/database/statement-name.js';
import { tool } from '../src/http/route.js';
import { enterSql, type Entry } from '../src/kill-switch/enter-sql.js';
import { searchSql } from '../src/tools/contact-creator/register/elector.read-model.js';
import { electorSearch } from '../src/tools/contact-creator/register/elector-search.rules.js';
import { createPerson, putney, type Person } from '../test/support/people.js';
import type { BenchDatabase } from './arena.js';
import { pageStarts } from './electorate.js';

const limit = 50;
export const connections = 8;

/** Hands out the page starts in an order that is the same in every run and near to none. */
export async function startsOfPages(database: BenchDatabase): Promise<() => string> {
  const starts = await pageStarts(database.admin, putney);
  let turn = 0;
  return () => {
    turn = (turn + 7_919) % starts.length;
    return starts[turn] as string;
  };
}

export async function pageQueries(
  database: BenchDatabase,
): Promise<() => { sql: string; values: unknown[] }> {
  const nextStart = await startsOfPages(database);
  return () => pageQuery(nextStart());
}

const search = electorSearch({ constituencyId: putney, limit });

export function pageQuery(afterId: string): { sql: string; values: unknown[] } {
  return searchSql(search, limit + 1, { id: afterId });
}

export function connectAll(url: string, count = connections): Promise<Client[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const client = new Client({ connectionString: url });
      await client.connect();
      return client;
    }),
  );
}

export function endAll(clients: readonly Client[]): Promise<unknown> {
  return Promise.all(clients.map((client) => client.end()));
}

/** The reference at its fastest: parsed and planned once in a connection (`bareReaders`), as the application's is. */
export async function barePage(
  client: Client,
  { sql, values }: { sql: string; values: unknown[] },
): Promise<void> {
  expectPage((await client.query(named(sql, values))).rows);
}

/** Of a superuser, whom no policy touches; under the setting without which PostgreSQL would plan for each value. */
export async function bareReaders(database: BenchDatabase): Promise<Client[]> {
  const clients = await connectAll(database.superuserUrl);
  for (const client of clients) await client.query('SET plan_cache_mode = force_generic_plan');
  return clients;
}

/** One of several people who work at the same time, each over a connection of his own. */
export interface Canvasser {
  client: Client;
  person: Person;
  incarnation: string;
}

export async function canvassers(database: BenchDatabase): Promise<Canvasser[]> {
  const clients = await connectAll(database.apiUrl);
  const incarnation = randomUUID();
  await clients[0]?.query(`SELECT ks.register_replica($1, 'bench', 1, 'bench')`, [incarnation]);
  const people = await createOrganisers(database);
  return clients.map((client, index) => ({ client, person: people[index] as Person, incarnation }));
}

/** One for each connection: pages of one person would wait for each other at his budget. */
export async function createOrganisers(database: BenchDatabase): Promise<Person[]> {
  const purposes = ['voter-contact'];
  const people: Person[] = [];
  for (let n = 0; n < connections; n += 1)
    people.push(await createPerson(database, { role: 'organiser', constituencyId: putney, purposes }));
  return people;
}

/** The custody transaction: BEGIN with the fence; the page under row-level security; the disclosure with COMMIT. */
export function custodyPage(
  canvasser: Canvasser,
  { sql, values }: { sql: string; values: unknown[] },
): Promise<void> {
  const ask = { action: 'elector.read', classes: ['identity'], keepsPlans: true } as const;
  return disclosing(canvasser, ask, async (client) =>
    pageOf((await client.query<{ id: string }>(named(sql, values))).rows),
  );
}

/** What is disclosed of the rows of a page, one more having been asked for. */
export function pageOf(rows: readonly { id: string }[]): { rows: number; subjectIds: string[] } {
  expectPage(rows);
  return { rows: limit, subjectIds: rows.slice(0, limit).map(({ id }) => id) };
}

/** A custody transaction as the application sends it, around any work. */
export async function disclosing(
  { client, ...canvasser }: Canvasser,
  ask: Pick<Entry, 'action' | 'classes' | 'keepsPlans'>,
  work: (client: Client) => Promise<{ rows: number; subjectIds: string[] }>,
): Promise<void> {
  await client.query(`BEGIN ISOLATION LEVEL READ COMMITTED; ${fenceOf(canvasser, ask)}`);
  const { rows, subjectIds } = await work(client);
  const closing = disclosedSql({ requestId: randomUUID(), addressClass: 'loopback' }, rows, subjectIds);
  await client.query(`${closing}; COMMIT`);
}

/** The fence as the application asks it for electors. `generation`: how often the person had been stopped. */
export function fenceOf(
  { person, incarnation }: Pick<Canvasser, 'person' | 'incarnation'>,
  ask: Pick<Entry, 'action' | 'classes' | 'keepsPlans'> = { action: 'elector.read', classes: ['identity'] },
  generation = 0,
): string {
  return enterSql({
    ...ask,
    incarnation,
    sessionId: person.sessionId,
    reach: tool('contact-creator'),
    mode: 'read',
    purpose: 'voter-contact',
    constituencyIds: [putney],
    admission: {
      epoch: 0n,
      scopes: ['all:*', 'tool:contact-creator', `user:${person.accountId}`],
      generations: [0, 0, generation],
    },
  });
}

/** A fast wrong answer must not win. */
function expectPage(rows: readonly unknown[]): void {
  if (rows.length !== limit + 1) throw new Error(`A page of ${rows.length} rows instead of ${limit + 1}.`);
}
