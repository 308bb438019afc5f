import { randomUUID } from 'node:crypto';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { createControllerProfile } from '../support/controller-profile.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createRegister } from '../support/register.js';
import type { TestDatabase } from '../support/test-database.js';
import type { Errand } from './load.js';

const readers = 6;
const writers = 2;
const members = 200;

/** A register, members with addresses, and budgets that no run exhausts. */
export async function fill({ admin }: TestDatabase): Promise<void> {
  await createRegister(admin, putney, 'KA', 50, 100);
  await createElectorsAndMembers(admin, wimbledon, members);
  await admin.query(
    `INSERT INTO organise.member_contact_detail (constituency_id, member_id, email)
     SELECT constituency_id, id, 'm' || id || '@example.org' FROM organise.member`,
  );
  await admin.query('UPDATE organise.member SET has_email = true');
  await admin.query('ANALYZE');
  await admin.query(
    `UPDATE access.role_limit SET five_minutes = 2000000000, hour = 2000000000, day = 2000000000, export_day = 2000000000`,
  );
}

/** People, and what each does again and again: read pages and files of electors, hand contacts in, read pages of members. */
export async function errandsOf(database: TestDatabase, url: string): Promise<Errand[]> {
  const errands: Errand[] = [];
  for (let n = 0; n < readers; n += 1) {
    const person = await worker(database, 'data-officer');
    const shared = { person, purpose: 'voter-contact', scopes: scopesOf(person) };
    const page = `/v1/electors?constituencyId=${putney}&limit=200`;
    errands.push({ ...shared, what: 'a page of electors', method: 'GET', path: page });
    if (n < 2) errands.push(await exportOf(url, shared, n === 0 ? undefined : 200_000));
  }
  const { rows } = await database.admin.query<{ id: string }>(
    'SELECT id FROM contact_creator.elector WHERE constituency_id = $1 AND door_id IS NOT NULL ORDER BY id LIMIT 1000',
    [putney],
  );
  for (let n = 0; n < writers; n += 1) {
    const person = await worker(database, 'organiser');
    if (n === 0) await createControllerProfile(database.admin, person.accountId);
    errands.push({
      what: 'contacts',
      method: 'POST',
      path: '/v1/contacts',
      person,
      purpose: 'voter-contact',
      scopes: scopesOf(person),
      body: () => contactsWith(rows.map(({ id }) => id)),
    });
  }
  for (let n = 0; n < 2; n += 1) {
    const clerk = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: wimbledon,
      purposes: ['membership-administration'],
    });
    errands.push({
      what: 'a page of members',
      method: 'GET',
      path: `/v1/members?constituencyId=${wimbledon}&limit=100`,
      person: clerk,
      purpose: 'membership-administration',
      scopes: ['all:*', 'tool:organise', `area:${wimbledon}`, `user:${clerk.accountId}`],
    });
  }
  return errands;
}

function worker(database: TestDatabase, role: 'data-officer' | 'organiser'): Promise<Person> {
  return createPerson(database, { role, constituencyId: putney, purposes: ['voter-contact'] });
}

function scopesOf({ accountId }: Person): ScopeKey[] {
  return ['all:*', 'tool:contact-creator', `area:${putney}`, `user:${accountId}`];
}

let nextElector = 0;

/** Ten, of one elector after the other. */
function contactsWith(electorIds: readonly string[]): object {
  const contacts = Array.from({ length: 10 }, () => {
    nextElector += 1;
    return {
      id: randomUUID(),
      electorId: electorIds[nextElector % electorIds.length],
      method: 'doorstep',
      outcome: 'no-answer',
      deviceAt: new Date().toISOString(),
    };
  });
  return { constituencyId: putney, contacts };
}

/** A file of the whole register, which is fetched again and again. */
async function exportOf(
  url: string,
  shared: Pick<Errand, 'person' | 'purpose' | 'scopes'>,
  takes: number | undefined,
): Promise<Errand> {
  const answer = await fetch(`${url}/v1/exports`, {
    method: 'POST',
    headers: {
      ...shared.person.headers,
      'content-type': 'application/json',
      'data-purpose': shared.purpose,
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({
      constituencyId: putney,
      source: { kind: 'constituency' },
      columns: ['electorId', 'forename', 'surname', 'address', 'postcode'],
      reason: 'chaos',
    }),
  });
  if (answer.status !== 201)
    throw new Error(`an export was answered ${answer.status}: ${await answer.text()}`);
  const { id } = (await answer.json()) as { id: string };
  const path = `/v1/exports/${id}/file.csv?constituencyId=${putney}`;
  return {
    ...shared,
    what: 'a file of electors',
    method: 'GET',
    path,
    ...(takes === undefined ? {} : { takes }),
  };
}
