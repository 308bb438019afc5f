import { ApiClient } from '../support/api.js';
import { startTestServer, type TestServer } from '../support/server.js';
import {
  bearing,
  codeOf,
  createHolder,
  enrol,
  goodPassword,
  passTime,
  signIn,
  type Enrolled,
  type Holder,
} from '../support/sign-in.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { releaseOnceWaiting, untilWaiting } from '../support/waiting.js';

describe('A second factor', () => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer({ ...database.environment, AUTH_RATE_PER_MINUTE: 1_000_000 });
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  /** Both have done everything but write it down when `first` lets `second` begin; neither has committed. */
  const overlapping = async <First, Second>(
    first: () => Promise<First>,
    second: () => Promise<Second>,
  ): Promise<[First, Second]> => {
    await database.admin.query('BEGIN; LOCK TABLE ledger.action IN SHARE MODE');
    const one = first();
    await untilWaiting(database.admin, 1);
    const other = second();
    await releaseOnceWaiting(database.admin, 2, () => database.admin.query('COMMIT'));
    return Promise.all([one, other]);
  };
  const signedIn = async (holder: Holder, more = {}) =>
    bearing((await signIn(server.url, holder, more)).body, server.url);

  describe('once enrolled', () => {
    let ada: Holder;
    let enrolled: Enrolled;

    beforeEach(async () => {
      ada = await createHolder(database);
      enrolled = await enrol(server.url, ada);
    });

    it('is asked for at every sign-in, after the right password only', async () => {
      expect(await signIn(server.url, ada)).toMatchObject({ status: 403, body: { code: 'mfa-required' } });
      expect(await signIn(server.url, ada, { password: 'a wrong password' })).toMatchObject({
        status: 401,
        body: { code: 'credentials-refused' },
      });
      const wrong = { password: 'a wrong password', code: codeOf(enrolled.secret) };
      expect(await signIn(server.url, ada, wrong)).toMatchObject({ status: 401 });
      const client = await signedIn(ada, { code: codeOf(enrolled.secret) });
      expect((await client.get('/v1/me')).body).toMatchObject({
        hasSecondFactor: true,
        isTotpEnrolled: true,
      });
    });

    it('is accepted once, also when sent twice at once', async () => {
      const code = codeOf(enrolled.secret);
      const answers = await Promise.all([
        signIn(server.url, ada, { code }),
        signIn(server.url, ada, { code }),
        signIn(server.url, ada, { code }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
      expect(await signIn(server.url, ada, { code })).toMatchObject({
        status: 401,
        body: { code: 'credentials-refused' },
      });
    });

    it('is accepted half a minute early or late, and no more', async () => {
      expect(await signIn(server.url, ada, { code: codeOf(enrolled.secret, 3) })).toMatchObject({
        status: 401,
      });
      expect(await signIn(server.url, ada, { code: codeOf(enrolled.secret, -3) })).toMatchObject({
        status: 401,
      });
      expect((await signIn(server.url, ada, { code: codeOf(enrolled.secret, 1) })).status).toBe(200);
    });

    it('is guessed as slowly as a password, and asking without one counts for nothing', async () => {
      for (let n = 0; n < 8; n += 1) expect((await signIn(server.url, ada)).status).toBe(403);
      const wrong = codeOf(enrolled.secret, 7);
      for (let n = 0; n < 5; n += 1)
        expect((await signIn(server.url, ada, { code: wrong })).status).toBe(401);
      expect((await signIn(server.url, ada)).status).toBe(429);
    });

    it('is replaced by each recovery code once, however it is typed', async () => {
      expect(new Set(enrolled.recoveryCodes).size).toBe(10);
      const [first = '', second = ''] = enrolled.recoveryCodes;
      const recoveryCode = first.toUpperCase().replaceAll('-', ' ');
      const twice = await Promise.all([
        signIn(server.url, ada, { recoveryCode }),
        signIn(server.url, ada, { recoveryCode }),
      ]);
      expect(twice.map(({ status }) => status).sort()).toEqual([200, 401]);
      expect((await signIn(server.url, ada, { recoveryCode: first })).status).toBe(401);
      expect((await signIn(server.url, ada, { recoveryCode: second })).status).toBe(200);
      const another = await createHolder(database);
      await enrol(server.url, another);
      expect((await signIn(server.url, another, { recoveryCode: enrolled.recoveryCodes[2] })).status).toBe(
        401,
      );
    });

    it('is asked for when stepping up', async () => {
      const client = bearing(enrolled.tokens, server.url);
      expect(await client.post('/v1/auth/step-up', { password: goodPassword })).toMatchObject({
        status: 403,
        body: { code: 'mfa-required' },
      });
      const code = codeOf(enrolled.secret);
      expect(
        (await client.post('/v1/auth/step-up', { password: goodPassword, code: codeOf(enrolled.secret, 7) }))
          .status,
      ).toBe(401);
      expect((await client.post('/v1/auth/step-up', { password: goodPassword, code })).status).toBe(200);
      expect((await client.post('/v1/auth/step-up', { password: goodPassword, code })).status).toBe(401);
    });

    it('is not enrolled a second time', async () => {
      const client = bearing(enrolled.tokens, server.url);
      expect(await client.post('/v1/me/totp', { password: goodPassword })).toMatchObject({ status: 409 });
      expect(await client.post('/v1/me/totp/confirm', { code: codeOf(enrolled.secret) })).toMatchObject({
        status: 409,
      });
    });

    it('is sealed, and opens for nobody else', async () => {
      const { rows } = await database.admin.query('SELECT key_id FROM identity.totp WHERE account_id = $1', [
        ada.accountId,
      ]);
      expect(rows).toEqual([{ key_id: '0000000000000-00000000' }]);
      const eve = await createHolder(database);
      await database.admin.query(
        'INSERT INTO identity.totp (account_id, key_id, sealed, confirmed_at) SELECT $2, key_id, sealed, confirmed_at FROM identity.totp WHERE account_id = $1',
        [ada.accountId, eve.accountId],
      );
      expect((await signIn(server.url, eve, { code: codeOf(enrolled.secret, 1) })).status).toBe(500);
    });
  });

  it('is enrolled with the password and a first code, which ends all other sessions', async () => {
    const ada = await createHolder(database);
    const other = await signedIn(ada);
    const client = await signedIn(ada);
    expect(await client.post('/v1/me/totp', { password: 'a wrong password' })).toMatchObject({ status: 401 });
    expect(await client.post('/v1/me/totp/confirm', { code: '000000' })).toMatchObject({ status: 409 });
    const first = await client.post<{ secret: string }>('/v1/me/totp', { password: goodPassword });
    const { body } = await client.post<{ secret: string; uri: string }>('/v1/me/totp', {
      password: goodPassword,
    });
    expect(body.uri).toMatch(/^otpauth:\/\/totp\/Rosette:/);
    expect((await signIn(server.url, ada)).status).toBe(200);
    expect(await client.post('/v1/me/totp/confirm', { code: codeOf(first.body.secret) })).toMatchObject({
      status: 401,
    });
    expect(await client.post('/v1/me/totp/confirm', { code: codeOf(body.secret) })).toMatchObject({
      status: 200,
    });
    expect((await other.get('/v1/me')).status).toBe(401);
    expect((await client.get('/v1/me')).body).toMatchObject({ hasSecondFactor: true });
  });

  describe('that is confirmed just as somebody signs in without it', () => {
    const begin = async () => {
      const ada = await createHolder(database);
      const client = await signedIn(ada);
      const { body } = await client.post<{ secret: string }>('/v1/me/totp', { password: goodPassword });
      const confirm = () => client.post('/v1/me/totp/confirm', { code: codeOf(body.secret) });
      return { ada, confirm };
    };

    it('lets him in no more', async () => {
      const { ada, confirm } = await begin();
      const [confirmed, refused] = await overlapping(confirm, () => signIn(server.url, ada));
      expect(confirmed.status).toBe(200);
      expect(refused).toMatchObject({ status: 403, body: { code: 'mfa-required' } });
    });

    it('ends the session that he has just opened', async () => {
      const { ada, confirm } = await begin();
      const [opened, confirmed] = await overlapping(() => signIn(server.url, ada), confirm);
      expect([opened.status, confirmed.status]).toEqual([200, 200]);
      expect((await bearing(opened.body, server.url).get('/v1/me')).status).toBe(401);
    });
  });

  it('is needed by a privileged role, which works as soon as it is enrolled', async () => {
    const administrator = await createHolder(database, 'administrator');
    const client = await signedIn(administrator);
    expect((await client.get('/v1/me')).body).toMatchObject({
      isSecondFactorRequired: true,
      isTotpEnrolled: false,
    });
    expect(await client.get('/v1/tools')).toMatchObject({ status: 403, body: { code: 'mfa-required' } });
    const { tokens, secret } = await enrol(server.url, administrator);
    const withFactor = bearing(tokens, server.url);
    expect((await withFactor.get('/v1/tools')).status).toBe(200);
    const order = () =>
      withFactor.post('/v1/suspensions', {
        target: { kind: 'user', id: administrator.accountId },
        reason: 'a try',
      });
    expect(await order()).toMatchObject({ status: 403, body: { code: 'step-up-required' } });
    expect(
      (await withFactor.post('/v1/auth/step-up', { password: goodPassword, code: codeOf(secret) })).status,
    ).toBe(200);
    const steppedUp = await withFactor.post('/v1/suspensions', {
      target: { kind: 'area', id: 'E14001586' },
      reason: 'a try',
    });
    expect(steppedUp.status).toBe(201);
    await database.admin.query(`UPDATE identity.session SET stepped_up_until = now() WHERE id = $1`, [
      tokens.sessionId,
    ]);
    expect(await order()).toMatchObject({ status: 403, body: { code: 'step-up-required' } });
  });

  it('steps a session up that is opened with it, for five minutes', async () => {
    const secretary = await createHolder(database, 'general-secretary');
    const { secret } = await enrol(server.url, secretary);
    const client = await signedIn(secretary, { code: codeOf(secret) });
    const from = Date.now();
    const until = (await client.get<{ steppedUpUntil: string }>('/v1/me')).body.steppedUpUntil;
    expect(Math.abs(Date.parse(until) - from - 300_000)).toBeLessThan(10_000);
    const order = { target: { kind: 'area', id: 'E14001587' }, reason: 'a try' };
    expect(await client.post('/v1/suspensions', order)).toMatchObject({ status: 201 });
  });

  describe('that was lost', () => {
    let ada: Holder;
    let lost: Enrolled;
    let asSecretary: ApiClient;
    let asAdministrator: ApiClient;
    let administrator: Holder;

    const steppedUp = async (holder: Holder) => {
      const { tokens, secret } = await enrol(server.url, holder);
      const client = bearing(tokens, server.url);
      await client.post('/v1/auth/step-up', { password: goodPassword, code: codeOf(secret) });
      return client;
    };
    const reset = (client: ApiClient, id: string) => client.post(`/v1/users/${id}/totp-reset`);

    beforeAll(async () => {
      administrator = await createHolder(database, 'administrator');
      asAdministrator = await steppedUp(administrator);
      asSecretary = await steppedUp(await createHolder(database, 'general-secretary'));
    });

    beforeEach(async () => {
      ada = await createHolder(database);
      lost = await enrol(server.url, ada);
    });

    it('is reset by two different people, which ends all sessions', async () => {
      expect(await reset(asSecretary, ada.accountId)).toMatchObject({
        status: 200,
        body: { state: 'asked' },
      });
      expect(await reset(asSecretary, ada.accountId)).toMatchObject({ status: 409 });
      expect((await signIn(server.url, ada)).status).toBe(403);
      expect(await reset(asAdministrator, ada.accountId)).toMatchObject({
        status: 200,
        body: { state: 'done' },
      });
      expect((await bearing(lost.tokens, server.url).get('/v1/me')).status).toBe(401);
      expect((await signIn(server.url, ada)).status).toBe(200);
      await passTime(database, ada.accountId);
      const again = await enrol(server.url, ada);
      expect((await signIn(server.url, ada, { recoveryCode: lost.recoveryCodes[0] })).status).toBe(401);
      expect((await signIn(server.url, ada, { code: codeOf(again.secret) })).status).toBe(200);
    });

    it('opens no session with a second factor just as it is reset', async () => {
      await reset(asSecretary, ada.accountId);
      const [done, opened] = await overlapping(
        () => reset(asAdministrator, ada.accountId),
        () => signIn(server.url, ada, { code: codeOf(lost.secret) }),
      );
      expect(done).toMatchObject({ status: 200, body: { state: 'done' } });
      expect(opened.status).toBe(200);
      expect((await bearing(opened.body, server.url).get('/v1/me')).body).toMatchObject({
        hasSecondFactor: false,
        isTotpEnrolled: false,
      });
    });

    it('is asked for by one of two calls at once, and confirmed by none of the same person', async () => {
      const answers = await Promise.all([
        reset(asSecretary, ada.accountId),
        reset(asSecretary, ada.accountId),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    });

    it('is not reset by a request of the day before yesterday', async () => {
      await reset(asSecretary, ada.accountId);
      await database.admin.query(
        `UPDATE identity.totp_reset SET asked_at = now() - interval '25 hours' WHERE account_id = $1`,
        [ada.accountId],
      );
      expect(await reset(asAdministrator, ada.accountId)).toMatchObject({ body: { state: 'asked' } });
    });

    it('is not reset by oneself, for nobody, or where there is none', async () => {
      expect(await reset(asAdministrator, administrator.accountId)).toMatchObject({ status: 409 });
      expect(await reset(asAdministrator, '00000000-0000-4000-8000-000000000000')).toMatchObject({
        status: 404,
      });
      expect(await reset(asAdministrator, (await createHolder(database)).accountId)).toMatchObject({
        status: 409,
      });
    });

    it('is not reset by those who may not', async () => {
      expect(await reset(bearing(lost.tokens, server.url), ada.accountId)).toMatchObject({
        status: 403,
        body: { code: 'not-permitted' },
      });
    });
  });
});
