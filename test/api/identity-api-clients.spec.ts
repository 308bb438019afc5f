import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { createElectorsAndMembers, createPerson, grant, putney } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { bearing, type Tokens } from '../support/sign-in.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { releaseOnceWaiting, untilWaiting } from '../support/waiting.js';

interface Client {
  id: string;
  name: string;
  scopes: string[];
  clientSecret: string;
}

describe('An API client', () => {
  let database: TestDatabase;
  let server: TestServer;
  let asAdministrator: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 2);
    server = await startTestServer({ ...database.environment, AUTH_RATE_PER_MINUTE: 1_000_000 });
    asAdministrator = new ApiClient(server.url, await createPerson(database, { role: 'administrator' }));
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const make = async (...scopes: string[]) => {
    const { status, body } = await asAdministrator.post<Client>('/v1/api-clients', {
      name: 'Leaflet planner',
      scopes,
    });
    expect(status).toBe(201);
    return body;
  };
  const signIn = (clientId: string, clientSecret: string) =>
    new ApiClient(server.url).post<Tokens>('/v1/auth/token', { clientId, clientSecret });
  const accept = (id: string) =>
    database.admin.query(
      `INSERT INTO protection.undertaking_acceptance (account_id, version) SELECT $1, max(version) FROM protection.undertaking`,
      [id],
    );
  const electors = (tokens: Tokens) =>
    bearing(tokens, server.url, 'voter-contact').get(`/v1/electors?constituencyId=${putney}`);

  it('signs in with its secret and reads what its grants and its scopes allow together', async () => {
    const client = await make('elector.read');
    const { status, body } = await signIn(client.id, client.clientSecret);
    expect(status).toBe(200);
    expect(body).toMatchObject({ refreshToken: null, expiresIn: 600 });
    expect(await electors(body)).toMatchObject({ status: 403, body: { code: 'not-permitted' } });
    await grant(database.admin, client.id, 'organiser', putney, ['voter-contact']);
    await accept(client.id);
    expect((await electors(body)).status).toBe(200);
    expect((await bearing(body, server.url).get('/v1/me')).body).toMatchObject({
      kind: 'client',
      hasSecondFactor: false,
    });
    const { rows } = await database.admin.query<{ seconds: number }>(
      `SELECT round(extract(epoch FROM expires_at - created_at))::integer AS seconds FROM identity.session WHERE id = $1`,
      [body.sessionId],
    );
    expect(rows).toEqual([{ seconds: 600 }]);
  });

  it('is limited to its scopes, whatever its grants allow', async () => {
    const client = await make('member.read');
    await grant(database.admin, client.id, 'organiser', putney, ['voter-contact']);
    await accept(client.id);
    const { body } = await signIn(client.id, client.clientSecret);
    expect(await electors(body)).toMatchObject({ status: 403, body: { code: 'not-permitted' } });
  });

  it('never works under a privileged role', async () => {
    const client = await make('tool.read');
    await grant(database.admin, client.id, 'administrator');
    const { body } = await signIn(client.id, client.clientSecret);
    expect(await bearing(body, server.url).get('/v1/tools')).toMatchObject({
      status: 403,
      body: { code: 'mfa-required' },
    });
    expect(await bearing(body, server.url).post('/v1/me/totp', { password: 'none it has' })).toMatchObject({
      status: 401,
    });
    await database.admin.query('UPDATE access.role_grant SET ended_at = now() WHERE account_id = $1', [
      client.id,
    ]);
  });

  it('does not sign in with a wrong secret, under an unknown id or as a person', async () => {
    const client = await make('elector.read');
    const person = await createPerson(database);
    for (const [id, secret] of [
      [client.id, 'wrong'],
      [randomUUID(), client.clientSecret],
      [person.accountId, client.clientSecret],
    ] as const) {
      expect(await signIn(id, secret)).toMatchObject({ status: 401, body: { code: 'credentials-refused' } });
    }
    const asPerson = { username: `client-${client.id}`, password: client.clientSecret };
    expect((await new ApiClient(server.url).post('/v1/auth/token', asPerson)).status).toBe(401);
  });

  it('gets a new secret, which ends the old one and its sessions', async () => {
    const client = await make('elector.read');
    const before = (await signIn(client.id, client.clientSecret)).body;
    const { status, body } = await asAdministrator.post<Client>(`/v1/api-clients/${client.id}/rotate-secret`);
    expect(status).toBe(200);
    expect((await signIn(client.id, client.clientSecret)).status).toBe(401);
    expect((await signIn(client.id, body.clientSecret)).status).toBe(200);
    expect((await bearing(before, server.url).get('/v1/me')).status).toBe(401);
  });

  it.each([
    ['gets a new secret', (id: string) => asAdministrator.post(`/v1/api-clients/${id}/rotate-secret`), 200],
    [
      'is closed',
      (id: string) => asAdministrator.send('DELETE', `/v1/api-clients/${id}`, undefined, {}),
      204,
    ],
  ])('keeps no session that is opened just as it %s', async (_, change, done) => {
    const client = await make('elector.read');
    // The sign-in has read the secret and opened its session, and stops before it commits.
    await database.admin.query('BEGIN; LOCK TABLE ledger.action IN SHARE MODE');
    const signingIn = signIn(client.id, client.clientSecret);
    await untilWaiting(database.admin, 1);
    const changing = change(client.id);
    await releaseOnceWaiting(database.admin, 2, () => database.admin.query('COMMIT'));
    expect((await changing).status).toBe(done);
    const { status, body } = await signingIn;
    expect(status).toBe(200);
    expect((await bearing(body, server.url).get('/v1/me')).status).toBe(401);
  });

  it('is closed for good', async () => {
    const client = await make('elector.read');
    const tokens = (await signIn(client.id, client.clientSecret)).body;
    const close = () => asAdministrator.send('DELETE', `/v1/api-clients/${client.id}`, undefined, {});
    expect((await close()).status).toBe(204);
    expect((await close()).status).toBe(404);
    expect((await asAdministrator.post(`/v1/api-clients/${client.id}/rotate-secret`)).status).toBe(404);
    expect((await bearing(tokens, server.url).get('/v1/me')).status).toBe(401);
    expect((await signIn(client.id, client.clientSecret)).status).toBe(401);
  });

  it('is made once, however often the request is sent, and its secret is shown once', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const request = { name: 'Twice', scopes: ['elector.read'] };
    const first = await asAdministrator.post<Client>('/v1/api-clients', request, key);
    const again = await asAdministrator.post<Client>('/v1/api-clients', request, key);
    expect(again).toMatchObject({ status: 201, body: { ...first.body, clientSecret: null } });
  });

  it('is listed without its secret, page by page', async () => {
    const seen: Client[] = [];
    let after: string | null = '';
    while (after !== null) {
      const { status, body }: { status: number; body: { items: Client[]; next: string | null } } =
        await asAdministrator.get(`/v1/api-clients?limit=2${after && `&after=${after}`}`);
      expect(status).toBe(200);
      seen.push(...body.items);
      after = body.next;
    }
    const { rows } = await database.admin.query<{ id: string }>(
      `SELECT id FROM identity.account WHERE kind = 'client' AND closed_at IS NULL ORDER BY id`,
    );
    expect(seen.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    for (const client of seen)
      expect(Object.keys(client).sort()).toEqual(['createdAt', 'id', 'name', 'scopes']);
  });

  it('is managed by administrators alone, freshly confirmed', async () => {
    const secretary = new ApiClient(server.url, await createPerson(database, { role: 'general-secretary' }));
    expect((await secretary.get('/v1/api-clients')).status).toBe(403);
    const request = { name: 'N', scopes: ['elector.read'] };
    expect((await secretary.post('/v1/api-clients', request)).status).toBe(403);
    const person = await createPerson(database, { role: 'administrator' });
    await database.admin.query('UPDATE identity.session SET stepped_up_until = NULL WHERE id = $1', [
      person.sessionId,
    ]);
    expect(await new ApiClient(server.url, person).post('/v1/api-clients', request)).toMatchObject({
      status: 403,
      body: { code: 'step-up-required' },
    });
    for (const scopes of [[], ['everything'], ['elector.read', 'elector.read'], 'elector.read']) {
      expect((await asAdministrator.post('/v1/api-clients', { name: 'N', scopes })).status).toBe(400);
    }
  });
});
