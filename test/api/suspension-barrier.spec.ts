import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { DatabaseRelay } from '../support/database-relay.js';
import { until } from '../support/embedded-postgres-processes.js';
import { createPerson, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Answered {
  id: string;
  inForceAt: string;
  completeAt: string | null;
  replicas: { how: string }[];
}

describe('The answer to a suspension', () => {
  let database: TestDatabase;
  let relay: DatabaseRelay;
  let server: TestServer;
  let member: Person;
  let asSecretary: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    relay = await DatabaseRelay.before(database.url('api'));
    server = await startTestServer({ ...database.environment, DATABASE_DIRECT_URL: relay.url });
    member = await createPerson(database);
    asSecretary = new ApiClient(server.url, await createPerson(database, { role: 'general-secretary' }));
  });

  afterAll(async () => {
    await server.stop();
    await relay.close();
    await database.drop();
  });

  const order = async (key: string, id = 'contact-creator') => {
    const target = { kind: 'tool', id };
    const { status, body } = await asSecretary.post<Answered>(
      '/v1/suspensions',
      { target, reason: 'a member has left the party' },
      { 'idempotency-key': key },
    );
    return { status, body };
  };

  it('is 201 when it is true everywhere, with how each replica came to it, and the same to a repeat', async () => {
    const key = randomUUID();
    const { status, body } = await order(key);
    expect(status).toBe(201);
    expect(body.replicas).toMatchObject([{ how: 'drained' }]);
    expect(Date.parse(body.completeAt!)).toBeGreaterThanOrEqual(Date.parse(body.inForceAt));
    expect(await order(key)).toEqual({ status: 201, body });
    expect((await asSecretary.get(`/v1/suspensions/${body.id}`)).body).toEqual(body);
  });

  it('is 202 where that cannot be proved in time, and 201 to a repeat when it was', async () => {
    const key = randomUUID();
    // The switch's own connections go this way; requests reach the database as before.
    await relay.close();
    const early = await order(key, 'organise');
    expect(early).toMatchObject({ status: 202, body: { completeAt: null, replicas: [] } });
    await relay.open();
    await until(async () => (await order(key, 'organise')).status === 201, 'completion', 20_000);
    const { body } = await order(key, 'organise');
    expect(body.id).toBe(early.body.id);
    expect(body.completeAt).not.toBeNull();
  });

  it('and to the end of a session comes where that cannot be proved in time, and is proved later', async () => {
    const open = async () =>
      (await database.admin.query('SELECT FROM ks.flip WHERE completed_at IS NULL')).rowCount;
    await relay.close();
    expect((await new ApiClient(server.url, member).post('/v1/auth/logout')).status).toBe(204);
    expect(await open()).toBe(1);
    await relay.open();
    await until(async () => (await open()) === 0, 'completion', 20_000);
  });
});
