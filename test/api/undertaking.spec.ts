import { ApiClient } from '../support/api.js';
import { createElectorsAndMembers, createPerson, putney, type Standing } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { ROLES } from '../../src/config/vocabulary.js';

describe('The undertaking and the purposes', () => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 2);
    server = await startTestServer(database.environment);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  it('opens personal data to whoever accepts the version in force, and to him alone', async () => {
    const standing: Standing = {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
      hasAccepted: false,
    };
    const [person, other] = [await createPerson(database, standing), await createPerson(database, standing)];
    const [client, otherClient] = [person, other].map(
      (one) => new ApiClient(server.url, one, 'voter-contact'),
    ) as [ApiClient, ApiClient];
    const electors = `/v1/electors?constituencyId=${putney}`;
    expect(await client.get(electors)).toMatchObject({ status: 403, body: { code: 'undertaking-required' } });
    const mine = await client.get<{ version: number }>('/v1/me/undertaking');
    expect(mine).toMatchObject({ status: 200, body: { version: 1, acceptedAt: null } });
    const accepted = await client.post<{ acceptedAt: string }>('/v1/me/undertaking', {
      version: mine.body.version,
    });
    expect(accepted).toMatchObject({ status: 200, body: { version: 1, acceptedAt: expect.any(String) } });
    expect((await client.get(electors)).status).toBe(200);
    expect((await otherClient.get(electors)).status).toBe(403);
    const again = await client.post<{ acceptedAt: string }>('/v1/me/undertaking', { version: 1 });
    expect(again).toMatchObject({ status: 200, body: { acceptedAt: accepted.body.acceptedAt } });
  });

  it('is accepted in the version in force and in no other', async () => {
    const person = await createPerson(database, { hasAccepted: false });
    const client = new ApiClient(server.url, person);
    await database.admin.query(
      `INSERT INTO protection.undertaking (version, text, in_force_at) VALUES (3, 'later', now() + interval '1 day')`,
    );
    for (const version of [0, 1.5, 1_000_001]) {
      expect(await client.post('/v1/me/undertaking', { version })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/version' }] },
      });
    }
    for (const version of [2, 3])
      expect(await client.post('/v1/me/undertaking', { version })).toMatchObject({ status: 409 });
    await database.admin.query(`INSERT INTO protection.undertaking (version, text) VALUES (2, 'now')`);
    expect(await client.post('/v1/me/undertaking', { version: 1 })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect(await client.post('/v1/me/undertaking', { version: 2 })).toMatchObject({
      status: 200,
      body: { text: 'now' },
    });
    await database.admin.query('DELETE FROM protection.undertaking_acceptance WHERE version > 1');
    await database.admin.query('DELETE FROM protection.undertaking WHERE version > 1');
  });

  it('shows the register of purposes to every role, and to nobody without one', async () => {
    for (const role of ROLES) {
      const client = new ApiClient(server.url, await createPerson(database, { role }));
      const first = await client.get<{ items: { code: string }[]; next: string }>('/v1/purposes?limit=3');
      expect(first.status).toBe(200);
      const second = await client.get<{ items: { code: string }[]; next: null }>(
        `/v1/purposes?limit=3&after=${first.body.next}`,
      );
      const codes = [...first.body.items, ...second.body.items].map(({ code }) => code);
      expect(codes).toEqual([
        'member-communication',
        'membership-administration',
        'register-management',
        'voter-contact',
      ]);
      expect(await client.get('/v1/purposes/voter-contact')).toMatchObject({
        status: 200,
        body: { tools: ['contact-creator'], endedAt: null },
      });
      expect(await client.get('/v1/purposes/petitions')).toMatchObject({ status: 404 });
    }
    expect(await new ApiClient(server.url, await createPerson(database)).get('/v1/purposes')).toMatchObject({
      status: 403,
    });
  });
});
