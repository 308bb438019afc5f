import { randomBytes, randomUUID } from 'node:crypto';
import { DepositSweep } from '../../src/tools/contact-creator/deposits/deposit-sweep.service.js';
import { ApiClient, type Answer } from '../support/api.js';
import { createControllerProfile } from '../support/controller-profile.js';
import { DatabaseRelay } from '../support/database-relay.js';
import { eventually } from '../support/download.js';
import { emptyTables } from '../support/empty-tables.js';
import { createPerson, grant, putney, wimbledon, type Person } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { createFrozenSelection, createWalks } from '../support/selection.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { releaseOnceWaiting } from '../support/waiting.js';

interface Deposit {
  id: string;
  walkId: string;
  depositedBy: string;
  received: number;
  state: string;
  keptUntil: string | null;
  decidedBy: string | null;
  reason: string | null;
  outcomes: Record<string, number> | null;
  code?: string;
}
interface Claimed {
  claimExpiresAt: string;
  deposit: { token: string; expiresAt: string };
}

const at = `constituencyId=${putney}`;
const reason = 'the team was not concerned';

describe('Deposits', () => {
  let database: TestDatabase;
  let relay: DatabaseRelay;
  let servers: TestServer[];
  let organiser: Person;
  let secretary: Person;
  let asSecretary: ApiClient;
  let asAdministrator: ApiClient;
  let walkIds: string[];
  let electors: string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    await createRegister(database.admin, putney, 'KA', 4, 10);
    relay = await DatabaseRelay.before(database.url('api'));
    // The switch's own connections of the second go over the relay.
    const cut = { ...database.environment, DATABASE_DIRECT_URL: relay.url };
    servers = [await startTestServer(database.environment), await startTestServer(cut)];
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    secretary = await createPerson(database, { role: 'general-secretary' });
    asSecretary = clientOf(secretary);
    asAdministrator = clientOf(await createPerson(database, { role: 'administrator' }));
    await createControllerProfile(database.admin, organiser.accountId);
    const selectionId = await createFrozenSelection(database.admin, putney, organiser.accountId);
    walkIds = await createWalks(clientOf(organiser), putney, selectionId);
    const { rows } = await database.admin.query<{ id: string }>(
      'SELECT elector_id AS id FROM contact_creator.walk_elector WHERE walk_id = $1 ORDER BY elector_id',
      [walkIds[0]],
    );
    electors = rows.map(({ id }) => id);
  });

  beforeEach(async () => {
    await emptyTables(database.admin, [
      'contact_creator.contact_answer',
      'contact_creator.contact_subject',
      'contact_creator.contact',
      'quarantine.deposit',
    ]);
    await database.admin.query(
      `UPDATE contact_creator.walk SET assigned_to = NULL, assigned_from = NULL, assigned_until = NULL,
              claimed_by = NULL, claimed_at = NULL, claim_expires_at = NULL`,
    );
  });

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await relay.close();
    await database.drop();
  });

  const clientOf = (person: Person, replica = 0) =>
    new ApiClient(servers[replica]!.url, person, 'voter-contact');
  const createCanvasser = () =>
    createPerson(database, { role: 'canvasser', constituencyId: putney, purposes: ['voter-contact'] });
  /** Holds a walk, and has the token that came with it. */
  const holder = async (walkId = walkIds[0]!) => {
    const person = await createCanvasser();
    await database.admin.query(
      `UPDATE contact_creator.walk SET assigned_to = $2, assigned_from = now() - interval '1 hour',
              assigned_until = now() + interval '2 hours', claimed_by = NULL, claimed_at = NULL, claim_expires_at = NULL WHERE id = $1`,
      [walkId, person.accountId],
    );
    const claimed = await clientOf(person).send<Claimed>(
      'POST',
      `/v1/walks/${walkId}/claim?${at}`,
      undefined,
      {},
    );
    expect(claimed.status).toBe(200);
    return { person, claimed: claimed.body, token: claimed.body.deposit.token };
  };
  const said = (more: object = {}) => ({
    id: randomUUID(),
    electorId: electors[0],
    walkId: walkIds[0],
    method: 'doorstep',
    outcome: 'canvassed',
    likelihood: 7,
    deviceAt: new Date().toISOString(),
    ...more,
  });
  const handIn = (token: string, body: object, replica = 0) =>
    new ApiClient(servers[replica]!.url).send<Record<string, unknown>>('POST', '/v1/deposits', body, {
      authorization: `Deposit ${token}`,
    });
  const suspend = async (kind: string, id: string) => {
    const { status, body } = await asSecretary.post<{ id: string }>('/v1/suspensions', {
      target: { kind, id },
      reason: 'a suspicion',
    });
    expect(status).toBe(201);
    return body.id;
  };
  const lift = async (id: string) => {
    const { body } = await asSecretary.get<{ scopeEpoch: number }>(`/v1/suspensions/${id}`);
    const word = { reason: 'cleared', expectedEpoch: body.scopeEpoch };
    await asSecretary.post(`/v1/suspensions/${id}/lift`, word);
    await asAdministrator.post(`/v1/suspensions/${id}/lift`, word);
  };
  const depositsOf = async (person: Person) => {
    const { status, body } = await asSecretary.get<{ items: Deposit[] }>('/v1/deposits');
    expect(status).toBe(200);
    return body.items.filter(({ depositedBy }) => depositedBy === person.accountId);
  };
  const decide = (
    id: string,
    decision: 'release' | 'discard',
    client = asSecretary,
  ): Promise<Answer<Deposit>> => client.post<Deposit>(`/v1/deposits/${id}/${decision}`, { reason });
  const contacts = async () =>
    (
      await database.admin.query<{ id: string; recorded_by: string; released_by: string | null }>(
        'SELECT id, recorded_by, released_by FROM contact_creator.contact ORDER BY id',
      )
    ).rows;
  const ledger = async (action: string, target: string) =>
    (
      await database.admin.query<{ account_id: string | null; session_id: string | null; detail: object }>(
        'SELECT account_id, session_id, detail FROM ledger.action WHERE action = $1 AND target_id = $2 ORDER BY at',
        [action, target],
      )
    ).rows;

  it('come with a token for each claim of a walk, good for 14 days beyond it, of which the hash alone is kept', async () => {
    const { claimed, person, token } = await holder();
    expect(token).toMatch(/^[\w-]{43}$/);
    const days = (Date.parse(claimed.deposit.expiresAt) - Date.parse(claimed.claimExpiresAt)) / 86_400_000;
    expect(days).toBeCloseTo(14, 3);
    const again = await clientOf(person).send<Claimed>(
      'POST',
      `/v1/walks/${walkIds[0]}/claim?${at}`,
      undefined,
      {},
    );
    expect(again.body.deposit.token).not.toBe(token);
    for (const one of [token, again.body.deposit.token])
      expect((await handIn(one, { id: randomUUID(), contacts: [said()] })).status).toBe(202);
    const { rows } = await database.admin.query<{ text: string }>(
      'SELECT t::text AS text FROM quarantine.token t',
    );
    expect(JSON.stringify(rows)).not.toContain(token);
    const mine = await clientOf(person).get(`/v1/walks?${at}`);
    expect(JSON.stringify(mine.body)).not.toContain('deposit');
  });

  it('are taken with one answer, whatever is suspended and whoever has gone, and by every replica', async () => {
    const { person, token } = await holder();
    const answers: [number, string[], unknown][] = [];
    const depositAs = async (replica: number) => {
      const id = randomUUID();
      const { status, headers, body } = await handIn(token, { id, contacts: [said(), said()] }, replica);
      const names = [...headers.keys()].sort();
      answers.push([status, names, { ...body, id: body['id'] === id }]);
    };
    await depositAs(0);
    const { rows } = await database.admin.query<{ id: string }>(
      `INSERT INTO access.office (name) VALUES ('Office') RETURNING id`,
    );
    await database.admin.query(
      `INSERT INTO access.office_member (office_id, account_id, from_at) VALUES ($1, $2, now() - interval '1 hour')`,
      [rows[0]!.id, person.accountId],
    );
    const targets = [
      ['tool', 'contact-creator'],
      ['all', '*'],
      ['area', putney],
      ['office', rows[0]!.id],
      ['user', person.accountId],
    ] as const;
    for (const [kind, id] of targets) {
      const suspension = await suspend(kind, id);
      const refused = await clientOf(person).post('/v1/contacts', {
        constituencyId: putney,
        contacts: [said()],
      });
      expect(refused.body['wipe']).toEqual({ after: 'deposit', url: '/v1/access-state/wiped' });
      await depositAs(1);
      await lift(suspension);
    }
    expect((await clientOf(person).post('/v1/auth/logout')).status).toBe(204);
    await depositAs(0);
    const departure = { standing: 'resigned', reason: 'a breach' };
    expect((await asSecretary.post(`/v1/users/${person.accountId}/departure`, departure)).status).toBe(201);
    await depositAs(1);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject([202, expect.anything(), { id: true, received: 2 }]);
    expect(await contacts()).toEqual([]);
  });

  it('are refused without a token that lives, before anything in them is judged, and forged and expired alike', async () => {
    const { person, token } = await holder();
    const expired = await holder(walkIds[1]);
    await database.admin.query(
      `UPDATE quarantine.token SET issued_at = now() - interval '20 days', expires_at = now() - interval '1 second' WHERE account_id = $1`,
      [expired.person.accountId],
    );
    const forged = randomBytes(32).toString('base64url');
    const refusals = [];
    for (const bad of [forged, expired.token, `${token.slice(0, -1)}!`, '']) {
      const { status, headers, body } = await handIn(bad, { not: 'a deposit' });
      refusals.push([status, headers.get('www-authenticate'), body['code']]);
      // Counted before the database is asked.
      expect(headers.get('ratelimit')).not.toBeNull();
    }
    expect(new Set(refusals.map((refusal) => JSON.stringify(refusal)))).toEqual(
      new Set([JSON.stringify([401, 'Deposit realm="rosette"', 'unauthenticated'])]),
    );
    // Each token is for its own kind of door.
    const body = { id: randomUUID(), contacts: [said()] };
    expect((await clientOf(person).post('/v1/deposits', body)).status).toBe(401);
    const reading = await new ApiClient(servers[0]!.url).get(`/v1/walks?${at}`, {
      authorization: `Deposit ${token}`,
    });
    expect(reading.status).toBe(401);
  });

  it('are taken whatever they say of whom: only their shape is judged', async () => {
    const { person, token } = await holder();
    const odd = [
      said({ electorId: '999999999' }),
      said({ outcome: 'sang' }),
      { id: 'x\u0000' },
      said({ walkId: walkIds[1] }),
    ];
    expect(await handIn(token, { id: randomUUID(), contacts: odd })).toMatchObject({
      status: 202,
      body: { received: 4 },
    });
    for (const body of [
      {},
      { id: 'x', contacts: [said()] },
      { id: randomUUID(), contacts: [] },
      { id: randomUUID(), contacts: ['x'] },
      { id: randomUUID(), contacts: Array.from({ length: 501 }, () => ({})) },
      { id: randomUUID(), contacts: [said()], constituencyId: putney },
    ])
      expect(await handIn(token, body)).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
    expect(await depositsOf(person)).toHaveLength(1);
  });

  it('are kept once however often they are sent, by two replicas at once too; other content is a conflict', async () => {
    const { person, token } = await holder();
    const body = { id: randomUUID(), contacts: [said()] };
    await database.admin.query('BEGIN');
    await database.admin.query('SELECT FROM quarantine.token FOR UPDATE');
    const racing = [0, 1, 0, 1].map((replica) => handIn(token, body, replica));
    await releaseOnceWaiting(database.admin, 4, () => database.admin.query('COMMIT'));
    for (const { status, body: told } of await Promise.all(racing))
      expect([status, told]).toEqual([202, { id: body.id, received: 1 }]);
    const [deposit, ...others] = await depositsOf(person);
    expect(others).toEqual([]);
    expect(await ledger('deposit.hand-in', deposit!.id)).toHaveLength(1);
    expect(await handIn(token, { ...body, contacts: [said()] })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    // Another token may use the same id, and is told nothing of this one.
    const other = await holder(walkIds[1]);
    expect((await handIn(other.token, { ...body, contacts: [said()] })).status).toBe(202);
  });

  it('are limited in size, by the hour and in all, and a repeat is not counted', async () => {
    const { person, token } = await holder();
    const large = { id: randomUUID(), contacts: [said({ note: 'x'.repeat(600_000) })] };
    expect(await handIn(token, large)).toMatchObject({ status: 413, body: { code: 'body-too-large' } });
    const first = { id: randomUUID(), contacts: [said()] };
    expect((await handIn(token, first)).status).toBe(202);
    await database.admin.query(
      `INSERT INTO quarantine.deposit (token_hash, device_id, digest, constituency_id, list_id, walk_id, account_id, session_id, received_at,
                                       received, bytes, key_id, sealed)
       SELECT token_hash, gen_random_uuid(), digest, constituency_id, list_id, walk_id, account_id, session_id, received_at, 1, 100, key_id, sealed
       FROM quarantine.deposit, generate_series(1, 29) WHERE account_id = $1`,
      [person.accountId],
    );
    const often = await handIn(token, { id: randomUUID(), contacts: [said()] });
    expect(often).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
    expect(often.headers.get('retry-after')).toBe('3600');
    expect((await handIn(token, first)).status).toBe(202);
    await database.admin.query(
      `UPDATE quarantine.deposit SET received_at = now() - interval '2 hours', bytes = 4194304 / 30 WHERE account_id = $1`,
      [person.accountId],
    );
    expect(await handIn(token, { id: randomUUID(), contacts: [said()] })).toMatchObject({
      status: 413,
      body: { code: 'body-too-large' },
    });
    expect((await handIn(token, first)).status).toBe(202);
  });

  it('lie sealed: neither the database nor any answer tells what they say', async () => {
    const { person, token } = await holder();
    const id = randomUUID();
    await handIn(token, { id, contacts: [said({ answers: { secret: 'purple elephants' } })] });
    const { rows } = await database.admin.query<{ text: string; sealed: Buffer }>(
      `SELECT d::text AS text, sealed FROM quarantine.deposit d WHERE account_id = $1`,
      [person.accountId],
    );
    expect(rows[0]!.text + rows[0]!.sealed.toString('latin1')).not.toMatch(/purple|canvassed|doorstep/);
    const listed = await asSecretary.get('/v1/deposits');
    expect(JSON.stringify(listed.body)).not.toMatch(/purple|canvassed|sealed|digest/);
    const [known] = await depositsOf(person);
    const asApi = async (sql: string) => {
      await database.admin.query('BEGIN; SET LOCAL ROLE rosette_api');
      try {
        return (await database.admin.query(sql)).rows;
      } finally {
        await database.admin.query('ROLLBACK');
      }
    };
    for (const table of ['deposit', 'token'])
      await expect(asApi(`SELECT FROM quarantine.${table}`)).rejects.toThrow(/permission denied/);
    expect(await asApi('SELECT * FROM quarantine.deposits(NULL, NULL, NULL, NULL, 10)')).toEqual([]);
    for (const call of ["open('ID')", "release('ID', '[]')", "decide('ID', 'x', NULL)"])
      await expect(asApi(`SELECT quarantine.${call.replace('ID', known!.id)}`)).rejects.toMatchObject({
        code: 'KS009',
      });
    expect(await ledger('deposit.hand-in', known!.id)).toEqual([
      {
        account_id: person.accountId,
        session_id: null,
        detail: { walkId: walkIds[0], received: 1, bytes: expect.any(Number) as unknown },
      },
    ]);
  });

  it('are listed and decided by those alone whose roles say so, with a fresh second factor', async () => {
    const { person, token } = await holder();
    await handIn(token, { id: randomUUID(), contacts: [said()] });
    const [{ id } = { id: '' }] = await depositsOf(person);
    const officer = clientOf(await createPerson(database, { role: 'data-protection-officer' }));
    expect((await officer.get('/v1/deposits?state=quarantined')).status).toBe(200);
    expect(await decide(id, 'release', officer)).toMatchObject({
      status: 403,
      body: { code: 'not-permitted' },
    });
    for (const client of [clientOf(organiser), clientOf(person)]) {
      expect((await client.get('/v1/deposits')).status).toBe(403);
      for (const decision of ['release', 'discard'] as const)
        expect((await decide(id, decision, client)).status).toBe(403);
    }
    const stale = await createPerson(database, { role: 'administrator' });
    await database.admin.query('UPDATE identity.session SET stepped_up_until = now() WHERE id = $1', [
      stale.sessionId,
    ]);
    expect(await decide(id, 'discard', clientOf(stale))).toMatchObject({
      body: { code: 'step-up-required' },
    });
    expect((await asSecretary.post(`/v1/deposits/${id}/release`, {})).status).toBe(400);
    expect((await decide(randomUUID(), 'release')).status).toBe(404);
    expect(await depositsOf(person)).toMatchObject([{ state: 'quarantined' }]);
  });

  it('come page by page, newest first, by their state', async () => {
    const { token } = await holder();
    for (let n = 0; n < 3; n += 1) await handIn(token, { id: randomUUID(), contacts: [said()] });
    const all = (await asSecretary.get<{ items: Deposit[] }>('/v1/deposits')).body.items.map(({ id }) => id);
    const first = await asSecretary.get<{ items: Deposit[]; next: string }>('/v1/deposits?limit=2');
    const rest = await asSecretary.get<{ items: Deposit[]; next: string | null }>(
      `/v1/deposits?limit=2&after=${first.body.next}`,
    );
    expect([...first.body.items, ...rest.body.items].map(({ id }) => id)).toEqual(all);
    expect(rest.body.next).toBeNull();
    await decide(all[1]!, 'discard');
    const discarded = await asSecretary.get<{ items: Deposit[] }>('/v1/deposits?state=discarded');
    expect(discarded.body.items.map(({ id }) => id)).toEqual([all[1]]);
  });

  it('are let in by the rules of a batch, in the name of who handed them in, with who let them in beside it', async () => {
    const { person, token } = await holder();
    const before = said();
    await clientOf(person).post('/v1/contacts', { constituencyId: putney, contacts: [before] });
    const good = said({ electorId: electors[1] });
    const twice = said({ electorId: electors[2] });
    const batch = [
      good,
      before,
      { ...before, likelihood: 1 },
      twice,
      twice,
      said({ electorId: '999999999' }),
      said({ outcome: 'sang' }),
      said({ walkId: walkIds[1] }),
      said({ walkId: undefined }),
      { id: 'x\u0000' },
    ];
    await handIn(token, { id: randomUUID(), contacts: batch });
    const [deposit] = await depositsOf(person);
    const released = await decide(deposit!.id, 'release');
    expect(released).toMatchObject({
      status: 200,
      body: {
        state: 'released',
        decidedBy: secretary.accountId,
        reason,
        keptUntil: null,
        outcomes: { recorded: 2, repeated: 2, conflict: 1, rejected: 5 },
      },
    });
    expect(await contacts()).toEqual(
      [
        { id: before.id, recorded_by: person.accountId, released_by: null },
        { id: good.id, recorded_by: person.accountId, released_by: secretary.accountId },
        { id: twice.id, recorded_by: person.accountId, released_by: secretary.accountId },
      ].sort((one, other) => (one.id < other.id ? -1 : 1)),
    );
    const shown = await clientOf(organiser).get<{ items: { releasedBy: string }[] }>(
      `/v1/contacts?${at}&electorId=${electors[1]}`,
    );
    expect(shown.body.items).toMatchObject([
      { releasedBy: secretary.accountId, recordedBy: person.accountId },
    ]);
    // What follows from a contact follows from these.
    const { rows } = await database.admin.query(
      'SELECT contact_count FROM contact_creator.elector WHERE id = $1',
      [electors[1]],
    );
    expect(rows).toEqual([{ contact_count: 1 }]);
    expect(await decide(deposit!.id, 'release', asAdministrator)).toEqual({
      ...released,
      headers: expect.anything() as unknown,
    });
    expect((await decide(deposit!.id, 'discard')).status).toBe(409);
    expect(await ledger('deposit.decide', deposit!.id)).toMatchObject([
      {
        account_id: secretary.accountId,
        detail: { decision: 'released', depositedBy: person.accountId, recorded: 2, rejected: 5 },
      },
      { detail: { isRepeat: true } },
    ]);
    const { rows: left } = await database.admin.query(
      'SELECT sealed, key_id FROM quarantine.deposit WHERE id = $1',
      [deposit!.id],
    );
    expect(left).toEqual([{ sealed: null, key_id: null }]);
  });

  it('of somebody who has departed are let in for the hours in which the walk was his', async () => {
    const { person, token } = await holder();
    const inTime = said();
    const departure = { standing: 'resigned', reason: 'moved away' };
    expect((await asSecretary.post(`/v1/users/${person.accountId}/departure`, departure)).status).toBe(201);
    const late = said({ electorId: electors[1], deviceAt: new Date(Date.now() + 3_600_000).toISOString() });
    await handIn(token, { id: randomUUID(), contacts: [inTime, late] });
    const [deposit] = await depositsOf(person);
    expect(await decide(deposit!.id, 'release')).toMatchObject({
      body: { outcomes: { recorded: 1, repeated: 0, conflict: 0, rejected: 1 } },
    });
    expect(await contacts()).toMatchObject([{ id: inTime.id, recorded_by: person.accountId }]);
  });

  it('are judged by the rules of when they were handed in, however long it takes to decide', async () => {
    const { person, token } = await holder();
    const deviceAt = new Date(Date.now() - 20.5 * 86_400_000).toISOString();
    await handIn(token, { id: randomUUID(), contacts: [said({ deviceAt })] });
    const past = async (list: string, walk: string, deposit: string) => {
      await database.admin.query(`UPDATE contact_creator.list SET expires_at = ${list}`);
      await database.admin.query(
        `UPDATE contact_creator.walk SET assigned_from = ${walk} - interval '1 day', assigned_until = ${walk} WHERE assigned_to = $1`,
        [person.accountId],
      );
      await database.admin.query(`UPDATE quarantine.deposit SET received_at = ${deposit}`);
    };
    const then = `now() - interval '20 days'`;
    await past(then, then, then);
    const [deposit] = await depositsOf(person);
    expect(await decide(deposit!.id, 'release')).toMatchObject({
      body: { outcomes: { recorded: 1, rejected: 0 } },
    });
    await past(`now() + interval '10 days'`, 'now()', then);
  });

  it('are of the walk of the token alone, of an organiser too, who records freely elsewhere', async () => {
    const claims = [];
    for (const walkId of walkIds.slice(0, 2))
      claims.push(
        await clientOf(organiser).send<Claimed>('POST', `/v1/walks/${walkId}/claim?${at}`, undefined, {}),
      );
    const { rows } = await database.admin.query<{ id: string }>(
      'SELECT min(elector_id) AS id FROM contact_creator.walk_elector WHERE walk_id = $1 OR walk_id = $2 GROUP BY walk_id ORDER BY walk_id = $2',
      [walkIds[1], walkIds[2]],
    );
    const deviceAt = new Date(Date.now() + 1_000).toISOString();
    const batch = [
      said({ deviceAt }),
      said({ deviceAt, walkId: walkIds[1], electorId: rows[0]!.id }),
      said({ deviceAt, electorId: rows[1]!.id }),
    ];
    await handIn(claims[0]!.body.deposit.token, { id: randomUUID(), contacts: batch });
    const [deposit] = await depositsOf(organiser);
    expect(await decide(deposit!.id, 'release')).toMatchObject({
      body: { outcomes: { recorded: 1, rejected: 2 } },
    });
    expect((await contacts()).map(({ id }) => id)).toEqual([batch[0]!.id]);
  });

  it('are taken while a flip holds every lock, and not let in', async () => {
    const { person, token } = await holder();
    await database.admin.query('BEGIN');
    const lock = (kind: string) =>
      database.admin.query(
        'SELECT pg_advisory_xact_lock(1919905907, lock_id) FROM ks.scope WHERE kind = $1',
        [kind],
      );
    for (const kind of ['all', 'tool']) await lock(kind);
    await database.admin.query(
      `SELECT pg_advisory_xact_lock(1919905907, lock_id) FROM ks.scope WHERE kind = 'user' AND id = $1`,
      [person.accountId],
    );
    expect((await handIn(token, { id: randomUUID(), contacts: [said()] })).status).toBe(202);
    const [deposit] = await depositsOf(person);
    expect(await decide(deposit!.id, 'release')).toMatchObject({
      status: 503,
      body: { code: 'access-state-unknown' },
    });
    await database.admin.query('COMMIT');
    expect((await decide(deposit!.id, 'release')).status).toBe(200);
  });

  it.each([
    ['tool', () => 'contact-creator', 'tool-suspended'],
    ['all', () => '*', 'tool-suspended'],
    ['area', () => putney, 'area-suspended'],
  ])('are not let in while a %s is suspended, and may be thrown away then', async (kind, id, code) => {
    const { person, token } = await holder();
    for (let n = 0; n < 2; n += 1) await handIn(token, { id: randomUUID(), contacts: [said()] });
    const [kept, thrown] = await depositsOf(person);
    const suspension = await suspend(kind, id());
    expect(await decide(kept!.id, 'release')).toMatchObject({ body: { code } });
    expect(await contacts()).toEqual([]);
    expect(await decide(thrown!.id, 'discard')).toMatchObject({
      status: 200,
      body: { state: 'discarded', decidedBy: secretary.accountId, outcomes: null },
    });
    await lift(suspension);
    expect(await decide(kept!.id, 'release')).toMatchObject({
      status: 200,
      body: { outcomes: { recorded: 1 } },
    });
    expect(await decide(thrown!.id, 'discard', asAdministrator)).toMatchObject({ status: 200 });
    expect((await decide(thrown!.id, 'release')).status).toBe(409);
  });

  it('are let in though another tool, area or the depositor is suspended', async () => {
    const { person, token } = await holder();
    await handIn(token, { id: randomUUID(), contacts: [said()] });
    const [deposit] = await depositsOf(person);
    const suspensions = [
      await suspend('tool', 'organise'),
      await suspend('area', wimbledon),
      await suspend('user', person.accountId),
    ];
    expect(await decide(deposit!.id, 'release')).toMatchObject({
      status: 200,
      body: { outcomes: { recorded: 1 } },
    });
    for (const suspension of suspensions) await lift(suspension);
  });

  it('are never decided by who handed them in', async () => {
    const { person, token } = await holder();
    await handIn(token, { id: randomUUID(), contacts: [said()] });
    const [deposit] = await depositsOf(person);
    await database.admin.query('UPDATE access.role_grant SET ended_at = now() WHERE account_id = $1', [
      person.accountId,
    ]);
    await grant(database.admin, person.accountId, 'administrator');
    for (const decision of ['release', 'discard'] as const)
      expect(await decide(deposit!.id, decision, clientOf(person))).toMatchObject({
        status: 403,
        body: { code: 'not-permitted' },
      });
    expect(await depositsOf(person)).toMatchObject([{ state: 'quarantined' }]);
  });

  it('are decided once by two people at the same moment', async () => {
    const { person, token } = await holder();
    await handIn(token, { id: randomUUID(), contacts: [said()] });
    const [deposit] = await depositsOf(person);
    await database.admin.query('BEGIN');
    await database.admin.query('SELECT FROM quarantine.deposit FOR UPDATE');
    const racing = [decide(deposit!.id, 'release'), decide(deposit!.id, 'discard', asAdministrator)];
    await releaseOnceWaiting(database.admin, 2, () => database.admin.query('COMMIT'));
    const statuses = (await Promise.all(racing)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 409]);
    const [{ state } = { state: '' }] = await depositsOf(person);
    expect(await contacts()).toHaveLength(state === 'released' ? 1 : 0);
  });

  it('that nobody decides are thrown away after 28 days, with a row in the ledger, and no sooner', async () => {
    const { person, token } = await holder();
    for (let n = 0; n < 2; n += 1) await handIn(token, { id: randomUUID(), contacts: [said()] });
    const [young, old] = await depositsOf(person);
    const age = (id: string, days: number) =>
      database.admin.query(
        `UPDATE quarantine.deposit SET received_at = now() - $2 * interval '1 day' WHERE id = $1`,
        [id, days],
      );
    await age(young!.id, 27.9);
    await age(old!.id, 28.1);
    const sweep = servers[0]!.app.get(DepositSweep, { strict: false });
    sweep.onApplicationBootstrap();
    await sweep.onApplicationShutdown();
    const states = new Map((await depositsOf(person)).map(({ id, state }) => [id, state]));
    expect([states.get(young!.id), states.get(old!.id)]).toEqual(['quarantined', 'discarded']);
    expect(await ledger('deposit.decide', old!.id)).toEqual([
      {
        account_id: null,
        session_id: null,
        detail: {
          decision: 'discarded',
          by: 'expiry',
          depositedBy: person.accountId,
          walkId: walkIds[0],
          received: 1,
        },
      },
    ]);
  });
  it('are taken by a replica that has no lease and takes nothing else', async () => {
    const { person, token } = await holder();
    await relay.close();
    const contact = { constituencyId: putney, contacts: [said()] };
    await eventually(async () => (await clientOf(person, 1).post('/v1/contacts', contact)).status === 503);
    expect((await handIn(token, { id: randomUUID(), contacts: [said()] }, 1)).status).toBe(202);
    expect(await depositsOf(person)).toHaveLength(1);
  });
});
