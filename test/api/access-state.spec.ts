import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface AccessState {
  tools: { name: string; isOpen: boolean }[];
  suspended: { suspensionId: string; kind: string; id: string; notice: string | null }[];
}

const reason = 'a suspicion';
const notice = 'what now';
const appealNote = 'write to the data protection officer';

describe('The access state', () => {
  let database: TestDatabase;
  let server: TestServer;
  let asSecretary: ApiClient;
  let asAdministrator: ApiClient;
  let organiser: Person;
  let clerk: Person;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 2);
    server = await startTestServer(database.environment);
    asSecretary = new ApiClient(server.url, await createPerson(database, { role: 'general-secretary' }));
    asAdministrator = new ApiClient(server.url, await createPerson(database, { role: 'administrator' }));
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    clerk = await createPerson(database, {
      role: 'membership-secretary',
      purposes: ['membership-administration'],
    });
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const stateOf = async (person: Person) =>
    (await new ApiClient(server.url, person).get<AccessState>('/v1/access-state')).body;
  const suspend = async (kind: string, id: string) =>
    (
      await asSecretary.post<{ id: string }>('/v1/suspensions', {
        target: { kind, id },
        reason,
        notice,
        appealNote,
      })
    ).body.id;
  const lift = async (id: string) => {
    const { body } = await asSecretary.get<{ scopeEpoch: number }>(`/v1/suspensions/${id}`);
    const word = { reason: 'cleared', expectedEpoch: body.scopeEpoch };
    await asSecretary.post(`/v1/suspensions/${id}/lift`, word);
    await asAdministrator.post(`/v1/suspensions/${id}/lift`, word);
  };

  it('is empty while nothing is suspended', async () => {
    expect(await stateOf(organiser)).toEqual({
      tools: [{ name: 'contact-creator', isOpen: true }],
      suspended: [],
    });
  });

  it.each([
    ['tool', () => 'contact-creator', [false, true]],
    ['all', () => '*', [false, false]],
    ['user', () => organiser.accountId, [false, true]],
    ['area', () => putney, [true, true]],
    ['area', () => wimbledon, [true, true]],
  ])(
    'tells of a suspended %s those whom it stops, with the notice and not the reason, and nobody else',
    async (kind, id, [organisers, clerks]) => {
      const suspensionId = await suspend(kind, id());
      const shown = {
        suspensionId,
        kind,
        id: id(),
        notice: 'what now',
        appealNote,
        inForceAt: expect.any(String),
      };
      const organiserIsTold = id() !== wimbledon;
      const clerkIsTold = kind === 'all' || kind === 'area'; // Granted everywhere.
      expect(await stateOf(organiser)).toEqual({
        tools: [{ name: 'contact-creator', isOpen: organisers }],
        suspended: organiserIsTold ? [shown] : [],
      });
      expect(await stateOf(clerk)).toEqual({
        tools: [{ name: 'organise', isOpen: clerks }],
        suspended: clerkIsTold ? [shown] : [],
      });
      await lift(suspensionId);
      expect((await stateOf(organiser)).suspended).toEqual([]);
    },
  );

  it('tells whoever has no grant of himself alone', async () => {
    const stranger = await createPerson(database);
    const ids = [await suspend('all', '*'), await suspend('tool', 'organise')];
    expect(await stateOf(stranger)).toEqual({ tools: [], suspended: [] });
    ids.push(await suspend('user', stranger.accountId));
    expect(await stateOf(stranger)).toMatchObject({
      tools: [],
      suspended: [{ suspensionId: ids[2], kind: 'user' }],
    });
    for (const id of ids) await lift(id);
  });

  it.each([
    ['user', () => organiser.accountId, 403],
    ['area', () => putney, 403],
    ['tool', () => 'contact-creator', 503],
  ])(
    'is told of with id and notice, and never the reason, where a %s is suspended',
    async (kind, id, status) => {
      const client = new ApiClient(server.url, organiser, 'voter-contact');
      const read = () => client.get(`/v1/electors?constituencyId=${putney}`);
      const suspensionId = await suspend(kind, id());
      const refused = await read();
      expect(refused.status).toBe(status);
      // Before anybody is authenticated nobody is told more than the code.
      const told = kind === 'tool' ? {} : { suspensionId, notice, appealNote };
      const { wipe, suspensionId: its, notice: said, appealNote: how } = refused.body;
      expect({ wipe, suspensionId: its, notice: said, appealNote: how }).toEqual({
        wipe: { after: 'deposit', url: '/v1/access-state/wiped' },
        ...told,
      });
      expect(JSON.stringify(refused.body)).not.toContain(reason);
      await lift(suspensionId);
      expect((await read()).status).toBe(200);
    },
  );

  it('is asked for a wipe by every suspended answer, and records it, whatever is suspended', async () => {
    const suspensionId = await suspend('user', organiser.accountId);
    const client = new ApiClient(server.url, organiser, 'voter-contact');
    const refused = await client.get(`/v1/electors?constituencyId=${putney}`);
    expect(refused).toMatchObject({ status: 403, body: { code: 'user-suspended' } });
    expect(refused.body['wipe']).toEqual({ after: 'deposit', url: '/v1/access-state/wiped' });
    expect(refused.headers.get('clear-site-data')).toBeNull();
    const wiped = await client.post('/v1/access-state/wiped');
    expect(wiped.status).toBe(204);
    expect(wiped.headers.get('clear-site-data')).toBe('"cache", "storage"');
    const { rows } = await database.admin.query(
      `SELECT account_id, action, target_kind, target_id, detail FROM ledger.action WHERE request_id = $1`,
      [wiped.headers.get('request-id')],
    );
    expect(rows).toEqual([
      {
        account_id: organiser.accountId,
        action: 'session.self',
        target_kind: 'session',
        target_id: organiser.sessionId,
        detail: { event: 'wiped' },
      },
    ]);
    await lift(suspensionId);
  });

  it('clears nothing where the wipe could not be recorded', async () => {
    const person = await createPerson(database);
    await database.admin.query('UPDATE identity.session SET ended_at = now() WHERE id = $1', [
      person.sessionId,
    ]);
    const answer = await new ApiClient(server.url, person).post('/v1/access-state/wiped');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('clear-site-data')).toBeNull();
  });

  it('is nobody’s without a session', async () => {
    expect((await new ApiClient(server.url).get('/v1/access-state')).status).toBe(401);
    expect(
      (
        await new ApiClient(server.url).post('/v1/access-state/wiped', undefined, {
          authorization: `Bearer ${randomUUID()}`,
        })
      ).status,
    ).toBe(401);
  });
});
