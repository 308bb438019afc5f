import type { ActiveUser, DisclosureRates } from '../../src/control-room/activity.dto.js';
import type { Replicas } from '../../src/switchboard/replica.dto.js';
import { ApiClient } from '../support/api.js';
import { control } from '../../src/http/route.js';
import { FenceClient } from '../support/fence-client.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface ActivePage {
  items: ActiveUser[];
  next: string | null;
}

describe('What goes on now', () => {
  let database: TestDatabase;
  let server: TestServer;
  let secretary: Person;
  let organiser: Person;
  let idle: Person;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 3);
    server = await startTestServer(database.environment);
    secretary = await createPerson(database, { role: 'general-secretary' });
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    idle = await createPerson(database, { role: 'canvasser', constituencyId: putney });
    const field = new ApiClient(server.url, organiser, 'voter-contact');
    for (let n = 0; n < 2; n += 1)
      expect(await field.get(`/v1/electors?constituencyId=${putney}`)).toMatchObject({ status: 200 });
    // Not his area.
    expect((await field.get(`/v1/electors?constituencyId=${wimbledon}`)).status).toBeGreaterThanOrEqual(403);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const as = (person: Person) => new ApiClient(server.url, person);
  const active = (query = '') => as(secretary).get<ActivePage>(`/v1/active-users${query}`);
  /** As if it had been `minutes` ago, in the very middle of a minute. */
  const write = (person: Person, tool: string | null, rows: number, minutes: number) =>
    database.admin.query(
      `INSERT INTO ledger.disclosure (at, account_id, session_id, role, tool, action, purpose, data_classes, request_id,
                                      address_class, rows, subject_ids)
       VALUES (date_trunc('minute', now()) - $5 * interval '1 minute' + interval '30 seconds', $1, $2, 'organiser', $3,
               'elector.read', 'voter-contact', ARRAY['identity'], gen_random_uuid(), 'public', $4, '{}')`,
      [person.accountId, person.sessionId, tool, rows, minutes],
    );

  it('names who did something, with sums and refusals, and nobody who did nothing', async () => {
    const { status, body } = await active();
    expect(status).toBe(200);
    const [first] = body.items;
    expect(first).toMatchObject({
      id: organiser.accountId,
      kind: 'person',
      displayName: 'A Person',
      roles: ['organiser'],
      sessions: 1,
      disclosures: 2,
      rows: 6,
      refusals: 1,
    });
    expect(Date.now() - Date.parse(first!.lastSeenAt)).toBeLessThan(30_000);
    expect(body.items.map(({ id }) => id)).not.toContain(idle.accountId);
  });

  it('names nobody whose sessions have ended, and nobody whose doings are longer ago', async () => {
    const gone = await createPerson(database, { role: 'organiser' });
    await write(gone, 'organise', 1, 1);
    const late = await createPerson(database, { role: 'organiser' });
    await write(late, 'organise', 1, 20);
    const ids = async (query = '') => (await active(query)).body.items.map(({ id }) => id);
    expect(await ids('?minutes=60')).toEqual(expect.arrayContaining([late.accountId]));
    expect(await ids()).not.toContain(late.accountId);
    expect(await ids()).toContain(gone.accountId);
    await database.admin.query('UPDATE identity.session SET ended_at = now() WHERE id = $1', [
      gone.sessionId,
    ]);
    expect(await ids()).not.toContain(gone.accountId);
  });

  it('is paged by who was shown most, and the pages fit together whatever happens meanwhile', async () => {
    const people: Person[] = [];
    for (let n = 0; n < 3; n += 1) people.push(await createPerson(database, { role: 'organiser' }));
    for (const [n, person] of people.entries())
      for (let m = 0; m <= n + 3; m += 1) await write(person, 'organise', 5, 2);
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: ActivePage = (await active(`?limit=1${next === '' ? '' : `&after=${next}`}`)).body;
      seen.push(...page.items.map(({ id }) => id));
      next = page.next;
      // After what is looked at: counted in, the first would be the last.
      await write(people[0]!, 'organise', 5, -1);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 3)).toEqual(people.map(({ accountId }) => accountId).toReversed());
    const junk = await active('?after=abc');
    expect(junk).toMatchObject({ status: 400, body: { errors: [{ pointer: '/after' }] } });
  });

  it('is counted by the minute and by tool, also where nothing was disclosed', async () => {
    await write(idle, 'contact-creator', 7, 30);
    await write(idle, 'organise', 2, 30);
    await write(idle, null, 1, 30);
    await write(idle, 'organise', 1, 61);
    const { status, body } = await as(secretary).get<DisclosureRates>('/v1/disclosure-rates');
    expect(status).toBe(200);
    expect(body.items).toHaveLength(60);
    expect(body.items.map(({ at }) => Date.parse(at) % 60_000)).toEqual(Array(60).fill(0));
    const then = body.items.find(({ rows }) => rows === 10);
    expect(then).toMatchObject({
      disclosures: 3,
      tools: [
        { name: 'contact-creator', disclosures: 1, rows: 7 },
        { name: 'organise', disclosures: 1, rows: 2 },
      ],
    });
    const empty = body.items[0]!;
    expect(empty).toMatchObject({ disclosures: 0, rows: 0 });
    const two = await as(secretary).get<DisclosureRates>('/v1/disclosure-rates?minutes=2');
    expect(two.body.items).toHaveLength(2);
  });

  it.each(['/v1/active-users', '/v1/disclosure-rates'])('%s takes one minute to an hour', async (path) => {
    for (const minutes of ['0', '61', '-1', 'x', '1.5', ''])
      expect(await as(secretary).get(`${path}?minutes=${minutes}`)).toMatchObject({ status: 400 });
  });

  it('is shown to whoever may stop it and to the data protection officer, and to nobody who reads people’s data', async () => {
    const statuses = async (role: Parameters<typeof createPerson>[1]) => {
      const client = as(await createPerson(database, role));
      const paths = ['/v1/active-users', '/v1/disclosure-rates', '/v1/replicas'];
      return Promise.all(paths.map(async (path) => (await client.get(path)).status));
    };
    for (const role of ['general-secretary', 'administrator', 'data-protection-officer'] as const)
      expect(await statuses({ role })).toEqual([200, 200, 200]);
    for (const role of [
      'data-officer',
      'organiser',
      'membership-secretary',
      'canvasser',
      'candidate',
    ] as const)
      expect(await statuses({ role, constituencyId: putney })).toEqual([403, 403, 403]);
  });

  describe('on the replicas', () => {
    const replicas = async () => (await as(secretary).get<Replicas>('/v1/replicas')).body;

    it('is seen: which run, since when, and that they are through with what was stopped', async () => {
      const before = await replicas();
      expect(before.items).toHaveLength(1);
      const [own] = before.items;
      expect(own).toMatchObject({ processId: process.pid, isFenced: false, mayHoldLease: true });
      expect(own!.silentMs).toBeLessThan(2_000);
      await as(secretary).post('/v1/suspensions', {
        target: { kind: 'user', id: idle.accountId },
        reason: 'a test',
      });
      const after = await replicas();
      expect(after.epoch).toBe(before.epoch + 1);
      expect(after.items[0]).toMatchObject({ closedEpoch: after.epoch, drainedEpoch: after.epoch });
    });

    it('is seen: one that is silent holds no lease, one that was shut out is shown for a day, one that ended is not', async () => {
      const { rows } = await database.admin.query<{ number: number }>(
        `INSERT INTO ks.replica (incarnation, host, pid, build, last_seen_at, fenced, ended_at)
         VALUES (gen_random_uuid(), 'silent', 1, 'b', now() - interval '1 minute', false, NULL),
                (gen_random_uuid(), 'out', 1, 'b', now() - interval '1 hour', true, NULL),
                (gen_random_uuid(), 'long out', 1, 'b', now() - interval '2 days', true, NULL),
                (gen_random_uuid(), 'ended', 1, 'b', now(), false, now()) RETURNING number`,
      );
      const { items } = await replicas();
      expect(items.map(({ host }) => host).slice(0, 2)).toEqual(['out', 'silent']);
      expect(items).toHaveLength(3);
      expect(items[0]).toMatchObject({ isFenced: true, mayHoldLease: false });
      expect(items[1]).toMatchObject({ isFenced: false, mayHoldLease: false });
      expect(items[1]!.silentMs).toBeGreaterThanOrEqual(60_000);
      await database.admin.query('DELETE FROM ks.replica WHERE number = ANY ($1)', [
        rows.map(({ number }) => number),
      ]);
    });
  });

  it('is told by no function of the database to whoever has not entered the fence for it', async () => {
    for (const call of [
      'ks.replicas()',
      `ledger.activity(now() - interval '1 hour', now())`,
      'ledger.disclosure_rates(60)',
    ])
      expect((await database.admin.query(`SELECT * FROM ${call}`)).rows).toEqual([]);
    const fence = await FenceClient.connect(database);
    await fence.enter(secretary, { reach: control, action: 'action.read', purpose: undefined, classes: [] });
    expect(await fence.count('ks.replicas()')).toBeGreaterThan(0);
    expect(await fence.count(`ledger.activity(now() - interval '1 hour', now())`)).toBe(0);
    expect(await fence.count('ledger.disclosure_rates(60)')).toBe(0);
    await fence.client.query('ROLLBACK');
    await fence.close();
  });
});
