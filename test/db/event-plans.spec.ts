import { tool } from '../../src/http/route.js';
import { eventsSql } from '../../src/tools/organise/events/event.repository.js';
import { signUpsSql } from '../../src/tools/organise/events/sign-up.repository.js';
import { FenceClient } from '../support/fence-client.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** Whether what is asked most often enters by its index, as the API role and inside the fence. */
describe('The plans of events', () => {
  let database: TestDatabase;
  let secretary: Person;
  let fence: FenceClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    const { admin } = database;
    for (const area of [putney, wimbledon]) await createElectorsAndMembers(admin, area, 200);
    secretary = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['member-communication'],
    });
    await admin.query(
      `INSERT INTO organise.event (constituency_id, id, kind, title, starts_at, ends_at, created_by)
       SELECT c, gen_random_uuid(), 'meeting', 'Event', t, t + interval '1 hour', $2
       FROM unnest($1::text[]) c, generate_series(now(), now() + interval '1000 hours', interval '1 hour') t`,
      [[putney, wimbledon], secretary.accountId],
    );
    await admin.query(
      `INSERT INTO organise.sign_up (constituency_id, id, event_id, member_id, number, role, state, signed_up_by)
       SELECT e.constituency_id, gen_random_uuid(), e.id, m.id, row_number() OVER (PARTITION BY e.id ORDER BY m.id),
              'attendee', CASE WHEN m.id % 3 = 0 THEN 'waiting' ELSE 'going' END, $1
       FROM (SELECT DISTINCT ON (constituency_id, starts_at::date) * FROM organise.event) e
       JOIN organise.member m ON m.constituency_id = e.constituency_id`,
      [secretary.accountId],
    );
    await admin.query('ANALYZE');
    fence = await FenceClient.connect(database);
    await fence.enter(secretary, {
      reach: tool('organise'),
      action: 'sign-up.read',
      purpose: 'member-communication',
      classes: ['identity', 'membership'],
      constituencyIds: [putney],
    });
  });

  afterAll(async () => {
    await fence.client.query('ROLLBACK');
    await fence.close();
    await database.drop();
  });

  const planOf = async (sql: string, values: unknown[]) => {
    const { rows } = await fence.client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, values);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  it('read a page of events from the index of their starts', async () => {
    const after = [new Date(), '00000000-0000-0000-0000-000000000000'];
    const plan = await planOf(eventsSql, [putney, 51, null, null, null, null, null, ...after]);
    expect(plan).toMatch(
      /Index Scan using event_by_start on event e .*\n\s+Index Cond: .*ROW\(starts_at, id\) >/,
    );
    expect(plan).not.toMatch(/Seq Scan|Sort/);
  });

  it('read a page of sign-ups from the index of their numbers, in one partition', async () => {
    const { rows } = await fence.client.query<{ id: string }>(
      'SELECT event_id AS id FROM organise.sign_up LIMIT 1',
    );
    const plan = await planOf(signUpsSql, [putney, rows[0]!.id, 51, 0, null]);
    expect(plan).toMatch(/Index Cond: .*event_id = .*number > 0/);
    expect(plan).toMatch(/Index Scan using member_\d+_\w+ on .*\n\s+Index Cond: .*id = s.member_id/);
    expect(new Set(plan.match(/sign_up_\d+(?= [sw]\b)/g)).size).toBe(1);
    expect(plan).not.toMatch(/Seq Scan/);
  });
});
