import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { createElectorsAndMembers, createPerson, putney, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { releaseOnceWaiting } from '../support/waiting.js';

interface Office {
  id: string;
  name: string;
  memberIds: string[];
}

describe('Offices', () => {
  let database: TestDatabase;
  let server: TestServer;
  let secretary: Person;
  let asSecretary: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 2);
    server = await startTestServer(database.environment);
    secretary = await createPerson(database, { role: 'general-secretary' });
    asSecretary = new ApiClient(server.url, secretary);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const open = (office: object = {}, headers = {}) =>
    asSecretary.post<Office>(
      '/v1/offices',
      { name: `Office ${randomUUID()}`, kind: 'party', ...office },
      headers,
    );
  const join = (officeId: string, accountId: string, headers = {}) =>
    asSecretary.post(`/v1/offices/${officeId}/members`, { accountId }, headers);
  const leave = (officeId: string, accountId: string) =>
    asSecretary.post(`/v1/offices/${officeId}/members/${accountId}/end`);

  it('are opened once, shown, and can be suspended from birth', async () => {
    const representative = await createPerson(database);
    const key = { 'idempotency-key': randomUUID() };
    const office = {
      name: 'Office of the Member',
      kind: 'representative',
      constituencyId: putney,
      representativeId: representative.accountId,
    };
    const opened = await open(office, key);
    expect(opened).toMatchObject({ status: 201, body: { ...office, memberIds: [representative.accountId] } });
    expect(await open(office, key)).toMatchObject({ status: 201, body: { id: opened.body.id } });
    expect(await asSecretary.get(`/v1/offices/${opened.body.id}`)).toMatchObject({
      status: 200,
      body: office,
    });
    const { rows } = await database.admin.query(`SELECT FROM ks.scope WHERE kind = 'office' AND id = $1`, [
      opened.body.id,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('stop their members, from the moment these join, when they are suspended', async () => {
    const staff = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const electors = () =>
      new ApiClient(server.url, staff, 'voter-contact').get(`/v1/electors?constituencyId=${putney}`);
    const { body: office } = await open();
    expect((await electors()).status).toBe(200);
    expect(await join(office.id, staff.accountId)).toMatchObject({ status: 201, body: { untilAt: null } });
    expect((await asSecretary.get<Office>(`/v1/offices/${office.id}`)).body.memberIds).toEqual([
      staff.accountId,
    ]);
    const suspended = await asSecretary.post<{ id: string }>('/v1/suspensions', {
      target: { kind: 'office', id: office.id },
      reason: 'a breach',
    });
    expect(suspended.status).toBe(201);
    expect(await electors()).toMatchObject({ status: 403, body: { code: 'office-suspended' } });
    await asSecretary.post(`/v1/suspensions/${suspended.body.id}/lift`, { reason: 'cleared' });
    expect((await electors()).status).toBe(200);
    expect(await leave(office.id, staff.accountId)).toMatchObject({ status: 200 });
    expect((await asSecretary.get<Office>(`/v1/offices/${office.id}`)).body.memberIds).toEqual([]);
  });

  it('stop the one they represent as they stop their members, and do not let him go', async () => {
    const representative = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const client = new ApiClient(server.url, representative, 'voter-contact');
    const electors = () => client.get(`/v1/electors?constituencyId=${putney}`);
    expect((await electors()).status).toBe(200);
    const { accountId: representativeId } = representative;
    const generation = async () => {
      const { rows } = await database.admin.query<{ gen: string }>(
        `SELECT gen FROM ks.scope WHERE kind = 'user' AND id = $1`,
        [representativeId],
      );
      return Number(rows[0]!.gen);
    };
    const before = await generation();
    const { body: office } = await open({ kind: 'representative', representativeId });
    // What he was admitted to before does not escape his office.
    expect(await generation()).toBe(before + 1);
    expect(await join(office.id, representativeId)).toMatchObject({ status: 409 });
    expect(await leave(office.id, representativeId)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    const target = { kind: 'office', id: office.id };
    const suspended = await asSecretary.post<{ id: string }>('/v1/suspensions', {
      target,
      reason: 'a breach',
    });
    expect(await electors()).toMatchObject({ status: 403, body: { code: 'office-suspended' } });
    expect(await client.get('/v1/access-state')).toMatchObject({
      body: { suspended: [{ kind: 'office', id: office.id }] },
    });
    await asSecretary.post(`/v1/suspensions/${suspended.body.id}/lift`, { reason: 'cleared' });
    expect((await electors()).status).toBe(200);
  });

  it('keep the one they represent among their people when he departs, and let go of the others', async () => {
    const [representative, staff] = [await createPerson(database), await createPerson(database)];
    const { body: office } = await open({
      kind: 'representative',
      representativeId: representative.accountId,
    });
    await join(office.id, staff.accountId);
    const departure = { standing: 'lapsed', reason: 'dissolution', withOffice: office.id };
    expect(
      (await asSecretary.post(`/v1/users/${representative.accountId}/departure`, departure)).status,
    ).toBe(201);
    expect((await asSecretary.get<Office>(`/v1/offices/${office.id}`)).body.memberIds).toEqual([
      representative.accountId,
    ]);
  });

  it('take a user in once at a time, and again after he left', async () => {
    const staff = await createPerson(database);
    const { body: office } = await open();
    const key = { 'idempotency-key': randomUUID() };
    expect((await join(office.id, staff.accountId, key)).status).toBe(201);
    expect((await join(office.id, staff.accountId, key)).status).toBe(201);
    expect(await join(office.id, staff.accountId)).toMatchObject({
      status: 409,
      body: { code: 'already-exists' },
    });
    expect((await leave(office.id, staff.accountId)).status).toBe(200);
    expect((await leave(office.id, staff.accountId)).status).toBe(404);
    expect((await join(office.id, staff.accountId)).status).toBe(201);
    const races = await Promise.all([1, 2, 3].map(async () => join((await open()).body.id, staff.accountId)));
    expect(races.map(({ status }) => status)).toEqual([201, 201, 201]);
  });

  it.each(['the user', 'the office'])('take nobody in while %s departs', async (who) => {
    const staff = await createPerson(database);
    const { body: office } = await open();
    const departed = who === 'the user' ? staff : await createPerson(database);
    await database.admin.query('BEGIN');
    await database.admin.query('SELECT FROM identity.account WHERE id = $1 FOR UPDATE', [staff.accountId]);
    const joining = join(office.id, staff.accountId);
    await releaseOnceWaiting(database.admin, 1, async () => {
      await database.admin.query(
        `INSERT INTO access.departure (id, account_id, standing, reason, office_ids, ordered_by, people, grants, sessions)
         VALUES (gen_random_uuid(), $1, 'resigned', 'x', $2, $3, 1, 0, 0)`,
        [departed.accountId, who === 'the user' ? [] : [office.id], secretary.accountId],
      );
      await database.admin.query('COMMIT');
    });
    expect(await joining).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it.each([
    ['an unknown kind', { kind: 'embassy' }, '/kind'],
    ['no name', { name: '' }, '/name'],
    ['a constituency that does not exist', { constituencyId: 'E14999999' }, '/constituencyId'],
    [
      'a representative that does not exist',
      { kind: 'representative', representativeId: randomUUID() },
      '/representativeId',
    ],
    ['a representative of a party office', { representativeId: randomUUID() }, '/representativeId'],
  ])('with %s are refused with a pointer', async (_, office, pointer) => {
    expect(await open(office)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('and users that do not exist are told apart', async () => {
    const staff = await createPerson(database);
    expect(await join(randomUUID(), staff.accountId)).toMatchObject({ status: 404 });
    expect(await join((await open()).body.id, randomUUID())).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/accountId' }] },
    });
    expect(await asSecretary.get(`/v1/offices/${randomUUID()}`)).toMatchObject({ status: 404 });
  });

  it('are listed by name, each once, to those who answer for access alone', async () => {
    const seen: string[] = [];
    let after: string | null = '';
    while (after !== null) {
      const { body }: { body: { items: Office[]; next: string | null } } = await asSecretary.get(
        `/v1/offices?limit=2${after && `&after=${after}`}`,
      );
      seen.push(...body.items.map(({ id }) => id));
      after = body.next;
    }
    const { rows } = await database.admin.query<{ id: string }>(
      'SELECT id FROM access.office ORDER BY name, id',
    );
    expect(seen).toEqual(rows.map(({ id }) => id));
    const officer = new ApiClient(
      server.url,
      await createPerson(database, { role: 'data-protection-officer' }),
    );
    expect((await officer.get('/v1/offices')).status).toBe(200);
    expect(await officer.post('/v1/offices', { name: 'x', kind: 'party' })).toMatchObject({
      status: 403,
      body: { code: 'not-permitted' },
    });
  });
});
