import { ApiClient } from '../support/api.js';
import { createElectorsAndMembers, putney } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { bearing, createHolder, goodPassword, signIn, type Holder, type Tokens } from '../support/sign-in.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Listed {
  items: { id: string; isCurrent: boolean; lastRefreshedAt: string }[];
}

describe('A session', () => {
  let database: TestDatabase;
  let server: TestServer;
  let anybody: ApiClient;
  let ada: Holder;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 2);
    server = await startTestServer({ ...database.environment, AUTH_RATE_PER_MINUTE: 1_000_000 });
    anybody = new ApiClient(server.url);
  });

  beforeEach(async () => {
    ada = await createHolder(database, 'organiser', putney, ['voter-contact']);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const open = async () => (await signIn(server.url, ada)).body;
  const refresh = (refreshToken: string) => anybody.post<Tokens>('/v1/auth/refresh', { refreshToken });
  const isLive = async (tokens: Tokens) => (await bearing(tokens, server.url).get('/v1/me')).status === 200;
  const age = (seconds: number) =>
    database.admin.query(
      'UPDATE identity.refresh_token SET rotated_at = rotated_at - make_interval(secs => $1)',
      [seconds],
    );
  const whyEnded = async (id: string) =>
    (
      await database.admin.query<{ why: string | null }>(
        'SELECT ended_why AS why FROM identity.session WHERE id = $1',
        [id],
      )
    ).rows[0]?.why;

  describe('is refreshed', () => {
    it('by a token that works once and yields the next', async () => {
      const first = await open();
      const second = await refresh(first.refreshToken);
      expect(second).toMatchObject({ status: 200, body: { sessionId: first.sessionId } });
      expect(second.body.refreshToken).not.toBe(first.refreshToken);
      expect(await isLive(second.body)).toBe(true);
      expect(await refresh(second.body.refreshToken)).toMatchObject({ status: 200 });
    });

    it('again with the same token, if the answer was lost', async () => {
      const first = await open();
      const lost = await refresh(first.refreshToken);
      const retried = await refresh(first.refreshToken);
      expect(retried.status).toBe(200);
      expect(retried.body.refreshToken).not.toBe(lost.body.refreshToken);
      expect(await refresh(retried.body.refreshToken)).toMatchObject({ status: 200 });
    });

    it('but not once a successor was used: then the session ends', async () => {
      const first = await open();
      const second = await refresh(first.refreshToken);
      const third = await refresh(second.body.refreshToken);
      expect(third.status).toBe(200);
      expect(await refresh(first.refreshToken)).toMatchObject({
        status: 401,
        body: { code: 'unauthenticated' },
      });
      expect(await isLive(third.body)).toBe(false);
      expect(await refresh(third.body.refreshToken)).toMatchObject({ status: 401 });
      expect(await whyEnded(first.sessionId)).toBe('refresh-reused');
      const { rows } = await database.admin.query(
        `SELECT session_id, outcome FROM ledger.action WHERE action = 'session.refresh' AND account_id = $1`,
        [ada.accountId],
      );
      expect(rows).toEqual([{ session_id: first.sessionId, outcome: 'refused' }]);
    });

    it('and not after half a minute: then the session ends', async () => {
      const first = await open();
      const second = await refresh(first.refreshToken);
      await age(31);
      expect(await refresh(first.refreshToken)).toMatchObject({ status: 401 });
      expect(await isLive(second.body)).toBe(false);
    });

    it('and a thief who was quicker is found out by the sibling', async () => {
      const first = await open();
      const thief = await refresh(first.refreshToken);
      const owner = await refresh(first.refreshToken);
      expect((await refresh(owner.body.refreshToken)).status).toBe(200);
      expect((await refresh(thief.body.refreshToken)).status).toBe(401);
      expect(await whyEnded(first.sessionId)).toBe('refresh-reused');
    });

    it('by two calls at once, which both live on', async () => {
      const first = await open();
      const both = await Promise.all([refresh(first.refreshToken), refresh(first.refreshToken)]);
      expect(both.map(({ status }) => status)).toEqual([200, 200]);
      expect(await refresh(both[1].body.refreshToken)).toMatchObject({ status: 200 });
    });

    it('for a month at a time, and for three at most', async () => {
      const { refreshToken, sessionId } = await open();
      await database.admin.query(
        `UPDATE identity.session SET created_at = now() - interval '75 days' WHERE id = $1`,
        [sessionId],
      );
      const { body } = await refresh(refreshToken);
      const { rows } = await database.admin.query<{ days: number }>(
        `SELECT round(extract(epoch FROM expires_at - now()) / 86400)::integer AS days FROM identity.session WHERE id = $1`,
        [sessionId],
      );
      expect(rows).toEqual([{ days: 15 }]);
      await database.admin.query(`UPDATE identity.session SET expires_at = now() WHERE id = $1`, [sessionId]);
      expect(await refresh(body.refreshToken)).toMatchObject({ status: 401 });
    });

    it('by nothing else than its token', async () => {
      const { accessToken } = await open();
      for (const token of ['x', accessToken.slice(0, 43)])
        expect(await refresh(token)).toMatchObject({ status: 401 });
    });
  });

  describe('is ended', () => {
    it('by signing out, at once and with its tokens', async () => {
      const tokens = await open();
      const client = bearing(tokens, server.url, 'voter-contact');
      const electors = () => client.get(`/v1/electors?constituencyId=${putney}`);
      expect((await electors()).status).toBe(200);
      expect((await client.post('/v1/auth/logout')).status).toBe(204);
      expect(await electors()).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      expect((await client.get('/v1/me')).status).toBe(401);
      expect((await refresh(tokens.refreshToken)).status).toBe(401);
      expect((await client.post('/v1/auth/logout')).status).toBe(401);
    });

    it('by its owner from another one, who sees both', async () => {
      const [here, there] = [await open(), await open()];
      const client = bearing(here, server.url);
      const { body } = await client.get<Listed>('/v1/sessions');
      expect(body.items.map(({ id, isCurrent }) => [id, isCurrent])).toEqual([
        [there.sessionId, false],
        [here.sessionId, true],
      ]);
      expect(body.items[0]!.lastRefreshedAt).toMatch(/Z$/);
      expect((await client.send('DELETE', `/v1/sessions/${there.sessionId}`, undefined, {})).status).toBe(
        204,
      );
      expect(await isLive(there)).toBe(false);
      expect(await isLive(here)).toBe(true);
      expect((await client.send('DELETE', `/v1/sessions/${there.sessionId}`, undefined, {})).status).toBe(
        404,
      );
    });

    it('by nobody else', async () => {
      const tokens = await open();
      const eve = bearing((await signIn(server.url, await createHolder(database))).body, server.url);
      expect((await eve.send('DELETE', `/v1/sessions/${tokens.sessionId}`, undefined, {})).status).toBe(404);
      expect(await isLive(tokens)).toBe(true);
      expect((await eve.get<Listed>('/v1/sessions')).body.items).toHaveLength(1);
    });

    it('with all the others', async () => {
      const both = [await open(), await open()];
      expect((await bearing(both[0]!, server.url).send('DELETE', '/v1/sessions', undefined, {})).status).toBe(
        204,
      );
      for (const tokens of both) expect(await isLive(tokens)).toBe(false);
    });

    it('and each end is in the ledger', async () => {
      const client = bearing(await open(), server.url);
      await client.post('/v1/auth/logout');
      const { rows } = await database.admin.query<{ detail: unknown }>(
        `SELECT detail FROM ledger.action WHERE action = 'session.self' AND outcome = 'done' AND account_id = $1`,
        [ada.accountId],
      );
      expect(rows).toEqual([{ detail: { what: 'signed-out' } }]);
    });

    it('also of somebody who is suspended, who may see himself', async () => {
      const client = bearing(await open(), server.url);
      await database.admin.query(
        `UPDATE ks.scope SET suspended = true, gen = gen + 1 WHERE kind = 'user' AND id = $1`,
        [ada.accountId],
      );
      expect((await client.get('/v1/me')).status).toBe(200);
      expect((await client.post('/v1/auth/logout')).status).toBe(204);
    });
  });

  describe('is stepped up', () => {
    it('by the password, for five minutes', async () => {
      const client = bearing(await open(), server.url);
      const from = Date.now();
      const { status, body } = await client.post<{ steppedUpUntil: string }>('/v1/auth/step-up', {
        password: goodPassword,
      });
      expect(status).toBe(200);
      expect(Date.parse(body.steppedUpUntil) - from).toBeGreaterThan(295_000);
      expect(Date.parse(body.steppedUpUntil) - from).toBeLessThan(305_000);
      expect((await client.get('/v1/me')).body['steppedUpUntil']).toBe(body.steppedUpUntil);
    });

    it('not by a wrong password, which is slowed and recorded, and blocks no sign-in', async () => {
      const client = bearing(await open(), server.url);
      const wrong = () => client.post('/v1/auth/step-up', { password: 'a wrong password' });
      for (let n = 0; n < 5; n += 1)
        expect(await wrong()).toMatchObject({ status: 401, body: { code: 'credentials-refused' } });
      expect(await wrong()).toMatchObject({ status: 429 });
      expect((await signIn(server.url, ada)).status).toBe(200);
      const { rows } = await database.admin.query(
        `SELECT FROM ledger.action WHERE action = 'session.self' AND outcome = 'refused' AND code = 'credentials-refused' AND account_id = $1`,
        [ada.accountId],
      );
      expect(rows).toHaveLength(5);
      expect((await client.get('/v1/me')).body['steppedUpUntil']).toBeNull();
    });
  });
});
