import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { control, tool } from '../../src/http/route.js';
import { FenceClient } from '../support/fence-client.js';
import {
  createElectorsAndMembers,
  createPerson,
  grant,
  putney,
  wimbledon,
  type Person,
} from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('The fence in the database', () => {
  let database: TestDatabase;
  let fence: FenceClient;
  let organiser: Person;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 5);
    await createElectorsAndMembers(database.admin, wimbledon, 7);
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    fence = await FenceClient.connect(database);
  });

  afterAll(async () => {
    await fence.close();
    await database.drop();
  });

  afterEach(async () => {
    await fence.client.query('ROLLBACK');
    await database.admin.query('UPDATE ks.scope SET suspended = false, gen = 0');
  });

  const suspend = (kind: string, id: string) =>
    database.admin.query('UPDATE ks.scope SET suspended = true, gen = gen + 1 WHERE kind = $1 AND id = $2', [
      kind,
      id,
    ]);

  describe('lets in', () => {
    it('a live session with a grant, and shows the rows of its area alone', async () => {
      await fence.enter(organiser);
      expect(await fence.count('contact_creator.elector')).toBe(5);
    });

    it('a grant for everywhere, and shows every area but a suspended one', async () => {
      const officer = await createPerson(database, { role: 'data-officer', purposes: ['voter-contact'] });
      await fence.enter(officer);
      expect(await fence.count('contact_creator.elector')).toBe(12);
      await fence.client.query('ROLLBACK');
      await suspend('area', putney);
      await fence.enter(officer);
      expect(await fence.count('contact_creator.elector')).toBe(7);
    });

    it('work that names one of several areas, and shows that one', async () => {
      const twice = await createPerson(database, {
        role: 'organiser',
        constituencyId: putney,
        purposes: ['voter-contact'],
      });
      await grant(database.admin, twice.accountId, 'organiser', wimbledon, ['voter-contact']);
      await fence.enter(twice, { constituencyIds: [wimbledon] });
      expect(await fence.count('contact_creator.elector')).toBe(7);
    });
  });

  describe('refuses', () => {
    it('an incarnation it does not know, has retired or has fenced off', async () => {
      expect(await fence.tryToEnter(organiser, { incarnation: randomUUID() })).toBe('KS002');
      for (const end of ['fenced = true', 'ended_at = now()']) {
        const other = await FenceClient.connect(database);
        await database.admin.query(`UPDATE ks.replica SET ${end} WHERE incarnation = $1`, [
          other.incarnation,
        ]);
        expect(await other.tryToEnter(organiser)).toBe('KS002');
        await other.close();
      }
    });

    it.each([
      ['has ended', `UPDATE identity.session SET ended_at = now() WHERE id = $1`],
      ['has expired', `UPDATE identity.session SET expires_at = now() - interval '1 second' WHERE id = $1`],
      [
        'belongs to a closed account',
        `UPDATE identity.account SET closed_at = now() WHERE id = (SELECT account_id FROM identity.session WHERE id = $1)`,
      ],
    ])('a session that %s', async (_, sql) => {
      const person = await createPerson(database, {
        role: 'organiser',
        constituencyId: putney,
        purposes: ['voter-contact'],
      });
      expect(await fence.tryToEnter(person)).toBe('entered');
      await database.admin.query(sql, [person.sessionId]);
      expect(await fence.tryToEnter(person)).toBe('KS004');
    });

    it.each([
      ['has ended', `ended_at = now()`],
      ['has run out', `until_at = now() - interval '1 second'`],
      ['has not begun', `from_at = now() + interval '1 day'`],
      ['waits for a second person', `approved_at = NULL`],
    ])('a grant that %s', async (_, change) => {
      const person = await createPerson(database, {
        role: 'organiser',
        constituencyId: putney,
        purposes: ['voter-contact'],
      });
      await database.admin.query(`UPDATE access.role_grant SET ${change} WHERE account_id = $1`, [
        person.accountId,
      ]);
      expect(await fence.tryToEnter(person)).toBe('KS005');
    });

    it('a privileged role in a session without a second factor, and an order without a fresh one', async () => {
      const asControl = {
        reach: control,
        action: 'suspension.order',
        purpose: undefined,
        classes: [],
      } as const;
      const secretary = await createPerson(database, { role: 'general-secretary', hasSecondFactor: false });
      expect(await fence.tryToEnter(secretary, asControl)).toBe('KS013');
      await database.admin.query('UPDATE identity.session SET mfa_at = now() WHERE id = $1', [
        secretary.sessionId,
      ]);
      expect(await fence.tryToEnter(secretary, { ...asControl, action: 'suspension.read' })).toBe('entered');
      expect(await fence.tryToEnter(secretary, asControl)).toBe('KS014');
      await database.admin.query(
        `UPDATE identity.session SET stepped_up_until = now() + interval '5 minutes' WHERE id = $1`,
        [secretary.sessionId],
      );
      expect(await fence.tryToEnter(secretary, asControl)).toBe('entered');
    });

    it('an action that no role of the actor allows', async () => {
      expect(
        await fence.tryToEnter(organiser, { action: 'suspension.order', purpose: undefined, classes: [] }),
      ).toBe('KS005');
    });

    it('a purpose that the grant does not carry, that is not of this tool, or that does not cover the class', async () => {
      expect(await fence.tryToEnter(organiser, { purpose: 'register-management' })).toBe('KS006');
      const mixed = await createPerson(database, {
        role: 'organiser',
        constituencyId: putney,
        purposes: ['membership-administration', 'register-management', 'voter-contact'],
      });
      expect(await fence.tryToEnter(mixed, { purpose: 'membership-administration' })).toBe('KS006');
      expect(
        await fence.tryToEnter(mixed, { purpose: 'register-management', classes: ['identity', 'opinion'] }),
      ).toBe('KS006');
      expect(await fence.tryToEnter(mixed, { purpose: 'register-management', classes: ['identity'] })).toBe(
        'entered',
      );
      await database.admin.query(
        `UPDATE protection.purpose SET ended_at = now() WHERE code = 'register-management'`,
      );
      expect(await fence.tryToEnter(mixed, { purpose: 'register-management' })).toBe('KS006');
    });

    it('whoever has not accepted the current undertaking', async () => {
      const newcomer = await createPerson(database, {
        role: 'organiser',
        constituencyId: putney,
        purposes: ['voter-contact'],
        hasAccepted: false,
      });
      expect(await fence.tryToEnter(newcomer)).toBe('KS007');
    });

    it('an area that is not the actor’s', async () => {
      expect(await fence.tryToEnter(organiser, { constituencyIds: [wimbledon] })).toBe('KS008');
      expect(await fence.tryToEnter(organiser, { constituencyIds: [putney, wimbledon] })).toBe('KS008');
    });

    it('whatever is suspended, under each kind of scope', async () => {
      const { rows } = await database.admin.query<{ id: string }>(
        `INSERT INTO access.office (name) VALUES ('Office of the MP') RETURNING id`,
      );
      const officeId = rows[0]!.id;
      const staff = await createPerson(database, {
        role: 'organiser',
        constituencyId: putney,
        purposes: ['voter-contact'],
      });
      await database.admin.query(
        "INSERT INTO access.office_member (office_id, account_id, from_at) VALUES ($1, $2, now() - interval '1 hour')",
        [officeId, staff.accountId],
      );
      // An office's representative is one of its people, whether or not somebody took him in.
      const representative = await createPerson(database, {
        role: 'organiser',
        constituencyId: putney,
        purposes: ['voter-contact'],
      });
      const represented = await database.admin.query<{ id: string }>(
        `INSERT INTO access.office (name, kind, representative_id) VALUES ('Office', 'representative', $1) RETURNING id`,
        [representative.accountId],
      );
      const client = await createPerson(database, {
        kind: 'client',
        role: 'organiser',
        constituencyId: putney,
        purposes: ['voter-contact'],
      });
      await database.admin.query(`INSERT INTO identity.client_scope VALUES ($1, 'elector.read')`, [
        client.accountId,
      ]);
      const scopes: [string, string, Person][] = [
        ['all', '*', organiser],
        ['tool', 'contact-creator', organiser],
        ['user', organiser.accountId, organiser],
        ['office', officeId, staff],
        ['office', represented.rows[0]!.id, representative],
        ['area', putney, organiser],
        ['client', client.accountId, client],
      ];
      for (const [kind, id, person] of scopes) {
        expect([kind, await fence.tryToEnter(person)]).toEqual([kind, 'entered']);
        await suspend(kind, id);
        expect([kind, await fence.tryToEnter(person)]).toEqual([kind, 'KS001']);
        expect([kind, await fence.tryToEnter(person, { constituencyIds: [putney] })]).toEqual([
          kind,
          'KS001',
        ]);
        await database.admin.query('UPDATE ks.scope SET suspended = false, gen = 0');
      }
    });

    it('work admitted before a suspension that has been lifted since', async () => {
      const admission = { epoch: 0n, scopes: ['tool:contact-creator'] as const, generations: [0] };
      expect(await fence.tryToEnter(organiser, { admission })).toBe('entered');
      await database.admin.query(
        `UPDATE ks.scope SET gen = gen + 1 WHERE kind = 'tool' AND id = 'contact-creator'`,
      );
      expect(await fence.tryToEnter(organiser, { admission })).toBe('KS002');
    });

    it('at once, never waiting, while a flip holds a scope', async () => {
      await database.admin.query('BEGIN');
      await database.admin.query(
        `SELECT pg_advisory_xact_lock(1919905907, lock_id) FROM ks.scope WHERE kind = 'tool' AND id = 'contact-creator'`,
      );
      expect(await fence.tryToEnter(organiser)).toBe('KS003');
      const clerk = await createClerk();
      expect(await fence.tryToEnter(clerk, membersOf(putney))).toBe('entered');
      await database.admin.query('ROLLBACK');
    });

    it('a scope that has no row', async () => {
      const orphan = await createPerson(database, {
        role: 'organiser',
        constituencyId: putney,
        purposes: ['voter-contact'],
      });
      await database.admin.query(`DELETE FROM ks.scope WHERE kind = 'user' AND id = $1`, [orphan.accountId]);
      expect(await fence.tryToEnter(orphan)).toBe('KS003');
    });

    it('an area that is none as one that is not there, and a real one without a row as unknown', async () => {
      const officer = await createPerson(database, { role: 'data-officer', purposes: ['voter-contact'] });
      const enter = (...constituencyIds: string[]) => fence.tryToEnter(officer, { constituencyIds });
      for (const name of ['E99999999', 'N53448222', '*', ''])
        expect({ name, outcome: await enter(putney, name) }).toEqual({ name, outcome: 'KS008' });
      await database.admin.query(`DELETE FROM ks.scope WHERE kind = 'area' AND id = 'E14001435'`);
      expect(await enter(putney, 'E14001435')).toBe('KS003');
      expect(await enter(putney)).toBe('entered');
    });
  });

  it('does not ask the tool’s scopes on a control route, and asks the actor’s', async () => {
    const secretary = await createPerson(database, { role: 'general-secretary' });
    const asControl = { reach: control, action: 'suspension.read', purpose: undefined, classes: [] } as const;
    await suspend('all', '*');
    await suspend('tool', 'contact-creator');
    expect(await fence.tryToEnter(secretary, asControl)).toBe('entered');
    await suspend('user', secretary.accountId);
    expect(await fence.tryToEnter(secretary, asControl)).toBe('KS001');
  });

  it('lets an API client do what its scopes name and nothing else', async () => {
    const client = await createPerson(database, {
      kind: 'client',
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    expect(await fence.tryToEnter(client)).toBe('KS005');
    await database.admin.query(`INSERT INTO identity.client_scope VALUES ($1, 'elector.read')`, [
      client.accountId,
    ]);
    expect(await fence.tryToEnter(client)).toBe('entered');
  });

  it('shows the record only in a context sealed for reading it', async () => {
    await database.admin.query(`INSERT INTO ledger.action (action, outcome) VALUES ('test', 'done')`);
    await database.admin.query(
      `INSERT INTO ledger.disclosure (account_id, session_id, role, action, purpose, data_classes, request_id, address_class, rows, subject_ids)
       VALUES ($1, $1, 'organiser', 'test', 'test', '{}', $1, 'loopback', 1, '{1}')`,
      [randomUUID()],
    );
    expect(await fence.count('ledger.disclosure')).toBe(0);
    expect(await fence.count('ledger.action')).toBe(0);
    await fence.enter(organiser);
    expect([await fence.count('ledger.action'), await fence.count('ledger.disclosure')]).toEqual([0, 0]);
    await fence.client.query('ROLLBACK');
    const officer = await createPerson(database, { role: 'data-protection-officer' });
    await fence.enter(officer, {
      reach: control,
      mode: 'change',
      action: 'action.read',
      purpose: undefined,
      classes: [],
    });
    expect(await fence.count('ledger.action')).toBeGreaterThan(0);
    expect(await fence.count('ledger.disclosure')).toBe(0);
  });

  describe('without the fence', () => {
    it('shows the API role not one personal row', async () => {
      expect(await fence.count('contact_creator.elector')).toBe(0);
      expect(await fence.count('organise.member')).toBe(0);
    });

    it('accepts no context that the caller wrote, altered, or kept from another transaction', async () => {
      await fence.enter(organiser);
      const { rows } = await fence.client.query<{ sealed: string }>(
        `SELECT current_setting('rosette.context') AS sealed`,
      );
      const sealed = rows[0]!.sealed;
      await fence.client.query('COMMIT');
      const forgeries = [
        sealed,
        sealed.replace(putney, wimbledon),
        sealed.replace(',f,', ',t,'),
        `${'0'.repeat(64)}${sealed.slice(64)}`,
        sealed.slice(64),
        '',
      ];
      for (const forgery of forgeries) {
        await fence.client.query('BEGIN');
        await fence.client.query(`SELECT set_config('rosette.context', $1, true)`, [forgery]);
        expect(await fence.count('contact_creator.elector')).toBe(0);
        await fence.client.query('ROLLBACK');
      }
    });

    it('takes an altered context as none in the transaction that was sealed', async () => {
      await fence.enter(organiser);
      await fence.client.query(
        `SELECT set_config('rosette.context', replace(current_setting('rosette.context'), $1, $2), true)`,
        [putney, wimbledon],
      );
      expect(await fence.count('contact_creator.elector')).toBe(0);
    });

    it('gives the API role no way to another role, a temporary table, or the seal’s key', async () => {
      const attempts = [
        'SET ROLE rosette_owner',
        'SET SESSION AUTHORIZATION postgres',
        'CREATE TEMP TABLE elector AS SELECT 1',
        'SELECT * FROM ks.seal_key',
        `SELECT ks.mac('x')`,
        'SELECT ks.sealed()',
        'SET row_security = off; SELECT * FROM contact_creator.elector',
        'UPDATE ks.scope SET suspended = false',
        `INSERT INTO ledger.action (action, outcome) VALUES ('x', 'done')`,
        'DELETE FROM ledger.disclosure',
        `INSERT INTO access.role_grant DEFAULT VALUES`,
      ];
      for (const sql of attempts) {
        expect([sql, await fence.outcome(() => fence.client.query(sql))]).toEqual([sql, '42501']);
      }
    });

    it('keeps a prepared statement of an earlier transaction from showing rows in the next', async () => {
      await fence.enter(organiser);
      const query = { name: 'electors', text: 'SELECT count(*)::integer AS n FROM contact_creator.elector' };
      expect((await fence.client.query<{ n: number }>(query)).rows[0]!.n).toBe(5);
      await fence.client.query('COMMIT');
      expect((await fence.client.query<{ n: number }>(query)).rows[0]!.n).toBe(0);
    });
  });

  it('writes orders, disclosures and actions only from a context sealed for them', async () => {
    const calls = [
      `SELECT ks.suspend(gen_random_uuid(), 'all', '*', 'x', NULL)`,
      `SELECT ks.lift(gen_random_uuid(), 'x')`,
      `SELECT custody.disclosed(gen_random_uuid(), 'loopback', 1, '{1}')`,
      `SELECT ledger.record_action(gen_random_uuid(), 'elector', '1', '{}')`,
    ];
    for (const sql of calls) {
      expect([sql, await fence.outcome(() => fence.client.query(sql))]).toEqual([sql, 'KS009']);
    }
    for (const sql of [calls[0]!, calls[1]!, calls[3]!]) {
      await fence.enter(organiser);
      expect([sql, await fence.outcome(() => fence.client.query(sql))]).toEqual([sql, 'KS009']);
    }
    // A context that names no purpose discloses nothing.
    await fence.enter(organiser, { purpose: undefined, classes: [] });
    expect(await fence.outcome(() => fence.client.query(calls[2]!))).toBe('KS009');
  });

  it('lets nobody lift a suspension of which he is the subject', async () => {
    const secretary = await createPerson(database, { role: 'general-secretary' });
    const asControl = { reach: control, purpose: undefined, classes: [], mode: 'change' } as const;
    const id = randomUUID();
    await fence.enter(secretary, { ...asControl, action: 'suspension.order' });
    await fence.client.query(`SELECT ks.suspend($1, 'user', $2, 'x', NULL)`, [id, secretary.accountId]);
    await fence.client.query('COMMIT');
    // The gate and the fence refuse him first; this is the rule behind both.
    await database.admin.query(`UPDATE ks.scope SET suspended = false WHERE id = $1`, [secretary.accountId]);
    await fence.enter(secretary, { ...asControl, action: 'suspension.lift' });
    const { rows } = await fence.client.query<{ outcome: string }>(`SELECT outcome FROM ks.lift($1, 'x')`, [
      id,
    ]);
    expect(rows).toEqual([{ outcome: 'own-suspension' }]);
  });

  it('takes the reach of an action from its own table, never from the caller', async () => {
    await suspend('tool', 'contact-creator');
    for (const kind of ['control', 'rights', 'self'] as const) {
      expect([kind, await fence.tryToEnter(organiser, { reach: { kind } })]).toEqual([kind, 'KS005']);
    }
    expect(await fence.tryToEnter(organiser, { reach: tool('organise') })).toBe('KS005');
    const secretary = await createPerson(database, { role: 'general-secretary' });
    expect(
      await fence.tryToEnter(secretary, {
        reach: { kind: 'self' },
        action: 'suspension.order',
        mode: 'change',
        purpose: undefined,
        classes: [],
      }),
    ).toBe('KS005');
  });

  it('keeps the two tools apart: a context for one shows no row of the other', async () => {
    await fence.enter(organiser);
    expect(await fence.count('organise.member')).toBe(0);
    await fence.client.query('ROLLBACK');
    const clerk = await createClerk();
    await fence.enter(clerk, membersOf(putney));
    expect(await fence.count('organise.member')).toBe(5);
    expect(await fence.count('contact_creator.elector')).toBe(0);
  });

  it('shows no row of a class that the transaction did not ask for', async () => {
    await fence.enter(organiser, { classes: ['electoral-status'] });
    expect(await fence.count('contact_creator.elector')).toBe(0);
  });

  const membersOf = (constituencyId: string) =>
    ({
      reach: tool('organise'),
      action: 'member.read',
      purpose: 'membership-administration',
      classes: ['identity', 'membership'],
      constituencyIds: [constituencyId],
    }) as const;

  /** On a connection of its own: the administrator's may have a transaction open. */
  const createClerk = async () => {
    const admin = new Client({ connectionString: database.url('superuser') });
    await admin.connect();
    const person = await createPerson(
      { ...database, admin },
      { role: 'membership-secretary', constituencyId: putney, purposes: ['membership-administration'] },
    );
    await admin.end();
    return person;
  };
});
