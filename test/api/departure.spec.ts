import { randomUUID } from 'node:crypto';
import {
  DEPARTURE_HOOKS,
  type DepartureEvent,
  type DepartureHook,
} from '../../src/access/departure-hooks.js';
import { control } from '../../src/http/route.js';
import { Problem } from '../../src/http/problem.js';
import { ApiClient } from '../support/api.js';
import { FenceClient } from '../support/fence-client.js';
import {
  createElectorsAndMembers,
  createPerson,
  grant,
  putney,
  wimbledon,
  type Person,
} from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { releaseOnceWaiting } from '../support/waiting.js';

interface Departure {
  id: string;
  people: number;
  grants: number;
  sessions: number;
  officeIds: string[];
}

describe('A departure', () => {
  let database: TestDatabase;
  let servers: TestServer[];
  let secretary: Person;
  let administrator: Person;
  let asSecretary: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 3);
    servers = [await startTestServer(database.environment), await startTestServer(database.environment)];
    secretary = await createPerson(database, { role: 'general-secretary' });
    administrator = await createPerson(database, { role: 'administrator' });
    asSecretary = new ApiClient(servers[0]!.url, secretary);
  });

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await database.drop();
  });

  const depart = (accountId: string, order: object = {}, headers = {}, client = asSecretary) =>
    client.post<Departure>(
      `/v1/users/${accountId}/departure`,
      { standing: 'resigned', reason: 'resigned this morning', ...order },
      headers,
    );
  const canvass = (person: Person, replica = 0) =>
    new ApiClient(servers[replica]!.url, person, 'voter-contact').get(
      `/v1/electors?constituencyId=${putney}`,
    );
  const createOrganiser = () =>
    createPerson(database, { role: 'organiser', constituencyId: putney, purposes: ['voter-contact'] });
  const createOffice = async (representative: Person | undefined, members: Person[]) => {
    const { rows } = await database.admin.query<{ id: string }>(
      `INSERT INTO access.office (name, kind, representative_id) VALUES ('Office', 'representative', $1) RETURNING id`,
      [representative?.accountId ?? null],
    );
    const id = rows[0]!.id;
    for (const { accountId } of members) {
      await database.admin.query(
        `INSERT INTO access.office_member (office_id, account_id, from_at) VALUES ($1, $2, now() - interval '1 hour')`,
        [id, accountId],
      );
    }
    return id;
  };
  const hooks = (replica = 0) =>
    servers[replica]!.app.get<DepartureHook[]>(DEPARTURE_HOOKS, { strict: false });

  it('ends every grant, session and membership, and refuses the departed on both replicas at once', async () => {
    const person = await createOrganiser();
    await grant(database.admin, person.accountId, 'canvasser', wimbledon);
    await createOffice(undefined, [person]);
    for (const replica of [0, 1]) expect((await canvass(person, replica)).status).toBe(200);
    const departed = await depart(person.accountId);
    expect(departed).toMatchObject({
      status: 201,
      body: { accountId: person.accountId, people: 1, grants: 2, sessions: 1, officeIds: [] },
    });
    // Answered when both had ended what was admitted before.
    const { rows: told } = await database.admin.query<{ how: string }>(
      `SELECT m.how FROM ks.flip f JOIN ks.flip_member m USING (epoch)
       WHERE f.action = 'revoke' AND f.scopes = ARRAY['user:' || $1::text] AND f.completed_at IS NOT NULL`,
      [person.accountId],
    );
    expect(told).toEqual([{ how: 'drained' }, { how: 'drained' }]);
    for (const refusal of await Promise.all([1, 0, 1, 0].map((replica) => canvass(person, replica)))) {
      expect(refusal).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    }
    const left = await database.admin.query(
      `SELECT FROM access.role_grant WHERE account_id = $1 AND ended_at IS NULL
       UNION ALL SELECT FROM identity.session WHERE account_id = $1 AND ended_at IS NULL
       UNION ALL SELECT FROM access.office_member WHERE account_id = $1 AND until_at IS NULL`,
      [person.accountId],
    );
    expect(left.rows).toHaveLength(0);
    expect(await asSecretary.get(`/v1/users/${person.accountId}/departure`)).toMatchObject({
      status: 200,
      body: { id: departed.body.id },
    });
    const { rows } = await database.admin.query<{ detail: object }>(
      `SELECT detail FROM ledger.action WHERE action = 'user.depart' AND target_id = $1`,
      [departed.body.id],
    );
    expect(rows).toEqual([
      { detail: { accountId: person.accountId, grants: 2, sessions: 1, people: 1, offices: 0 } },
    ]);
  });

  it('takes the whole office along where ordered, by name or as the one represented', async () => {
    for (const by of ['id', 'representation'] as const) {
      const [member, aide, clerk] = [
        await createOrganiser(),
        await createOrganiser(),
        await createOrganiser(),
      ];
      const officeId = await createOffice(member, [aide, clerk]);
      for (const person of [member, aide, clerk]) expect((await canvass(person)).status).toBe(200);
      const departed = await depart(member.accountId, { withOffice: by === 'id' ? officeId : true });
      expect(departed).toMatchObject({
        status: 201,
        body: { people: 3, grants: 3, sessions: 3, officeIds: [officeId] },
      });
      for (const person of [member, aide, clerk]) expect((await canvass(person, 1)).status).toBe(401);
    }
  });

  it('leaves the office alone where not ordered', async () => {
    const [member, aide] = [await createOrganiser(), await createOrganiser()];
    await createOffice(member, [aide]);
    expect((await depart(member.accountId, { withOffice: false })).status).toBe(201);
    expect((await canvass(aide)).status).toBe(200);
  });

  it('takes along no office that is not the departed’s', async () => {
    const person = await createOrganiser();
    const other = await createOffice(await createOrganiser(), []);
    for (const withOffice of [other, randomUUID(), true]) {
      expect(await depart(person.accountId, { withOffice })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/withOffice' }] },
      });
    }
    expect((await canvass(person)).status).toBe(200);
  });

  it('runs the hooks of other rooms in order, in its own transaction; one that throws undoes all', async () => {
    const person = await createOrganiser();
    const office = await createOffice(person, []);
    const events: [string, DepartureEvent][] = [];
    hooks().push(
      async (tx, event) => {
        events.push(['first', event]);
        await tx.run('SELECT ks.revoke($1)', [[]]);
      },
      async (_, event) => {
        events.push(['second', event]);
        throw new Problem('conflict', { detail: 'a hook refused' });
      },
    );
    const epoch = async () =>
      (await database.admin.query<{ epoch: string }>('SELECT epoch FROM ks.state')).rows[0]!.epoch;
    const before = await epoch();
    try {
      expect(await depart(person.accountId, { withOffice: office })).toMatchObject({ status: 409 });
    } finally {
      hooks().length = 0;
    }
    expect(events.map(([name]) => name)).toEqual(['first', 'second']);
    expect(events[0]![1]).toMatchObject({
      accountId: person.accountId,
      accountIds: [person.accountId],
      officeIds: [office],
    });
    expect(await epoch()).toBe(before);
    expect((await canvass(person)).status).toBe(200);
    expect(await asSecretary.get(`/v1/users/${person.accountId}/departure`)).toMatchObject({ status: 404 });
  });

  it('cuts a transaction of the departed that is under way, on whatever connection', async () => {
    const person = await createOrganiser();
    const running = await FenceClient.connect(database);
    running.client.on('error', () => undefined);
    await running.enter(person);
    expect(await running.count('contact_creator.elector')).toBe(3);
    expect((await depart(person.accountId)).status).toBe(201);
    await expect(running.count('contact_creator.elector')).rejects.toThrow(/terminat|not queryable/i);
  });

  it('lets no grant survive that was being given by the departed, or to the departed', async () => {
    const deputy = await createPerson(database, { role: 'general-secretary' });
    const friend = await createPerson(database);
    const running = await FenceClient.connect(database);
    running.client.on('error', () => undefined);
    await running.enter(deputy, {
      reach: control,
      mode: 'change',
      action: 'grant.give',
      purpose: undefined,
      classes: [],
    });
    await running.client.query(
      `SELECT access.give_grant(gen_random_uuid(), $1, 'general-secretary', NULL, '{}', now(), now() + interval '1 day', NULL)`,
      [friend.accountId],
    );
    expect((await depart(deputy.accountId)).status).toBe(201);
    await expect(running.client.query('COMMIT')).rejects.toThrow(/terminat|not queryable/i);

    const late = await FenceClient.connect(database);
    const alive = late.renewing(database.admin);
    await late.enter(secretary, {
      reach: control,
      mode: 'change',
      action: 'grant.give',
      purpose: undefined,
      classes: [],
    });
    const person = await createOrganiser();
    expect(
      (await depart(person.accountId, {}, {}, new ApiClient(servers[1]!.url, administrator))).status,
    ).toBe(201);
    const { rows } = await late.client.query<{ outcome: string }>(
      `SELECT access.give_grant(gen_random_uuid(), $1, 'canvasser', NULL, '{}', now(), now() + interval '1 day', NULL) AS outcome`,
      [person.accountId],
    );
    expect(rows[0]!.outcome).toBe('departed');
    await late.client.query('ROLLBACK');
    alive.stop();
    await late.close();
    const live = await database.admin.query(
      'SELECT FROM access.role_grant WHERE account_id = ANY ($1) AND ended_at IS NULL',
      [[friend.accountId, person.accountId]],
    );
    expect(live.rows).toHaveLength(0);
  });

  it('is overtaken by no request of the departed, however many are under way', async () => {
    const person = await createOrganiser();
    let isOver = false;
    const late: number[] = [];
    const storm = async (replica: number) => {
      for (let n = 0; n < 40; n += 1) {
        const startedAfter = isOver;
        const { status } = await canvass(person, replica);
        expect([200, 401, 503]).toContain(status);
        if (startedAfter) late.push(status);
      }
    };
    const storms = [0, 1, 0, 1].map(storm);
    expect((await depart(person.accountId)).status).toBe(201);
    isOver = true;
    await Promise.all([...storms, storm(1)]);
    expect(late.length).toBeGreaterThan(0);
    expect(late.filter((status) => status !== 401)).toEqual([]);
  });

  it('is ordered once, however often the request is sent', async () => {
    const person = await createOrganiser();
    const key = { 'idempotency-key': randomUUID() };
    const first = await depart(person.accountId, {}, key);
    expect(await depart(person.accountId, {}, key)).toMatchObject({
      status: 201,
      body: { id: first.body.id },
    });
    expect(await depart(person.accountId, { standing: 'expelled' }, key)).toMatchObject({ status: 409 });
    const { rows } = await database.admin.query('SELECT FROM access.departure WHERE account_id = $1', [
      person.accountId,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('does not forbid a return: a new grant and a new session let in again', async () => {
    const person = await createOrganiser();
    await depart(person.accountId);
    const given = await asSecretary.post<{ id: string }>(`/v1/users/${person.accountId}/grants`, {
      role: 'canvasser',
      area: { kind: 'everywhere' },
      purposes: ['voter-contact'],
      untilAt: new Date(Date.now() + 86_400_000).toISOString(),
    });
    expect(given.status).toBe(201);
  });

  it.each([
    ['an unknown standing', { standing: 'promoted' }, '/standing'],
    ['no reason', { reason: '' }, '/reason'],
    ['an office that is no id', { withOffice: 'mine' }, '/withOffice'],
    ['an office that is a number', { withOffice: 7 }, '/withOffice'],
  ])('with %s is refused with a pointer', async (_, order, pointer) => {
    expect(await depart((await createPerson(database)).accountId, order)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer }] },
    });
  });

  it('is not for those to order who may not, nor of a user who does not exist', async () => {
    const person = await createOrganiser();
    for (const role of ['organiser', 'data-protection-officer', 'membership-secretary'] as const) {
      const client = new ApiClient(servers[0]!.url, await createPerson(database, { role }));
      expect(await depart(person.accountId, {}, {}, client)).toMatchObject({
        status: 403,
        body: { code: 'not-permitted' },
      });
    }
    const stale = await createPerson(database, { role: 'administrator' });
    await database.admin.query('UPDATE identity.session SET stepped_up_until = now() WHERE id = $1', [
      stale.sessionId,
    ]);
    expect(await depart(person.accountId, {}, {}, new ApiClient(servers[0]!.url, stale))).toMatchObject({
      status: 403,
      body: { code: 'step-up-required' },
    });
    await database.admin.query('UPDATE access.role_grant SET ended_at = now() WHERE account_id = $1', [
      stale.accountId,
    ]);
    expect(await depart(randomUUID())).toMatchObject({ status: 404 });
    expect((await canvass(person)).status).toBe(200);
  });

  it('leaves at least one administrator, alone, with an office, and when two race', async () => {
    expect(await depart(administrator.accountId)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const member = await createOrganiser();
    const officeId = await createOffice(member, [administrator]);
    expect(await depart(member.accountId, { withOffice: officeId })).toMatchObject({ status: 409 });
    expect((await canvass(member)).status).toBe(200);
    const second = await createPerson(database, { role: 'administrator' });
    const other = new ApiClient(servers[1]!.url, await createPerson(database, { role: 'general-secretary' }));
    // Both have asked who is left before either ends anything, unless one of them has to wait for the other.
    await database.admin.query(
      `BEGIN; SELECT FROM access.role_grant WHERE role = 'administrator' FOR UPDATE`,
    );
    const departing = [depart(administrator.accountId), depart(second.accountId, {}, {}, other)];
    await releaseOnceWaiting(database.admin, 2, () => database.admin.query('COMMIT'));
    const answers = await Promise.all(departing);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });
});
