import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { ApiClient, type Answer } from '../support/api.js';
import { createElectorsAndMembers, createPerson, grant, putney } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { bearing, createHolder, goodPassword, signIn, type Tokens } from '../support/sign-in.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { untilWaiting } from '../support/waiting.js';

const connections = 4;
/** Who waits for a connection of the request pool is refused after five seconds. */
const promptMs = 4_000;

describe('While a crowd of slow requests holds every connection of the request pool', () => {
  let database: TestDatabase;
  let server: TestServer;
  let locker: Client;
  let crowd: Promise<Answer[]>;
  let signedIn: Tokens;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 3);
    server = await startTestServer({ ...database.environment, DATABASE_POOL_SIZE: connections });
    signedIn = (await signIn(server.url, await createHolder(database))).body;
    const reader = new ApiClient(server.url, await createOrganiser(), 'voter-contact');
    locker = new Client({ connectionString: database.url('superuser') });
    await locker.connect();
    await locker.query('BEGIN; LOCK TABLE contact_creator.elector IN ACCESS EXCLUSIVE MODE');
    const read = () => reader.get(`/v1/electors?constituencyId=${putney}`);
    crowd = Promise.all(Array.from({ length: 3 * connections }, read));
    await untilWaiting(database.admin, connections);
  });

  afterAll(async () => {
    await locker.end();
    await crowd;
    // A test that fails leaves requests behind, whose connections would hold the stop up.
    (server.app.getHttpServer() as Server).closeAllConnections();
    await server.stop();
    await database.drop();
  });

  const createOrganiser = () =>
    createPerson(database, { role: 'organiser', constituencyId: putney, purposes: ['voter-contact'] });
  /** Of whom nothing is kept in memory. */
  const someone = async (role: 'general-secretary' | 'administrator') =>
    new ApiClient(server.url, await createPerson(database, { role }));
  const promptly = async <Body>(answer: Promise<Answer<Body>>): Promise<Answer<Body>> => {
    const answered = await Promise.race([answer, delay(promptMs, undefined)]);
    if (!answered) throw new Error('it waits for the crowd');
    return answered;
  };
  const order = async (id: string) =>
    promptly(
      (await someone('general-secretary')).post<{
        id: string;
        completeAt: string | null;
        scopeEpoch: number;
      }>('/v1/suspensions', {
        target: { kind: 'tool', id },
        reason: 'a member has left the party',
      }),
    );
  const isHeld = async () => {
    const tools = (await someone('general-secretary')).get('/v1/tools');
    return (await Promise.race([tools.then(() => 'answered'), delay(500, 'waits')])) === 'waits';
  };

  it('other requests wait', async () => {
    expect(await isHeld()).toBe(true);
  });

  it('a suspension is ordered, refused and lifted as ever', async () => {
    const ordered = await order('organise');
    expect(ordered.status).toBe(201);
    expect(ordered.body.completeAt).not.toBeNull();
    const refused = new ApiClient(server.url, await createOrganiser());
    const target = { kind: 'tool', id: 'organise' };
    expect(await promptly(refused.post('/v1/suspensions', { target, reason: 'mischief' }))).toMatchObject({
      status: 403,
      body: { code: 'not-permitted' },
    });
    for (const [role, state] of [
      ['general-secretary', 'lift-asked'],
      ['administrator', 'lifted'],
    ] as const) {
      const lifted = (await someone(role)).post(`/v1/suspensions/${ordered.body.id}/lift`, {
        reason: 'a test',
        expectedEpoch: ordered.body.scopeEpoch,
      });
      expect(await promptly(lifted)).toMatchObject({ status: 200, body: { state } });
    }
    expect(await isHeld()).toBe(true);
  });

  it('what the fence refuses is refused and written down as ever', async () => {
    const late = await createPerson(database, { role: 'general-secretary' });
    const client = new ApiClient(server.url, late);
    // The guard knows him now, and believes for a second that he has stepped up.
    const nowhere = { kind: 'tool', id: 'petitions' };
    const mistaken = client.post('/v1/suspensions', { target: nowhere, reason: 'a mistake' });
    expect((await promptly(mistaken)).status).toBe(400);
    await database.admin.query('UPDATE identity.session SET stepped_up_until = now() WHERE id = $1', [
      late.sessionId,
    ]);
    const target = { kind: 'tool', id: 'organise' };
    const refused = client.post('/v1/suspensions', { target, reason: 'too late' });
    expect(await promptly(refused)).toMatchObject({ status: 403, body: { code: 'step-up-required' } });
  });

  it('somebody departs, and a grant, a membership of an office and a program end', async () => {
    const secretary = await someone('general-secretary');
    const administrator = await someone('administrator');
    const [departing, ending] = [await createOrganiser(), await createOrganiser()];
    const departed = secretary.post(`/v1/users/${departing.accountId}/departure`, {
      standing: 'resigned',
      reason: 'this morning',
    });
    expect((await promptly(departed)).status).toBe(201);
    await grant(database.admin, ending.accountId, 'canvasser', putney);
    const { rows } = await database.admin.query<{ id: string }>(
      `SELECT id FROM access.role_grant WHERE account_id = $1 AND role = 'canvasser'`,
      [ending.accountId],
    );
    const ended = administrator.post(`/v1/users/${ending.accountId}/grants/${rows[0]!.id}/end`, {
      reason: 'no longer needed',
    });
    expect((await promptly(ended)).status).toBe(200);
    const { rows: offices } = await database.admin.query<{ id: string }>(
      `WITH office AS (INSERT INTO access.office (name) VALUES ('An office') RETURNING id)
       INSERT INTO access.office_member (office_id, account_id, from_at)
       SELECT id, $1, now() - interval '1 hour' FROM office RETURNING office_id AS id`,
      [ending.accountId],
    );
    const left = secretary.post(`/v1/offices/${offices[0]!.id}/members/${ending.accountId}/end`);
    expect((await promptly(left)).status).toBe(200);
    const program = await createPerson(database, { kind: 'client' });
    const closed = administrator.send('DELETE', `/v1/api-clients/${program.accountId}`, undefined, {});
    expect((await promptly(closed)).status).toBe(204);
    expect(await isHeld()).toBe(true);
  });

  it('somebody who is signed in steps up', async () => {
    const client = bearing(signedIn, server.url);
    const steppedUp = client.post('/v1/auth/step-up', { password: goodPassword });
    expect((await promptly(steppedUp)).status).toBe(200);
    const wrong = client.post('/v1/auth/step-up', { password: 'a wrong password' });
    expect((await promptly(wrong)).status).toBe(401);
    expect(await isHeld()).toBe(true);
  });

  it('its own tool is stopped, and so is the crowd', async () => {
    const ordered = await order('contact-creator');
    expect(ordered.status).toBe(201);
    expect(ordered.body).toMatchObject({ database: { terminated: connections } });
    expect(await isHeld()).toBe(false);
    expect((await crowd).filter(({ status }) => status === 200)).toEqual([]);
  });
});
