import { readEnvironment } from '../../src/config/environment.js';
import { ApiClient } from '../support/api.js';
import { createPerson } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('Whoever asks too often', () => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  const start = async (RATE_PER_MINUTE: number) => {
    server = await startTestServer({ ...database.environment, RATE_PER_MINUTE });
  };
  const statuses = async (times: number, ask: () => Promise<{ status: number }>) => {
    const seen: number[] = [];
    for (let time = 0; time < times; time += 1) seen.push((await ask()).status);
    return seen;
  };

  afterEach(() => server.stop());
  afterAll(() => database.drop());

  it('is told to wait over all of the API, and how long; others and other devices are not', async () => {
    await start(3);
    const [one, other] = [await createPerson(database), await createPerson(database)];
    const client = new ApiClient(server.url, one);
    const first = await client.get('/v1/me');
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit-policy')).toBe('"default";q=3;w=60');
    expect(first.headers.get('ratelimit')).toBe('"default";r=2;t=0');
    expect((await client.get('/v1/access-state')).headers.get('ratelimit')).toBe('"default";r=1;t=0');
    // What is refused counts too.
    expect(await client.get('/v1/users')).toMatchObject({ status: 403 });
    const refused = await client.get('/v1/me');
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(10);
    expect(refused.headers.get('ratelimit')).toMatch(/^"default";r=0;t=\d+$/);
    expect((await new ApiClient(server.url, other).get('/v1/me')).status).toBe(200);
  });

  it('is counted by the address without a valid token, and empties nobody else’s bucket', async () => {
    await start(3);
    const person = await createPerson(database);
    const forged = { headers: { authorization: `${person.headers['authorization']}x` } };
    expect(await statuses(4, () => new ApiClient(server.url, forged).get('/v1/me'))).toEqual([
      401, 401, 401, 429,
    ]);
    expect((await new ApiClient(server.url).get('/v1/me')).status).toBe(429);
    expect(await statuses(3, () => new ApiClient(server.url, person).get('/v1/me'))).toEqual([200, 200, 200]);
  });

  it('meets the limit at unsubscribe links too, by the address', async () => {
    await start(3);
    const press = () => fetch(`${server.url}/v1/unsubscribe/${'x'.repeat(40)}`, { method: 'POST' });
    expect(await statuses(4, press)).toEqual([200, 200, 200, 429]);
  });

  it('is never the health check, nor counted twice while signing in', async () => {
    await start(1);
    const person = await createPerson(database);
    expect(await statuses(3, () => fetch(`${server.url}/healthz`))).toEqual([200, 200, 200]);
    const client = new ApiClient(server.url, person);
    for (let time = 0; time < 3; time += 1) {
      const answer = await client.post('/v1/auth/step-up', { password: 'not the one' });
      expect(answer.headers.get('ratelimit-policy')).toMatch(/^"auth"/);
    }
    expect((await client.get('/v1/me')).status).toBe(200);
  });

  it('is not a phone that hands in what an hour without a signal left on it', async () => {
    await start(readEnvironment({}).RATE_PER_MINUTE);
    const client = new ApiClient(server.url, await createPerson(database));
    const answers = await Promise.all(Array.from({ length: 300 }, () => client.get('/v1/me')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
