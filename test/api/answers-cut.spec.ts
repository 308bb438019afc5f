import type { ScopeKind } from '../../src/config/vocabulary.js';
import { ApiClient } from '../support/api.js';
import { DatabaseRelay } from '../support/database-relay.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** The network holds back what the database has answered, so that the switch is used while an answer is on its way. */
describe('An answer whose rows have been read', () => {
  let database: TestDatabase;
  let relay: DatabaseRelay;
  let server: TestServer;
  let asSecretary: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 12);
    relay = await DatabaseRelay.before(database.url('api'));
    server = await startTestServer({ ...database.environment, DATABASE_URL: relay.url });
    asSecretary = new ApiClient(server.url, await createPerson(database, { role: 'general-secretary' }));
  });

  afterAll(async () => {
    await server.stop();
    await relay.close();
    await database.drop();
  });

  const begin = async () => {
    const officer = await createPerson(database, {
      role: 'data-officer',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const client = new ApiClient(server.url, officer, 'voter-contact');
    const path = `/v1/electors?constituencyId=${putney}&limit=5`;
    expect((await client.get(path)).status).toBe(200);
    const held = relay.holdCommitAfter('elector.read');
    const answer = client.get(path);
    return { officer, pass: await held, answer };
  };
  const suspend = async (kind: ScopeKind, id: string) => {
    const order = { target: { kind, id }, reason: 'a test' };
    const { status, body } = await asSecretary.post<{ id: string }>('/v1/suspensions', order);
    expect(status).toBe(201);
    return body.id;
  };

  it('is sent whatever is suspended elsewhere', async () => {
    const { pass, answer } = await begin();
    await suspend('area', wimbledon);
    await suspend('tool', 'organise');
    pass();
    expect((await answer).status).toBe(200);
  });

  const cases: [ScopeKind, (officer: Person) => string, string][] = [
    ['user', ({ accountId }) => accountId, 'user-suspended'],
    ['area', () => putney, 'area-suspended'],
  ];

  it.each(cases)('is not sent once a suspension of its %s is answered', async (kind, target, code) => {
    const { officer, pass, answer } = await begin();
    const id = await suspend(kind, target(officer));
    pass();
    expect((await answer).body).toMatchObject({ code });
    expect((await asSecretary.post(`/v1/suspensions/${id}/lift`, { reason: 'a test' })).status).toBe(200);
  });

  it('is not sent after its suspension has been lifted either, but can be asked for again', async () => {
    const { officer, pass, answer } = await begin();
    const id = await suspend('user', officer.accountId);
    await asSecretary.post(`/v1/suspensions/${id}/lift`, { reason: 'a test' });
    pass();
    const { status, headers } = await answer;
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
  });

  it('is not sent once the suspension of its tool is answered', async () => {
    const { pass, answer } = await begin();
    await suspend('tool', 'contact-creator');
    pass();
    expect((await answer).body).toMatchObject({ code: 'tool-suspended' });
  });
});
