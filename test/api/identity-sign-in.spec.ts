import { randomUUID } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { ApiClient } from '../support/api.js';
import { startReplicaProcess } from '../support/replica-process.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { bearing, createHolder, enrol, goodPassword, signIn } from '../support/sign-in.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('Signing in', () => {
  let database: TestDatabase;
  let server: TestServer;
  let anybody: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer({ ...database.environment, AUTH_RATE_PER_MINUTE: 1_000_000 });
    anybody = new ApiClient(server.url);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const attempt = (username: string, password: string) =>
    anybody.post('/v1/auth/token', { username, password });

  it('with the right password opens a session whose token the public keys verify', async () => {
    const ada = await createHolder(database);
    const { status, headers, body } = await signIn(server.url, ada);
    expect(status).toBe(200);
    expect(body).toMatchObject({ tokenType: 'Bearer', expiresIn: 600 });
    expect(headers.get('cache-control')).toBe('no-store');
    const keys = createRemoteJWKSet(new URL(`${server.url}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(body.accessToken, keys, { issuer: 'rosette' });
    expect(payload).toMatchObject({ sub: ada.accountId, sid: body.sessionId });
    expect(await bearing(body, server.url).get('/v1/me')).toMatchObject({
      status: 200,
      body: {
        id: ada.accountId,
        username: ada.username,
        sessionId: body.sessionId,
        hasSecondFactor: false,
        isTotpEnrolled: false,
        isSecondFactorRequired: false,
        grants: [],
        undertaking: { isAccepted: true },
      },
    });
  });

  it('publishes no private half of a key', async () => {
    const { body } = await anybody.get<{ keys: Record<string, string>[] }>('/.well-known/jwks.json');
    expect(body.keys.map((key) => Object.keys(key).sort())).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x'],
    ]);
  });

  it('does not depend on capitals or on the form of Unicode', async () => {
    const ada = await createHolder(database);
    expect(await attempt(ada.username.toUpperCase(), goodPassword)).toMatchObject({ status: 200 });
    expect(await attempt(` ${ada.username}`, goodPassword.replaceAll('f', 'ｆ'))).toMatchObject({
      status: 200,
    });
    expect(await attempt(ada.username, goodPassword.toUpperCase())).toMatchObject({ status: 401 });
  });

  it('answers a wrong password, an unknown name, a closed account and one without a password alike', async () => {
    const ada = await createHolder(database);
    const closed = await createHolder(database);
    await database.admin.query('UPDATE identity.account SET closed_at = now() WHERE id = $1', [
      closed.accountId,
    ]);
    const bare = await createHolder(database);
    await database.admin.query('DELETE FROM identity.password WHERE account_id = $1', [bare.accountId]);
    const answers = [
      await attempt(ada.username, 'seven brass kettles whispered'),
      await attempt('nobody@example.org', goodPassword),
      await attempt(closed.username, goodPassword),
      await attempt(bare.username, goodPassword),
    ];
    for (const { status, headers, body } of answers) {
      expect(status).toBe(401);
      expect({ ...body, instance: '' }).toEqual({ ...answers[0]!.body, instance: '' });
      expect(headers.get('www-authenticate')).toBe('Bearer realm="rosette"');
    }
    expect(answers[0]!.body).toMatchObject({ code: 'credentials-refused' });
  });

  it('takes as long for an unknown name as for a wrong password', async () => {
    const ada = await createHolder(database);
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let n = 0; n < 4; n += 1) {
      for (const [kind, username] of [
        ['known', ada.username],
        ['unknown', `u-${randomUUID()}@example.org`],
      ] as const) {
        const from = performance.now();
        expect(await attempt(username, 'something else entirely')).toMatchObject({ status: 401 });
        times[kind].push(performance.now() - from);
      }
    }
    const least = (values: number[]) => Math.min(...values);
    // The hash is by far the most of it: without one, an unknown name would answer in a fifth of the time.
    expect(least(times.unknown)).toBeGreaterThan(least(times.known) * 0.5);
  });

  it('is slowed after five failures, for a known and for an unknown name alike', async () => {
    const ada = await createHolder(database);
    for (const username of [ada.username, 'stranger@example.org']) {
      for (let n = 0; n < 5; n += 1)
        expect(await attempt(username, 'a wrong password')).toMatchObject({ status: 401 });
      const slowed = await attempt(username, goodPassword);
      expect(slowed).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
      expect(slowed.headers.get('retry-after')).toBe('1');
    }
    const waited = `UPDATE identity.failed_attempt SET blocked_until = now()`;
    const delays: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      await database.admin.query(waited);
      await attempt(ada.username, 'a wrong password');
      delays.push((await attempt(ada.username, goodPassword)).headers.get('retry-after') ?? '');
    }
    expect(delays).toEqual(['2', '4', '8', '16', '32', '64', '128', '256', '512', '900', '900', '900']);
    await database.admin.query(waited);
    expect(await attempt(ada.username, goodPassword)).toMatchObject({ status: 200 });
    expect(await attempt(ada.username, 'a wrong password')).toMatchObject({ status: 401 });
    expect(await attempt(ada.username, goodPassword)).toMatchObject({ status: 200 });
  });

  describe('while others guess', () => {
    let behindProxy: TestServer;
    const from = (address: string, username: string, password: string, more: object = {}) =>
      new ApiClient(behindProxy.url).post(
        '/v1/auth/token',
        { username, password, ...more },
        { 'x-forwarded-for': address },
      );

    beforeAll(async () => {
      behindProxy = await startTestServer({
        ...database.environment,
        TRUST_PROXY: ['loopback'],
        AUTH_RATE_PER_MINUTE: 1_000_000,
      });
    });

    afterAll(() => behindProxy.stop());

    /** A second is soon over where a hash takes as long. */
    const lengthenWaits = () =>
      database.admin.query(
        `UPDATE identity.failed_attempt SET blocked_until = blocked_until + interval '5 minutes'
         WHERE blocked_until > last_at + interval '500 milliseconds'`,
      );

    it('stays open to its owner elsewhere: nobody locks another out', async () => {
      const ada = await createHolder(database);
      for (const address of ['203.0.113.7', '2001:db8:1:2::1']) {
        for (let n = 0; n < 5; n += 1) await from(address, ada.username, 'a wrong password');
        await lengthenWaits();
        expect(await from(address, ada.username, goodPassword)).toMatchObject({ status: 429 });
      }
      // A household of the other kind has more addresses than anybody could count.
      expect(await from('2001:db8:1:2::2', ada.username, goodPassword)).toMatchObject({ status: 429 });
      expect(await from('198.51.100.2', ada.username, goodPassword)).toMatchObject({ status: 200 });
    });

    it('is slowed a little for a name that is guessed from a hundred addresses', async () => {
      const ada = await createHolder(database);
      await from('203.0.113.1', ada.username, 'a wrong password');
      await database.admin.query(
        `UPDATE identity.failed_attempt SET failures = CASE WHEN part_of IS NULL THEN 150 ELSE 0 END`,
      );
      expect(await from('203.0.113.2', ada.username, 'a wrong password')).toMatchObject({ status: 401 });
      const slowed = await from('203.0.113.3', ada.username, goodPassword);
      expect(slowed).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
      expect(Number(slowed.headers.get('retry-after'))).toBeLessThanOrEqual(10);
      // What was not checked did not count against the address.
      const { rows } = await database.admin.query(
        'SELECT sum(failures)::integer AS failures FROM identity.failed_attempt WHERE part_of IS NOT NULL',
      );
      expect(rows).toEqual([{ failures: 1 }]);
    });

    it('is guessed no faster at its second factor from many addresses', async () => {
      const ada = await createHolder(database);
      await enrol(behindProxy.url, ada);
      const guess = (n: number) => from(`203.0.113.${n}`, ada.username, goodPassword, { code: '000000' });
      for (let n = 0; n < 5; n += 1) expect(await guess(n)).toMatchObject({ status: 401 });
      await lengthenWaits();
      expect(await guess(5)).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
      expect(await from('203.0.113.6', ada.username, 'a wrong password')).toMatchObject({ status: 401 });
    });
  });

  it('counts guesses that come all at once', async () => {
    const ada = await createHolder(database);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => attempt(ada.username, 'a wrong password')),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(6);
    expect(answers.every(({ status }) => status === 401 || status === 429)).toBe(true);
  });

  it('is in the ledger, done or refused, with an id and no name', async () => {
    const ada = await createHolder(database);
    const { body } = await signIn(server.url, ada);
    await attempt(ada.username, 'a wrong password');
    const { rows } = await database.admin.query(
      `SELECT account_id, session_id, outcome, code, detail FROM ledger.action WHERE action = 'session.open' ORDER BY at DESC LIMIT 2`,
    );
    expect(rows).toEqual([
      { account_id: null, session_id: null, outcome: 'refused', code: 'credentials-refused', detail: {} },
      { account_id: ada.accountId, session_id: body.sessionId, outcome: 'done', code: null, detail: {} },
    ]);
  });

  it('limits how often one address asks, and says so', async () => {
    const limited = await startTestServer({ ...database.environment, AUTH_RATE_PER_MINUTE: 3 });
    try {
      const client = new ApiClient(limited.url);
      const answers = [];
      for (let n = 0; n < 4; n += 1)
        answers.push(await client.post('/v1/auth/refresh', { refreshToken: 'none' }));
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
      expect(answers.map(({ headers }) => headers.get('ratelimit'))).toEqual([
        '"auth";r=2;t=0',
        '"auth";r=1;t=0',
        '"auth";r=0;t=20',
        '"auth";r=0;t=20',
      ]);
      expect(answers[3]!.headers.get('ratelimit-policy')).toBe('"auth";q=3;w=60');
      expect(answers[3]!.headers.get('retry-after')).toBe('20');
      expect((await client.get('/v1/me')).status).toBe(401);
    } finally {
      await limited.stop();
    }
  });

  describe('with bad input', () => {
    const long = 'x'.repeat(10_000);
    it.each([
      ['an unknown property', { username: 'a@b', password: 'x', isAdministrator: true }],
      ['a name that is no text', { username: { $ne: null }, password: 'x' }],
      ['a list', [{ username: 'a@b', password: 'x' }]],
      ['a NUL in the name', { username: 'a\0@b', password: 'x' }],
      ['a NUL in the password', { username: 'a@b', password: 'x\0' }],
      ['half a surrogate pair', { username: 'a@b', password: '\ud800' }],
      ['a very long name', { username: long, password: 'x' }],
      ['a very long password', { username: 'a@b', password: long }],
      ['a code of letters', { username: 'a@b', password: 'x', code: 'abcdef' }],
      ['a very long recovery code', { username: 'a@b', password: 'x', recoveryCode: long }],
      ['neither kind', {}],
      ['a name alone', { username: 'a@b' }],
      ['both kinds', { username: 'a@b', password: 'x', clientId: randomUUID(), clientSecret: 'x' }],
      ['a client id that is none', { clientId: 'x', clientSecret: 'x' }],
    ])('such as %s is refused as such', async (_, body) => {
      expect(await anybody.post('/v1/auth/token', body)).toMatchObject({
        status: 400,
        body: { code: 'validation-failed' },
      });
    });

    it.each([
      ['/v1/auth/refresh', { refreshToken: long }],
      ['/v1/auth/refresh', { refreshToken: 'x\0' }],
      ['/v1/auth/password-reset', { username: 7 }],
      ['/v1/auth/password-reset/confirm', { token: 'x', password: null }],
      ['/v1/auth/invitations/accept', { token: ['x'], password: goodPassword }],
      ['/v1/auth/set-up', { token: 'x', username: 'nobody', displayName: 'N', password: goodPassword }],
    ])('to %s (%j) is refused as such', async (path, body) => {
      expect(await anybody.post(path, body)).toMatchObject({ status: 400 });
    });

    it('in a session is refused as such', async () => {
      const client = bearing((await signIn(server.url, await createHolder(database))).body, server.url);
      for (const [path, body] of [
        ['/v1/auth/step-up', { password: long }],
        ['/v1/me/totp', {}],
        ['/v1/me/totp/confirm', { code: '1234567' }],
        ['/v1/me/password', { currentPassword: goodPassword, newPassword: 'short' }],
      ] as const) {
        expect(await client.post(path, body)).toMatchObject({
          status: 400,
          body: { code: 'validation-failed' },
        });
      }
      expect(await client.send('DELETE', '/v1/sessions/nonsense', undefined, {})).toMatchObject({
        status: 400,
      });
      expect(await client.send('DELETE', `/v1/sessions/${randomUUID()}`, undefined, {})).toMatchObject({
        status: 404,
      });
    });

    it('a body larger than any password is refused unread', async () => {
      expect(
        await anybody.post('/v1/auth/token', { username: 'a@b', password: 'x'.repeat(20_000) }),
      ).toMatchObject({ status: 413 });
    });
  });

  it('writes no secret and no name into the log, not even at its most talkative', async () => {
    const replica = await startReplicaProcess({ ...database.environment, LOG_LEVEL: 'trace' });
    try {
      const ada = await createHolder(database);
      const { tokens, secret, recoveryCodes } = await enrol(replica.url, ada);
      const again = await signIn(replica.url, ada, { recoveryCode: recoveryCodes[0] });
      await signIn(replica.url, ada, { password: 'a wrong password' });
      await new ApiClient(replica.url).post('/v1/auth/refresh', { refreshToken: again.body.refreshToken });
      expect(await replica.stop()).toBe(0);
      const output = replica.output();
      expect(output).toContain('/v1/auth/token');
      const secrets = [
        goodPassword,
        'a wrong password',
        tokens.accessToken,
        tokens.refreshToken,
        again.body.refreshToken,
        secret,
      ];
      for (const hidden of [...secrets, ...recoveryCodes, ada.username]) expect(output).not.toContain(hidden);
    } finally {
      await replica.stop();
    }
  });

  it('writes no secret into the ledger, and keeps none in clear', async () => {
    const ada = await createHolder(database);
    const { tokens, secret, recoveryCodes } = await enrol(server.url, ada);
    const secrets = [goodPassword, tokens.accessToken, tokens.refreshToken, secret, ...recoveryCodes];
    for (const table of [
      'ledger.action',
      'identity.refresh_token',
      'identity.totp',
      'identity.recovery_code',
      'identity.password',
      'identity.session',
    ]) {
      const { rows } = await database.admin.query<{ text: string }>(`SELECT t::text AS text FROM ${table} t`);
      for (const { text } of rows) {
        for (const hidden of secrets) {
          expect(text).not.toContain(hidden);
          expect(text).not.toContain(Buffer.from(hidden).toString('hex'));
        }
      }
    }
    const { rows } = await database.admin.query(`SELECT FROM ledger.action a WHERE a::text LIKE '%@%'`);
    expect(rows).toHaveLength(0);
  });
});
