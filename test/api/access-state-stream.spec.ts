import { connect } from 'node:net';
import { PrincipalReadModel } from '../../src/access/principal.read-model.js';
import { ApiClient } from '../support/api.js';
import { DatabaseRelay } from '../support/database-relay.js';
import { eventually } from '../support/download.js';
import { listen, type EventStream } from '../support/event-stream.js';
import { createPerson, grant, putney, wimbledon, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const path = '/v1/access-state/stream';
const notice = 'what now';

describe('The stream of the access state', () => {
  let database: TestDatabase;
  let relay: DatabaseRelay;
  /** Two replicas over one database; the switch's own connections of the second go over the relay. */
  let servers: TestServer[];
  let asSecretary: ApiClient;
  let asAdministrator: ApiClient;
  const open: EventStream[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    relay = await DatabaseRelay.before(database.url('api'));
    const cut = { ...database.environment, DATABASE_DIRECT_URL: relay.url };
    servers = await Promise.all([database.environment, cut].map(startTestServer));
    asSecretary = new ApiClient(servers[0]!.url, await createPerson(database, { role: 'general-secretary' }));
    asAdministrator = new ApiClient(servers[0]!.url, await createPerson(database, { role: 'administrator' }));
  });

  afterEach(() => {
    for (const stream of open.splice(0)) stream.leave();
  });

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await relay.close();
    await database.drop();
  });

  const organiser = () =>
    createPerson(database, { role: 'organiser', constituencyId: putney, purposes: ['voter-contact'] });
  const follow = async ({ headers }: Person, replica = 0) => {
    const stream = await listen(`${servers[replica]!.url}${path}`, headers);
    open.push(stream);
    return stream;
  };
  const suspend = async (kind: string, id: string) => {
    const order = { target: { kind, id }, reason: 'a suspicion', notice };
    const { status, body } = await asSecretary.post<{ id: string }>('/v1/suspensions', order);
    expect(status).toBe(201);
    return body.id;
  };
  const lift = async (id: string) => {
    const { body } = await asSecretary.get<{ scopeEpoch: number }>(`/v1/suspensions/${id}`);
    const word = { reason: 'cleared', expectedEpoch: body.scopeEpoch };
    await asSecretary.post(`/v1/suspensions/${id}/lift`, word);
    await asAdministrator.post(`/v1/suspensions/${id}/lift`, word);
  };
  const nothing = { tools: [{ name: 'contact-creator', isOpen: true }], suspended: [] };

  it('begins with what the access state is, on every replica, and says how to come back', async () => {
    const person = await organiser();
    for (const replica of [0, 1]) {
      const stream = await follow(person, replica);
      expect(stream.status).toBe(200);
      expect(stream.headers).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      });
      expect(stream.headers['request-id']).toBeDefined();
      expect(await stream.next()).toMatchObject({ event: 'state', data: nothing });
      expect(stream.text()).toMatch(/^retry: \d+\n\nid: \d+\n/);
    }
  });

  it.each([
    ['tool', () => 'contact-creator'],
    ['all', () => '*'],
    ['area', () => putney],
  ])(
    'tells of a suspended %s on every replica by the time the order is answered, and of its end',
    async (kind, id) => {
      const person = await organiser();
      const streams = [await follow(person, 0), await follow(person, 1)];
      for (const stream of streams) await stream.next();
      const suspension = await suspend(kind, id());
      const answeredAt = performance.now();
      const state = (await new ApiClient(servers[0]!.url, person).get('/v1/access-state')).body;
      for (const stream of streams) {
        const told = await stream.next();
        expect(told).toMatchObject({ event: 'state', data: state });
        expect(state).toMatchObject({ suspended: [{ suspensionId: suspension, kind, id: id(), notice }] });
        // It left before the replica was drained; the rest is this process's own loop.
        expect(told.at - answeredAt).toBeLessThan(500);
      }
      await lift(suspension);
      for (const stream of streams)
        expect(await stream.next()).toMatchObject({ event: 'state', data: nothing });
    },
  );

  it('tells nobody of what does not concern him', async () => {
    const stream = await follow(await organiser());
    await stream.next();
    for (const suspension of [await suspend('tool', 'organise'), await suspend('area', wimbledon)])
      await lift(suspension);
    const own = await suspend('tool', 'contact-creator');
    expect(await stream.next()).toMatchObject({ data: { suspended: [{ suspensionId: own }] } });
    expect(JSON.stringify(stream.heard)).not.toContain(wimbledon);
    await lift(own);
  });

  it('tells who is granted everywhere of each area, and of a suspended person him alone', async () => {
    const person = await createPerson(database, { role: 'data-officer', purposes: ['voter-contact'] });
    const stream = await follow(person);
    const other = await follow(await organiser());
    for (const one of [stream, other]) await one.next();
    const suspensions = [await suspend('area', wimbledon), await suspend('user', person.accountId)];
    expect(await stream.next()).toMatchObject({
      data: { tools: [{ isOpen: true }], suspended: [{ kind: 'area', id: wimbledon }] },
    });
    expect(await stream.next()).toMatchObject({
      data: {
        tools: [{ isOpen: false }],
        suspended: [{ kind: 'area' }, { kind: 'user', id: person.accountId }],
      },
    });
    for (const suspension of suspensions) await lift(suspension);
    expect(other.isQuiet()).toBe(true);
  });

  it('opens while everything is suspended', async () => {
    const suspension = await suspend('all', '*');
    const stream = await follow(await organiser(), 1);
    expect(await stream.next()).toMatchObject({
      data: { tools: [{ isOpen: false }], suspended: [{ kind: 'all' }] },
    });
    await lift(suspension);
    expect(await stream.next()).toMatchObject({ data: nothing });
  });

  it('ends with the session on every replica, and says so', async () => {
    const person = await organiser();
    const streams = [await follow(person, 0), await follow(person, 1)];
    for (const stream of streams) await stream.next();
    expect((await new ApiClient(servers[0]!.url, person).post('/v1/auth/logout')).status).toBe(204);
    for (const stream of streams) {
      expect(await stream.next()).toMatchObject({ event: 'end', data: { why: 'session-ended' } });
      expect(await stream.ended).toBe(true);
    }
  });

  it('ends where the session has ended just before, though the guard had not heard of it', async () => {
    const person = await organiser();
    await new ApiClient(servers[0]!.url, person).get('/v1/access-state');
    const ending = `UPDATE identity.session SET ended_at = now(), ended_why = 'signed-out' WHERE id = $1`;
    await database.admin.query(ending, [person.sessionId]);
    const stream = await follow(person);
    expect(await stream.next()).toMatchObject({ event: 'state' });
    expect(await stream.next()).toMatchObject({ event: 'end', data: { why: 'session-ended' } });
  });

  it('asks the database about nobody when a tool is suspended, and about one when one person is', async () => {
    const asked = jest.spyOn(servers[0]!.app.get(PrincipalReadModel), 'loadAll');
    const people = [await organiser(), await organiser(), await organiser()];
    const streams = await Promise.all(people.map((person) => follow(person)));
    for (const stream of streams) await stream.next();
    await eventually(() => asked.mock.calls.flatMap(([, ids]) => ids).length === people.length);
    await Promise.all(asked.mock.results.map(({ value }) => value as Promise<unknown>));
    asked.mockClear();
    const suspensions = [await suspend('tool', 'contact-creator')];
    for (const stream of streams) await stream.next();
    expect(asked).not.toHaveBeenCalled();
    suspensions.push(await suspend('user', people[2]!.accountId));
    await streams[2]!.next();
    expect(asked.mock.calls.map(([, ids]) => ids)).toEqual([[people[2]!.sessionId]]);
    asked.mockRestore();
    for (const suspension of suspensions) await lift(suspension);
  });

  it('sends a comment every fifteen seconds, and finds out then who has a new grant or no session any more', async () => {
    const [quiet, granted, over] = [await organiser(), await organiser(), await organiser()];
    const streams = await Promise.all([quiet, granted, over].map((person) => follow(person)));
    for (const stream of streams) await stream.next();
    await grant(database.admin, granted.accountId, 'membership-secretary', putney, []);
    await database.admin.query('UPDATE identity.session SET expires_at = now() WHERE id = $1', [
      over.sessionId,
    ]);
    const now = performance.now.bind(performance);
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + 15_000);
    expect(await streams[1]!.next()).toMatchObject({
      data: { tools: [{}, { name: 'organise', isOpen: true }] },
    });
    expect(await streams[2]!.next()).toMatchObject({ event: 'end', data: { why: 'session-ended' } });
    clock.mockRestore();
    await eventually(() => streams[0]!.text().endsWith(': keep-alive\n\n'));
    expect(streams[0]!.isQuiet()).toBe(true);
  });

  it('ends with a departure, and says so', async () => {
    const person = await organiser();
    const stream = await follow(person, 1);
    await stream.next();
    const departure = { standing: 'resigned', reason: 'left the party' };
    const { status } = await asSecretary.post(`/v1/users/${person.accountId}/departure`, departure);
    expect(status).toBe(201);
    expect(await stream.next()).toMatchObject({ event: 'end', data: { why: 'departed' } });
    expect(await stream.ended).toBe(true);
  });

  it('tells who belongs to an office of its suspension', async () => {
    const person = await organiser();
    const { rows } = await database.admin.query<{ id: string }>(
      `INSERT INTO access.office (name) VALUES ('Office') RETURNING id`,
    );
    const officeId = rows[0]!.id;
    await database.admin.query(
      `INSERT INTO access.office_member (office_id, account_id, from_at) VALUES ($1, $2, now() - interval '1 hour')`,
      [officeId, person.accountId],
    );
    const stream = await follow(person);
    await stream.next();
    const suspension = await suspend('office', officeId);
    expect(await stream.next()).toMatchObject({ data: { suspended: [{ kind: 'office', id: officeId }] } });
    await lift(suspension);
  });

  it('says that nothing is known while the replica has no lease, and what holds once it has one', async () => {
    const person = await organiser();
    await grant(database.admin, person.accountId, 'canvasser', putney, ['voter-contact']);
    const stream = await follow(person, 1);
    await stream.next();
    await relay.close();
    await eventually(() => stream.heard.at(-1)?.event === 'unknown');
    await relay.open();
    await eventually(() => stream.heard.at(-1)?.event === 'state');
    expect(stream.heard.at(-1)?.data).toEqual(nothing);
  });

  it('is kept to five for each session, and a closed one makes room', async () => {
    const person = await organiser();
    const streams = await Promise.all([1, 2, 3, 4, 5].map(() => follow(person)));
    for (const stream of streams) expect(stream.status).toBe(200);
    const refused = await new ApiClient(servers[0]!.url, person).get(path);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
    expect(refused.headers.get('retry-after')).toBe('15');
    streams[0]!.leave();
    await eventually(async () => {
      const again = await follow(person);
      return again.status === 200;
    });
  });

  it('is not for whoever is not signed in, nor over HTTP/1.0; a question for its headers ends', async () => {
    expect((await new ApiClient(servers[0]!.url).get(path)).status).toBe(401);
    const person = await organiser();
    const head = await fetch(`${servers[0]!.url}${path}`, { method: 'HEAD', headers: person.headers });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const answer = await new Promise<string>((resolve) => {
      const { hostname, port } = new URL(servers[0]!.url);
      let text = '';
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          `GET ${path} HTTP/1.0\r\nHost: x\r\nAuthorization: ${person.headers['authorization']}\r\n\r\n`,
        ),
      );
      socket.on('data', (piece: Buffer) => (text += piece.toString('utf8'))).on('close', () => resolve(text));
    });
    expect(answer).toMatch(/ 505 .*http-version-not-supported/s);
  });

  it('ends when its replica stops, says so, and holds the stop up for nobody', async () => {
    const stream = await follow(await organiser(), 1);
    await stream.next();
    const began = performance.now();
    await servers.pop()!.stop();
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(await stream.next()).toMatchObject({ event: 'end', data: { why: 'shutting-down' } });
    expect(await stream.ended).toBe(true);
  });
});
