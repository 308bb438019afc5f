import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Suspension {
  id: string;
  state: string;
  liftedBy: string | null;
  orderedBy: string;
  scopeEpoch: number;
}

describe('Suspensions', () => {
  let database: TestDatabase;
  let server: TestServer;
  let secretary: Person;
  let administrator: Person;
  let organiser: Person;
  let asSecretary: ApiClient;
  let asAdministrator: ApiClient;
  let asOrganiser: ApiClient;
  /** A program with the organiser's grants, and an office of his. */
  let program: Person;
  let officeId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 3);
    await createElectorsAndMembers(database.admin, wimbledon, 4);
    server = await startTestServer(database.environment);
    secretary = await createPerson(database, { role: 'general-secretary' });
    administrator = await createPerson(database, { role: 'administrator' });
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    asSecretary = new ApiClient(server.url, secretary);
    asAdministrator = new ApiClient(server.url, administrator);
    asOrganiser = new ApiClient(server.url, organiser, 'voter-contact');
    program = await createPerson(database, {
      kind: 'client',
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    await database.admin.query(
      `INSERT INTO identity.client_scope (account_id, action) VALUES ($1, 'elector.read')`,
      [program.accountId],
    );
    const office = await asSecretary.post<{ id: string }>('/v1/offices', {
      name: 'An office',
      kind: 'party',
    });
    officeId = office.body.id;
    const joined = await asSecretary.post(`/v1/offices/${officeId}/members`, {
      accountId: organiser.accountId,
    });
    expect([office.status, joined.status]).toEqual([201, 201]);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const electors = () => asOrganiser.get(`/v1/electors?constituencyId=${putney}`);
  const order = (kind: string, id?: string, headers = {}) =>
    asSecretary.post<Suspension>(
      '/v1/suspensions',
      { target: { kind, id }, reason: 'a possible breach' },
      headers,
    );
  const createNational = () => createPerson(database, { role: 'data-officer', purposes: ['voter-contact'] });
  const lift = async (client: ApiClient, id: string) => {
    const { scopeEpoch } = (await asSecretary.get<Suspension>(`/v1/suspensions/${id}`)).body;
    const word = { reason: 'nothing was taken', expectedEpoch: scopeEpoch };
    return client.post<Suspension>(`/v1/suspensions/${id}/lift`, word);
  };

  it('have a reason as long as the database counts it, variation selectors and all', async () => {
    const target = { kind: 'office', id: officeId };
    for (const reason of ['a\uFE0F'.repeat(1500), '🐝'.repeat(2001), ''])
      expect(await asSecretary.post('/v1/suspensions', { target, reason })).toMatchObject({
        status: 400,
        body: { code: 'validation-failed', errors: [{ pointer: '/reason' }] },
      });
    for (const reason of ['a\uFE0F'.repeat(1000), '🐝'.repeat(2000)]) {
      const made = await asSecretary.post<Suspension>('/v1/suspensions', { target, reason });
      expect(made.status).toBe(201);
      expect((await lift(asAdministrator, made.body.id)).status).toBe(200);
    }
  });

  it('refuse an id that is none with a pointer into the path', async () => {
    expect(await asSecretary.get('/v1/suspensions/nonsense')).toMatchObject({
      status: 400,
      body: {
        code: 'validation-failed',
        errors: [{ in: 'path', pointer: '/id', detail: 'must be a UUID' }],
      },
    });
  });

  it.each([
    ['a user', 'user', () => organiser.accountId, () => organiser, 'user-suspended'],
    ['an area', 'area', () => putney, () => organiser, 'area-suspended'],
    ['an office', 'office', () => officeId, () => organiser, 'office-suspended'],
    ['a client', 'client', () => program.accountId, () => program, 'client-suspended'],
  ])(
    'of %s stop its requests at once, and nobody else’s, and are lifted by one other person',
    async (_, kind, id, whose, code) => {
      const theirs = new ApiClient(server.url, whose(), 'voter-contact');
      const others = new ApiClient(server.url, await createNational(), 'voter-contact');
      const read = (client: ApiClient, constituencyId = putney) =>
        client.get(`/v1/electors?constituencyId=${constituencyId}`);
      expect((await read(theirs)).status).toBe(200);
      const ordered = await order(kind, id());
      expect(ordered.status).toBe(201);
      expect(await read(theirs)).toMatchObject({ status: 403, body: { code } });
      expect((await read(others, wimbledon)).status).toBe(200);
      expect(await lift(asAdministrator, ordered.body.id)).toMatchObject({
        status: 200,
        body: { state: 'lifted' },
      });
      expect((await read(theirs)).status).toBe(200);
    },
  );

  it.each([
    ['tool', 'contact-creator'],
    ['all', '*'],
  ])('of a tool or everything (%s) are lifted by two different people', async (kind, id) => {
    const ordered = await order(kind, id);
    for (const person of [organiser, program])
      expect(
        await new ApiClient(server.url, person, 'voter-contact').get(`/v1/electors?constituencyId=${putney}`),
      ).toMatchObject({ status: 503, body: { code: 'tool-suspended' } });
    expect(await lift(asSecretary, ordered.body.id)).toMatchObject({
      status: 200,
      body: { state: 'lift-asked' },
    });
    expect(await lift(asSecretary, ordered.body.id)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect((await electors()).status).toBe(503);
    expect(await lift(asAdministrator, ordered.body.id)).toMatchObject({
      status: 200,
      body: { state: 'lifted', liftedBy: administrator.accountId },
    });
    expect((await electors()).status).toBe(200);
    expect(await lift(asAdministrator, ordered.body.id)).toMatchObject({ status: 409 });
  });

  it('that overlap are lifted one by one', async () => {
    const first = await order('user', organiser.accountId);
    const second = await order('user', organiser.accountId);
    await lift(asAdministrator, first.body.id);
    expect((await electors()).status).toBe(403);
    await lift(asAdministrator, second.body.id);
    expect((await electors()).status).toBe(200);
  });

  it('are not lifted by the person they stop', async () => {
    const ordered = await order('user', administrator.accountId);
    expect(await lift(asAdministrator, ordered.body.id)).toMatchObject({
      status: 403,
      body: { code: 'user-suspended' },
    });
    const { rows } = await database.admin.query(
      `SELECT outcome FROM ledger.action WHERE action = 'suspension.lift' AND code = 'user-suspended'`,
    );
    expect(rows).toHaveLength(0); // Refused in memory, before the fence.
    await database.admin.query(`UPDATE ks.scope SET suspended = false WHERE kind = 'user'`);
  });

  it('are ordered once, however often the request is sent', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await order('area', wimbledon, key);
    const again = await order('area', wimbledon, key);
    expect(again).toMatchObject({ status: 201, body: { id: first.body.id } });
    expect(await order('area', putney, key)).toMatchObject({
      status: 409,
      body: { code: 'idempotency-key-reused' },
    });
    const storm = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 8 }, () => order('area', wimbledon, storm)));
    const made = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id));
    expect(made.size).toBe(1);
    for (const { status, body } of answers) {
      expect([201, 409]).toContain(status);
      if (status === 409) expect(body).toMatchObject({ code: 'idempotency-in-progress' });
    }
    for (const id of [first.body.id, ...made]) await lift(asAdministrator, id);
  });

  it('name a scope that exists', async () => {
    for (const [kind, id] of [
      ['tool', 'petitions'],
      ['area', 'E14999999'],
      ['user', randomUUID()],
      ['user', 'nobody'],
      ['area', '0'],
      ['all', 'everything'],
    ] as const) {
      expect(await order(kind, id)).toMatchObject({
        status: 400,
        body: { code: 'validation-failed', errors: [{ pointer: '/target' }] },
      });
    }
    expect(await asSecretary.get(`/v1/suspensions/${randomUUID()}`)).toMatchObject({ status: 404 });
    expect(await asSecretary.get('/v1/suspensions/nonsense')).toMatchObject({ status: 400 });
  });

  it('of everything need no id, and no other scope does without', async () => {
    const ordered = await order('all');
    expect(ordered).toMatchObject({ status: 201, body: { target: { kind: 'all', id: '*' } } });
    await lift(asSecretary, ordered.body.id);
    expect(await lift(asAdministrator, ordered.body.id)).toMatchObject({ body: { state: 'lifted' } });
    for (const kind of ['tool', 'user', 'area']) {
      expect(await order(kind)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/target/id' }] } });
    }
    const withNull = await asSecretary.post('/v1/suspensions', {
      target: { kind: 'all', id: null },
      reason: 'x',
    });
    expect(withNull).toMatchObject({ status: 400, body: { errors: [{ pointer: '/target/id' }] } });
  });

  it('take an id however its letters are written', async () => {
    const ordered = await order('user', organiser.accountId.toUpperCase());
    expect(ordered).toMatchObject({ status: 201, body: { target: { id: organiser.accountId } } });
    expect((await electors()).status).toBe(403);
    await lift(asAdministrator, ordered.body.id);
  });

  it('without a target are refused as input', async () => {
    for (const target of [undefined, null, [], 'all']) {
      expect(await asSecretary.post('/v1/suspensions', { target, reason: 'x' })).toMatchObject({
        status: 400,
        body: { code: 'validation-failed' },
      });
    }
  });

  it('are listed newest first, page by page, each once', async () => {
    const seen: string[] = [];
    let after: string | null = '';
    while (after !== null) {
      const { body }: { body: { items: Suspension[]; next: string | null } } = await asSecretary.get(
        `/v1/suspensions?limit=2${after && `&after=${after}`}`,
      );
      seen.push(...body.items.map(({ id }) => id));
      after = body.next;
    }
    const { rows } = await database.admin.query<{ id: string }>(
      'SELECT id FROM ks.suspension ORDER BY ordered_at DESC, id DESC',
    );
    expect(seen).toEqual(rows.map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('and lifts are in the ledger of actions, with who and what', async () => {
    const { rows } = await database.admin.query<{ action: string }>(
      `SELECT action FROM ledger.action WHERE outcome = 'done' AND account_id = ANY ($1) AND target_kind = 'suspension'`,
      [[secretary.accountId, administrator.accountId]],
    );
    const suspensions = await database.admin.query('SELECT FROM ks.suspension');
    expect(rows.filter(({ action }) => action === 'suspension.order')).toHaveLength(
      suspensions.rowCount ?? -1,
    );
    expect(rows.some(({ action }) => action === 'suspension.lift')).toBe(true);
  });

  it('are not for canvassing roles to order or to read', async () => {
    expect(
      await asOrganiser.post('/v1/suspensions', { target: { kind: 'all', id: '*' }, reason: 'x' }),
    ).toMatchObject({ status: 403, body: { code: 'not-permitted' } });
    expect(await asOrganiser.get('/v1/suspensions')).toMatchObject({
      status: 403,
      body: { code: 'not-permitted' },
    });
  });

  it('show in the list of tools', async () => {
    const ordered = await order('tool', 'organise');
    expect((await asSecretary.get('/v1/tools')).body).toEqual({
      items: [
        { name: 'contact-creator', isRunning: true, suspensionIds: [] },
        { name: 'organise', isRunning: false, suspensionIds: [ordered.body.id] },
      ],
      lifters: 2,
    });
  });
});
