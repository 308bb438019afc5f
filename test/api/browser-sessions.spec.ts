import { request } from 'node:http';
import { ApiClient } from '../support/api.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { bearing, createHolder, goodPassword, type Holder, type Tokens } from '../support/sign-in.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const name = '__Host-rosette-refresh';

describe('A session of a page of our own', () => {
  let database: TestDatabase;
  let server: TestServer;
  let page: ApiClient;
  let gene: Holder;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer({ ...database.environment, AUTH_RATE_PER_MINUTE: 1_000_000 });
    page = new ApiClient(server.url, { headers: { origin: server.url } });
    gene = await createHolder(database);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const credentials = () => ({ username: gene.username, password: goodPassword });
  const signIn = (headers = {}) => page.post<Tokens>('/v1/auth/browser/token', credentials(), headers);
  const cookieOf = ({ headers }: { headers: Headers }) =>
    headers.getSetCookie().map((cookie) => cookie.split(';')[0]!)[0]!;
  const refresh = (cookie: string, headers = {}) =>
    page.post<Tokens>('/v1/auth/browser/refresh', undefined, { cookie, ...headers });

  it('keeps its refresh token in a cookie that no script and no other host can read, and nowhere else', async () => {
    const answer = await signIn();
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body).sort()).toEqual(['accessToken', 'expiresIn', 'sessionId', 'tokenType']);
    const [cookie, ...others] = answer.headers.getSetCookie();
    expect(others).toEqual([]);
    const [pair, ...attributes] = cookie!.split('; ');
    expect(pair).toMatch(/^__Host-rosette-refresh=[\w-]{43}$/);
    // Neither Domain, which would share it, nor an end, which would outlive the browser.
    expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure']);
    expect((await bearing(answer.body, server.url).get('/v1/me')).status).toBe(200);
  });

  it('is refreshed by its cookie, among others, which is renewed and works once', async () => {
    const first = cookieOf(await signIn());
    const second = await refresh(`a=b; ${first}; c=d`);
    expect(second.status).toBe(200);
    expect(second.body).not.toHaveProperty('refreshToken');
    expect(cookieOf(second)).not.toBe(first);
    const third = await refresh(cookieOf(second));
    expect(third.status).toBe(200);
    // Two steps back: somebody has copied it.
    const stolen = await refresh(first);
    expect(stolen).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect((await refresh(cookieOf(third))).status).toBe(401);
  });

  it.each([
    ['without a cookie', ''],
    ['with an empty one', `${name}=`],
    ['with one that is no token', `${name}=abc`],
    ['with one that is too long', `${name}=${'a'.repeat(2_000)}`],
    ['with a token in a cookie of another name', 'rosette-refresh=abc'],
  ])('is not refreshed %s, and the cookie goes', async (_, cookie) => {
    const answer = await refresh(cookie);
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(answer.headers.getSetCookie()).toEqual([
      `${name}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict`,
    ]);
  });

  it('ends by signing out, and the cookie goes', async () => {
    const { body, ...answer } = await signIn();
    const headers = { authorization: `Bearer ${body.accessToken}` };
    const gone = await page.post('/v1/auth/browser/logout', undefined, headers);
    expect(gone.status).toBe(204);
    expect(gone.headers.getSetCookie()).toEqual([expect.stringContaining(`${name}=; Max-Age=0`)]);
    expect((await refresh(cookieOf(answer))).status).toBe(401);
    expect((await bearing(body, server.url).get('/v1/me')).status).toBe(401);
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port of this host', { origin: 'http://127.0.0.1:1' }],
    ['a frame without an origin', { origin: 'null' }],
    ['a page that the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
  ])('is neither opened, refreshed nor ended by %s', async (_, headers) => {
    const { body, ...opened } = await signIn();
    const refused = { status: 403, body: { code: 'origin-refused' } };
    for (const answer of [
      await signIn(headers),
      await refresh(cookieOf(opened), headers),
      await page.post('/v1/auth/browser/logout', undefined, {
        authorization: `Bearer ${body.accessToken}`,
        ...headers,
      }),
    ]) {
      expect(answer).toMatchObject(refused);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect((await refresh(cookieOf(opened))).status).toBe(200);
  });

  it('is not refreshed by a request without an origin, as a form of old browsers sends it', async () => {
    const cookie = cookieOf(await signIn());
    const status = await new Promise((resolve) =>
      request(`${server.url}/v1/auth/browser/refresh`, { method: 'POST', headers: { cookie } }, (answer) =>
        resolve(answer.resume().statusCode),
      ).end(),
    );
    expect(status).toBe(403);
  });

  it('takes no body of another kind, and no API client', async () => {
    const asForm = await page.post('/v1/auth/browser/token', undefined, {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([400, 415]).toContain(asForm.status);
    const client = { clientId: gene.accountId, clientSecret: 'a' };
    expect((await page.post('/v1/auth/browser/token', client)).status).toBe(400);
    const wrong = await page.post('/v1/auth/browser/token', { ...credentials(), password: 'wrong' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'credentials-refused' } });
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  it('does not hand its cookie out where the refresh token is asked for in a body', async () => {
    const cookie = cookieOf(await signIn());
    const answer = await page.post('/v1/auth/refresh', { refreshToken: 'x' }, { cookie });
    expect(answer.status).toBe(401);
  });
});
