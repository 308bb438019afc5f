import { randomUUID } from 'node:crypto';
import { control } from '../../src/http/route.js';
import { FenceClient } from '../support/fence-client.js';
import { createPerson, type Person } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { releaseOnceWaiting } from '../support/waiting.js';

/** What the tables and functions of standing and sign-in hold by themselves, whatever the application forgets to ask. */
describe('Standing in the database', () => {
  let database: TestDatabase;
  let fence: FenceClient;
  let ada: Person;
  let bea: Person;
  let cleo: Person;

  beforeAll(async () => {
    database = await createTestDatabase();
    fence = await FenceClient.connect(database);
    ada = await createPerson(database, { role: 'administrator' });
    bea = await createPerson(database, { role: 'general-secretary' });
    cleo = await createPerson(database);
  });

  afterAll(async () => {
    await fence.close();
    await database.drop();
  });

  /** The constraint that refuses the statement; 'taken' if none does. Nothing of it stays. */
  const brokenBy = async (sql: string, values: unknown[]) => {
    await database.admin.query('BEGIN');
    try {
      await database.admin.query(sql, values);
      return 'taken';
    } catch (error) {
      return (error as { constraint: string }).constraint;
    } finally {
      await database.admin.query('ROLLBACK');
    }
  };
  const granting = (of: Person, by: Person, approvedBy: Person | null, until = '366 days') =>
    brokenBy(
      `INSERT INTO access.role_grant (account_id, role, area_kind, from_at, until_at, granted_by, approved_by)
       VALUES ($1, 'organiser', 'everywhere', now(), now() + $4::interval, $2, $3)`,
      [of.accountId, by.accountId, approvedBy?.accountId ?? null, until],
    );
  const resetting = (of: Person, askedBy: Person, confirmedBy: Person) =>
    brokenBy(
      `INSERT INTO identity.totp_reset (account_id, asked_by, confirmed_by, confirmed_at) VALUES ($1, $2, $3, now())`,
      [of.accountId, askedBy.accountId, confirmedBy.accountId],
    );

  it('holds a grant to a giver, an approver and a holder who are three, and to a year', async () => {
    expect(await granting(cleo, bea, ada)).toBe('taken');
    expect(await granting(cleo, cleo, ada)).toBe('role_grant_not_to_oneself');
    expect(await granting(cleo, bea, bea)).toBe('role_grant_approved_by_another');
    expect(await granting(cleo, bea, cleo)).toBe('role_grant_approved_by_another');
    expect(await granting(cleo, bea, ada, '367 days')).toBe('role_grant_tenure_at_most_a_year');
  });

  it('holds the reset of a second factor to two people, neither of them its subject', async () => {
    expect(await resetting(cleo, bea, ada)).toBe('taken');
    expect(await resetting(cleo, bea, bea)).toBe('totp_reset_confirmed_by_another');
    expect(await resetting(cleo, cleo, ada)).toBe('totp_reset_of_another');
    expect(await resetting(cleo, bea, cleo)).toBe('totp_reset_of_another');
  });

  it('is changed by a context sealed for that very change, and by no other', async () => {
    const asControl = { reach: control, purpose: undefined, classes: [], mode: 'change' } as const;
    const giving = `SELECT access.give_grant(gen_random_uuid(), '${cleo.accountId}', 'canvasser', NULL, '{}', now(), now() + interval '1 day', NULL)`;
    for (const [entry, outcome] of [
      [{ ...asControl, action: 'grant.give' }, 'entered'],
      [{ ...asControl, action: 'grant.give', mode: 'read' }, 'KS009'],
      [{ ...asControl, action: 'grant.end' }, 'KS009'],
    ] as const) {
      await fence.enter(bea, entry);
      expect([entry, await fence.outcome(() => fence.client.query(giving))]).toEqual([entry, outcome]);
    }
    await fence.enter(bea, { ...asControl, action: 'user.read', mode: 'read' });
    expect(await fence.outcome(() => fence.client.query(`SELECT ks.revoke('{}')`))).toBe('KS009');
  });

  it('lets nothing run in the name of who departs', async () => {
    const dora = await createPerson(database, { role: 'organiser', purposes: ['voter-contact'] });
    const running = await FenceClient.connect(database);
    running.client.on('error', () => undefined);
    await running.enter(dora);
    await fence.enter(bea, {
      reach: control,
      purpose: undefined,
      classes: [],
      mode: 'change',
      action: 'user.depart',
    });
    const { rows } = await fence.client.query<{ outcome: string }>(
      `SELECT outcome FROM access.depart(gen_random_uuid(), $1, 'resigned', 'x', '{}')`,
      [dora.accountId],
    );
    await fence.client.query('ROLLBACK');
    const outcome = await running.client.query('SELECT 1').then(
      () => 'goes on',
      () => 'cut',
    );
    await running.close().catch(() => undefined);
    expect([rows, outcome]).toEqual([[{ outcome: 'departed' }], 'cut']);
  });

  it('shows departures to who has entered the fence alone', async () => {
    await database.admin.query(
      `INSERT INTO access.departure (id, account_id, standing, reason, office_ids, ordered_by, people, grants, sessions)
       VALUES ($1, $2, 'resigned', 'x', '{}', $3, 1, 0, 0)`,
      [randomUUID(), cleo.accountId, bea.accountId],
    );
    expect(await fence.count('access.departure')).toBe(0);
    await fence.enter(bea, { reach: control, purpose: undefined, classes: [], action: 'user.read' });
    expect(await fence.count('access.departure')).toBe(1);
    await fence.client.query('ROLLBACK');
  });

  it('counts guesses one after another, though they come at once', async () => {
    const other = await FenceClient.connect(database);
    const guess = (client: FenceClient) =>
      client.client.query(`SELECT counted FROM identity.begin_attempt(sha256('guesses'), NULL, 100, 1)`);
    await guess(fence);
    await fence.client.query('BEGIN');
    expect((await guess(fence)).rows).toEqual([{ counted: 2 }]);
    const waiting = guess(other);
    await releaseOnceWaiting(database.admin, 1, () => fence.client.query('COMMIT'));
    expect((await waiting).rows).toEqual([{ counted: 3 }]);
    await other.close();
  });

  it('makes no first administrator where there is one, with a token or without', async () => {
    await database.admin.query(
      `INSERT INTO identity.one_time_token (hash, kind, expires_at) VALUES (sha256('token'), 'set-up', now() + interval '1 hour')`,
    );
    for (const token of [`sha256('token')`, 'NULL']) {
      const { rows } = await fence.client.query<{ id: string | null }>(
        `SELECT identity.finish_set_up(${token}, 'dora@example.org', 'Dora', '$argon2id$') AS id`,
      );
      expect(rows).toEqual([{ id: null }]);
    }
  });

  it('writes what is done without a session into the ledger for the few actions that are', async () => {
    const record = (action: string) =>
      fence.outcome(() =>
        fence.client.query('SELECT ledger.record_sign_in($1, NULL, NULL, NULL, $2)', [action, randomUUID()]),
      );
    expect(await record('session.open')).toBe('entered');
    for (const action of ['elector.read', 'grant.give', 'suspension.lift'])
      expect([action, await record(action)]).toEqual([action, 'KS009']);
  });
});
