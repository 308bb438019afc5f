import type { ScopeKind } from '../../src/config/vocabulary.js';
import { ApiClient } from '../support/api.js';
import { DatabaseRelay } from '../support/database-relay.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { eventually } from '../support/download.js';
import { flip } from '../support/switch.js';
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

  const cutsOf = async (id: string) =>
    (await asSecretary.get<{ items: unknown[] }>(`/v1/suspensions/${id}/cuts`)).body.items;

  const cases: [ScopeKind, (officer: Person) => string, string][] = [
    ['user', ({ accountId }) => accountId, 'user-suspended'],
    ['area', () => putney, 'area-suspended'],
  ];

  it.each(cases)('is not sent once a suspension of its %s is answered', async (kind, target, code) => {
    const { officer, pass, answer } = await begin();
    const id = await suspend(kind, target(officer));
    pass();
    expect((await answer).body).toMatchObject({ code });
    await eventually(async () => (await cutsOf(id)).length > 0);
    expect(await cutsOf(id)).toMatchObject([
      {
        what: 'answer',
        why: code,
        accountId: officer.accountId,
        route: 'GET /v1/electors',
        bytes: 0,
        rows: null,
      },
    ]);
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

  it('is written down as soon as that can be done, and read while everything is suspended', async () => {
    const { officer, pass, answer } = await begin();
    const record = 'EXECUTE ON FUNCTION ks.record_cuts(uuid, jsonb)';
    await database.admin.query(`REVOKE ${record} FROM rosette_api`);
    const id = await suspend('all', '*');
    pass();
    expect((await answer).status).toBe(503);
    expect(await cutsOf(id)).toEqual([]);
    await database.admin.query(`GRANT ${record} TO rosette_api`);
    await eventually(async () => (await cutsOf(id)).length > 0);
    const protector = await createPerson(database, { role: 'data-protection-officer' });
    const { body } = await new ApiClient(server.url, protector).get(`/v1/suspensions/${id}/cuts`);
    expect(body).toMatchObject({
      items: [{ accountId: officer.accountId, why: 'tool-suspended' }],
      next: null,
    });
    const absent = await asSecretary.get(`/v1/suspensions/${officer.accountId}/cuts`);
    expect(absent.body).toMatchObject({ code: 'not-found' });
    await database.admin.query(
      `UPDATE ks.suspension SET lifted_at = now(), lifted_by = ordered_by, lift_epoch = epoch WHERE id = '${id}'`,
    );
    await flip(database.admin, ['all:*'], false);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
  });

  it('is not sent once the suspension of its tool is answered', async () => {
    const { pass, answer } = await begin();
    await suspend('tool', 'contact-creator');
    pass();
    expect((await answer).body).toMatchObject({ code: 'tool-suspended' });
  });
});
