import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createApplication } from '../../src/create-application.js';
import { LOGGER } from '../../src/http/logger.js';
import { ApiClient } from '../support/api.js';
import { until } from '../support/embedded-postgres-processes.js';
import { createElectorsAndMembers, createPerson, putney, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Suspension {
  id: string;
  state: string;
  orderedAt: string;
  startsAt: string | null;
  expiresAt: string | null;
  reviewAt: string;
  isReviewDue: boolean;
  inForceAt: string | null;
  completeAt: string | null;
  epoch: number | null;
  scopeEpoch: number | null;
  orderedBy: string | null;
  liftAskedBy: string | null;
  liftedBy: string | null;
  breakGlass: string | null;
}

const hourMs = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * hourMs).toISOString();

describe('A suspension with terms', () => {
  let database: TestDatabase;
  let server: TestServer;
  let secretary: Person;
  let administrator: Person;
  let organiser: Person;
  let asSecretary: ApiClient;
  let asAdministrator: ApiClient;
  let asDeputy: ApiClient;
  let asOrganiser: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 3);
    server = await startTestServer(database.environment);
    secretary = await createPerson(database, { role: 'general-secretary' });
    administrator = await createPerson(database, { role: 'administrator' });
    asSecretary = new ApiClient(server.url, secretary);
    asAdministrator = new ApiClient(server.url, administrator);
    asDeputy = new ApiClient(server.url, await createPerson(database, { role: 'general-secretary' }));
  });

  beforeEach(async () => {
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    asOrganiser = new ApiClient(server.url, organiser, 'voter-contact');
  });

  afterEach(async () => {
    const { body } = await asSecretary.get<{ items: Suspension[] }>('/v1/suspensions?limit=500');
    for (const { id, state } of body.items)
      if (['scheduled', 'in-force', 'lift-asked'].includes(state)) await liftWhole(id);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const theTool = { kind: 'tool', id: 'contact-creator' };
  const theUser = () => ({ kind: 'user', id: organiser.accountId });
  const order = (target: object, terms: object = {}, headers: Record<string, string> = {}) =>
    asSecretary.post<Suspension>('/v1/suspensions', { target, reason: 'a suspicion', ...terms }, headers);
  const ordered = async (target: object, terms: object = {}) => (await order(target, terms)).body;
  const shown = async (id: string) => (await asSecretary.get<Suspension>(`/v1/suspensions/${id}`)).body;
  const lift = (client: ApiClient, id: string, expectedEpoch?: number | null) =>
    client.post<Suspension>(`/v1/suspensions/${id}/lift`, { reason: 'cleared', expectedEpoch });
  const liftWhole = async (id: string) => {
    for (const client of [asSecretary, asAdministrator])
      await lift(client, id, (await shown(id)).scopeEpoch ?? undefined);
  };
  const electors = async () => (await asOrganiser.get(`/v1/electors?constituencyId=${putney}`)).status;
  /** As though it had been ordered so many hours earlier. */
  const age = (id: string, hours: number) =>
    database.admin.query(
      `UPDATE ks.suspension SET ordered_at = ordered_at - a, starts_at = starts_at - a, in_force_at = in_force_at - a,
              expires_at = expires_at - a, review_at = review_at - a
       FROM (SELECT $2 * interval '1 hour' AS a) AS ago WHERE id = $1`,
      [id, hours],
    );
  const untilState = (id: string, state: string) =>
    until(async () => (await shown(id)).state === state, state, 8_000);

  describe('that begins later', () => {
    it('is answered 202 and stops nothing until then, then all, and is proved', async () => {
      const key = { 'idempotency-key': randomUUID() };
      const [startsAt, expiresAt] = [inHours(2), inHours(30)];
      const send = () => order(theTool, { startsAt, expiresAt }, key);
      const answer = await send();
      expect(answer).toMatchObject({
        status: 202,
        body: { state: 'scheduled', startsAt, expiresAt, inForceAt: null, epoch: null, completeAt: null },
      });
      expect((await send()).status).toBe(202);
      expect(await electors()).toBe(200);
      expect((await asOrganiser.get('/v1/access-state')).body).toMatchObject({ suspended: [] });
      expect((await asSecretary.get('/v1/tools')).body).toMatchObject({ items: [{ isRunning: true }, {}] });

      const { id } = answer.body;
      await age(id, 2.1);
      await untilState(id, 'in-force');
      expect(await electors()).toBe(503);
      await until(async () => (await shown(id)).completeAt !== null, 'the proof', 8_000);
      // Its times have been moved; the order is the same.
      const repeated = await send();
      expect(repeated).toMatchObject({ status: 201, body: { id, state: 'in-force' } });
      expect(repeated.body.epoch).toBe(repeated.body.scopeEpoch);
    });

    it('is cancelled by one person before it begins, and does not begin then', async () => {
      const { id } = await ordered(theTool, { startsAt: inHours(2) });
      expect(await lift(asAdministrator, id)).toMatchObject({
        status: 200,
        body: { state: 'cancelled', liftedBy: administrator.accountId, epoch: null },
      });
      await age(id, 3);
      await new Promise((resolve) => setTimeout(resolve, 2_200));
      expect(await electors()).toBe(200);
      expect((await lift(asSecretary, id)).status).toBe(409);
    });

    it('is not cancelled by whom it is to stop, himself or with his office', async () => {
      const own = await ordered({ kind: 'user', id: administrator.accountId }, { startsAt: inHours(2) });
      expect(await lift(asAdministrator, own.id)).toMatchObject({ status: 409, body: { code: 'conflict' } });
      const office = await asSecretary.post<{ id: string }>('/v1/offices', { name: 'HQ', kind: 'party' });
      const member = { accountId: administrator.accountId };
      await asSecretary.post(`/v1/offices/${office.body.id}/members`, member);
      const theirs = await ordered({ kind: 'office', id: office.body.id }, { startsAt: inHours(2) });
      expect(await lift(asAdministrator, theirs.id)).toMatchObject({ status: 409 });
      for (const { id } of [own, theirs])
        expect(await lift(asDeputy, id)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    });
  });

  describe('that expires', () => {
    it('ends then by the system, while another of the same target goes on', async () => {
      const expiresAt = inHours(1.5);
      const brief = await ordered(theUser(), { expiresAt });
      expect(brief).toMatchObject({ state: 'in-force', expiresAt });
      const lasting = await ordered(theUser());
      await age(brief.id, 2);
      await untilState(brief.id, 'expired');
      expect(await shown(brief.id)).toMatchObject({ liftedBy: null, liftedAt: expect.any(String) as string });
      expect(await electors()).toBe(403);
      await lift(asAdministrator, lasting.id);
      expect(await electors()).toBe(200);
    });

    it('lets its people in again on every replica, by itself', async () => {
      const { id } = await ordered(theUser(), { expiresAt: inHours(1.5) });
      expect(await electors()).toBe(403);
      await age(id, 2);
      await until(async () => (await electors()) === 200, 'the end', 8_000);
      expect((await lift(asAdministrator, id)).status).toBe(409);
    });
  });

  it.each<[string, object, () => object, string]>([
    ['begins in the past', theTool, () => ({ startsAt: inHours(-1) }), '/startsAt'],
    ['begins after more than a year', theTool, () => ({ startsAt: inHours(9_000) }), '/startsAt'],
    ['is of a tool and ends within a day', theTool, () => ({ expiresAt: inHours(23.9) }), '/expiresAt'],
    [
      'is of everything and ends within a day',
      { kind: 'all' },
      () => ({ expiresAt: inHours(20) }),
      '/expiresAt',
    ],
    [
      'is of an area and ends within an hour',
      { kind: 'area', id: putney },
      () => ({ expiresAt: inHours(0.9) }),
      '/expiresAt',
    ],
    [
      'ends within a day of its beginning',
      theTool,
      () => ({ startsAt: inHours(5), expiresAt: inHours(28) }),
      '/expiresAt',
    ],
    ['ends after more than a year', theTool, () => ({ expiresAt: inHours(9_000) }), '/expiresAt'],
    [
      'is reviewed before it begins',
      theTool,
      () => ({ startsAt: inHours(5), reviewAt: inHours(4) }),
      '/reviewAt',
    ],
    ['is reviewed after more than a year', theTool, () => ({ reviewAt: inHours(9_000) }), '/reviewAt'],
    ['begins at no time at all', theTool, () => ({ startsAt: '2026-02-30T00:00:00Z' }), '/startsAt'],
    ['has an empty note on appeals', theTool, () => ({ appealNote: '' }), '/appealNote'],
  ])('is refused where it %s', async (_, target, terms, pointer) => {
    expect(await order(target, terms())).toMatchObject({
      status: 400,
      body: { code: 'validation-failed', errors: [{ pointer }] },
    });
    expect(await electors()).toBe(200);
  });

  describe('is to be looked at again', () => {
    it('after 72 hours, or when the order says', async () => {
      const plain = await ordered(theUser());
      expect(Date.parse(plain.reviewAt) - Date.parse(plain.orderedAt)).toBe(72 * hourMs);
      const [startsAt, reviewAt] = [inHours(4), inHours(5)];
      const later = await ordered(theUser(), { startsAt });
      expect(Date.parse(later.reviewAt) - Date.parse(startsAt)).toBe(72 * hourMs);
      expect(await ordered(theUser(), { reviewAt })).toMatchObject({ reviewAt, isReviewDue: false });
    });

    it('and is then shown as due, page by page, until it has ended', async () => {
      const due = [await ordered(theUser()), await ordered(theUser()), await ordered(theUser())];
      const fresh = await ordered(theUser());
      const scheduled = await ordered(theUser(), { startsAt: inHours(200) });
      for (const { id } of due) await age(id, 80);
      await age(scheduled.id, 80);
      const seen: string[] = [];
      let after: string | null = '';
      while (after !== null) {
        const { body }: { body: { items: Suspension[]; next: string | null } } = await asSecretary.get(
          `/v1/suspensions?due=review&limit=2${after && `&after=${after}`}`,
        );
        expect(body.items.every(({ isReviewDue }) => isReviewDue)).toBe(true);
        seen.push(...body.items.map(({ id }) => id));
        after = body.next;
      }
      expect(seen).toEqual(due.map(({ id }) => id).toReversed());
      for (const { id } of [...due, fresh]) await lift(asAdministrator, id);
      expect((await asSecretary.get('/v1/suspensions?due=review')).body).toMatchObject({ items: [] });
      expect((await asSecretary.get('/v1/suspensions?due=payment')).status).toBe(400);
    });
  });

  describe('that two people lift', () => {
    it('needs of both the newest order on the target that they have seen', async () => {
      const { id, scopeEpoch } = await ordered(theTool);
      for (const client of [asSecretary, asAdministrator])
        expect(await lift(client, id)).toMatchObject({
          status: 400,
          body: { code: 'validation-failed', errors: [{ pointer: '/expectedEpoch' }] },
        });
      expect(await lift(asSecretary, id, scopeEpoch! + 1)).toMatchObject({
        status: 409,
        body: { code: 'conflict' },
      });
      expect(await lift(asSecretary, id, scopeEpoch)).toMatchObject({ body: { state: 'lift-asked' } });
      expect((await lift(asAdministrator, id, scopeEpoch! - 1)).status).toBe(409);
      expect((await shown(id)).state).toBe('lift-asked');
      expect(await lift(asAdministrator, id, scopeEpoch)).toMatchObject({ body: { state: 'lifted' } });
    });

    it('is asked for anew where the target was suspended again meanwhile', async () => {
      const first = await ordered(theTool);
      expect((await lift(asSecretary, first.id, first.scopeEpoch)).body.state).toBe('lift-asked');
      const second = await ordered(theTool);
      expect(await shown(first.id)).toMatchObject({ state: 'in-force', scopeEpoch: second.epoch });
      expect((await lift(asAdministrator, first.id, first.scopeEpoch)).status).toBe(409);
      expect(await lift(asAdministrator, first.id, second.epoch)).toMatchObject({
        body: { state: 'lift-asked', liftAskedBy: administrator.accountId },
      });
      expect((await lift(asSecretary, first.id, second.epoch)).body.state).toBe('lifted');
      // The second stands, and the lift of the first has voided nothing.
      expect(await electors()).toBe(503);
      expect((await shown(second.id)).scopeEpoch).toBe(second.epoch);
    });

    it('is asked for anew where who asked could not lift any more', async () => {
      const gone = await createPerson(database, { role: 'general-secretary' });
      const { id, scopeEpoch } = await ordered(theTool);
      expect((await lift(new ApiClient(server.url, gone), id, scopeEpoch)).body.state).toBe('lift-asked');
      await database.admin.query('UPDATE access.role_grant SET ended_at = now() WHERE account_id = $1', [
        gone.accountId,
      ]);
      expect(await lift(asAdministrator, id, scopeEpoch)).toMatchObject({
        body: { state: 'lift-asked', liftAskedBy: administrator.accountId },
      });
      expect((await lift(asSecretary, id, scopeEpoch)).body.state).toBe('lifted');
    });

    it('is also what no person has ordered, whatever it stops', async () => {
      const { id, scopeEpoch } = await ordered(theUser());
      await database.admin.query('UPDATE ks.suspension SET ordered_by = NULL WHERE id = $1', [id]);
      expect((await lift(asAdministrator, id)).status).toBe(400);
      expect((await lift(asAdministrator, id, scopeEpoch)).body).toMatchObject({
        state: 'lift-asked',
        orderedBy: null,
      });
      expect(await electors()).toBe(403);
      expect((await lift(asSecretary, id, scopeEpoch)).body.state).toBe('lifted');
    });
  });

  /** How often a start warns that too few can lift. */
  const warnings = async () => {
    const app = await createApplication(database.environment);
    const warn = jest.spyOn(app.get<Logger>(LOGGER), 'warn');
    await app.init();
    await app.close();
    return warn.mock.calls.filter(([line]) => JSON.stringify(line).includes('too-few-can-lift')).length;
  };

  it('says how it is lifted where fewer than two people are left who can', async () => {
    const others = await database.admin.query<{ id: string }>(
      `UPDATE access.role_grant SET until_at = now() - interval '1 second' WHERE ended_at IS NULL AND role IN ('general-secretary', 'administrator')
         AND account_id <> ALL ($1) RETURNING account_id AS id`,
      [[secretary.accountId, administrator.accountId]],
    );
    expect((await asSecretary.get('/v1/tools')).body).toMatchObject({ lifters: 2 });
    expect(await warnings()).toBe(0);
    const harmless = await order(theUser());
    expect(harmless.body.breakGlass).toBeNull();
    const last = await order({ kind: 'user', id: administrator.accountId });
    expect(last).toMatchObject({ status: 201, body: { breakGlass: `npx rosette lift ${last.body.id}` } });
    expect((await asSecretary.get('/v1/tools')).body).toMatchObject({ lifters: 1 });
    expect(await warnings()).toBe(1);
    expect((await shown(harmless.body.id)).breakGlass).toBe(`npx rosette lift ${harmless.body.id}`);
    expect((await lift(asSecretary, last.body.id)).body).toMatchObject({ state: 'lifted', breakGlass: null });
    await lift(asAdministrator, harmless.body.id);
    await database.admin.query(
      `UPDATE access.role_grant SET until_at = now() + interval '1 day' WHERE account_id = ANY ($1)`,
      [others.rows.map(({ id }) => id)],
    );
  });
});
