import { tool } from '../../src/http/route.js';
import { pendingSql, recipientsSql } from '../../src/tools/organise/mailings/mailing-recipient.repository.js';
import { readSegment } from '../../src/tools/organise/mailings/segment.rules.js';
import { FenceClient } from '../support/fence-client.js';
import { createMailing } from '../support/mailing.js';
import { createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** What the API role may do with mailings and suppressions, and how it finds the next block. */
describe('Mailings in the database', () => {
  let database: TestDatabase;
  let fence: FenceClient;
  let secretary: Person;
  let mailingId: string;
  const hash = `0000000000000-00000000:${'a'.repeat(64)}`;

  beforeAll(async () => {
    database = await createTestDatabase();
    secretary = await createPerson(database, {
      role: 'membership-secretary',
      purposes: ['member-communication'],
    });
    await database.admin.query(
      `INSERT INTO organise.member (constituency_id, membership_number, forename, surname, joined_on)
       SELECT $1, 'M' || n, 'Ada', 'Example' || n, '2020-01-01' FROM generate_series(1, 5000) n`,
      [putney],
    );
    mailingId = await createMailing(database.admin, secretary.accountId);
    fence = await FenceClient.connect(database);
  }, 60_000);

  afterAll(async () => {
    await fence.close();
    await database.drop();
  });

  const enter = (constituencyId = putney, mode: 'read' | 'change' = 'read') =>
    fence.enter(secretary, {
      reach: tool('organise'),
      mode,
      action: 'mailing.change',
      purpose: 'member-communication',
      classes: ['identity', 'contact-details', 'membership'],
      constituencyIds: [constituencyId],
    });
  const planOf = async (sql: string, values: unknown[]) => {
    const { rows } = await fence.client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, values);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  it('finds the next block by the index of what is pending, and each member by key', async () => {
    await enter(putney, 'change');
    const segment = readSegment({ field: 'joined', op: 'before', value: '2021-01-01' }, '');
    const { sql, values } = pendingSql(putney, mailingId, segment, 200);
    const plan = await planOf(sql, values);
    const page = await planOf(recipientsSql, [putney, mailingId, '0', 51]);
    await fence.client.query('ROLLBACK');
    expect(plan).toMatch(/using mailing_recipient_\d+_constituency_id_mailing_id_member_id_idx/);
    expect(plan).not.toMatch(/Seq Scan on mailing_recipient/);
    expect(page).toMatch(/using mailing_recipient_\d+_pkey/);
    expect(page).toMatch(/using outbox_pkey|Hash/);
  });

  it('counts recipients for nobody outside a context of the area', async () => {
    const counted = () =>
      fence.client.query('SELECT * FROM organise.mailing_counts($1, $2)', [putney, mailingId]);
    expect(await fence.outcome(counted)).toBe('KS009');
    await enter(wimbledon);
    expect(await fence.outcome(counted)).toBe('KS009');
    await enter();
    expect((await counted()).rows).toHaveLength(2);
    await fence.client.query('ROLLBACK');
  });

  it('stops the mailings of people for a departure alone', async () => {
    const stop = () =>
      fence.client.query('SELECT organise.cancel_mailings_of(ARRAY[$1::uuid])', [secretary.accountId]);
    expect(await fence.outcome(stop)).toBe('KS009');
    await enter(putney, 'change');
    expect(await fence.outcome(stop)).toBe('KS009');
    await fence.client.query('ROLLBACK');
  });

  it('takes a suppression from anybody, once, and shows none but inside the fence', async () => {
    const suppress = () =>
      fence.client.query(`SELECT protection.suppress('email', $1, 'unsubscribed', 1)`, [hash]);
    await suppress();
    await suppress();
    const ask = () => fence.client.query(`SELECT * FROM protection.suppressed('email', ARRAY[$1])`, [hash]);
    expect(await fence.outcome(ask)).toBe('KS009');
    expect(await fence.outcome(() => fence.client.query('SELECT FROM protection.suppression'))).toBe('42501');
    await fence.client.query(`SELECT protection.suppress('email', $1, 'objected', 1)`, [hash]);
    await enter();
    expect((await ask()).rows).toEqual([{ address_hash: hash, reason: 'objected' }]);
    await fence.client.query('ROLLBACK');
  });
});
