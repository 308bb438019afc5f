import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashPassword } from '../../src/identity/password-hash.js';
import { ApiClient } from '../support/api.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';
import { createPerson } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { bearing, createHolder, goodPassword, mailedToken, signIn, type Holder } from '../support/sign-in.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const newPassword = 'eight copper trumpets sing';

describe('A password', () => {
  let database: TestDatabase;
  let mail: MailServer;
  let server: TestServer;
  let anybody: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    mail = await startMailServer();
    server = await startTestServer({
      ...database.environment,
      AUTH_RATE_PER_MINUTE: 1_000_000,
      SMTP_URL: mail.url,
    });
    anybody = new ApiClient(server.url);
  });

  afterAll(async () => {
    await server.stop();
    await mail.stop();
    await database.drop();
  });

  const expire = (accountId: string) =>
    database.admin.query(`UPDATE identity.one_time_token SET expires_at = now() WHERE account_id = $1`, [
      accountId,
    ]);

  describe('is changed', () => {
    it('with the old one, which ends all other sessions', async () => {
      const ada = await createHolder(database);
      const other = bearing((await signIn(server.url, ada)).body, server.url);
      const client = bearing((await signIn(server.url, ada)).body, server.url);
      expect(
        (await client.post('/v1/me/password', { currentPassword: goodPassword, newPassword })).status,
      ).toBe(204);
      expect((await client.get('/v1/me')).status).toBe(200);
      expect((await other.get('/v1/me')).status).toBe(401);
      expect((await signIn(server.url, ada)).status).toBe(401);
      expect((await signIn(server.url, ada, { password: newPassword })).status).toBe(200);
    });

    it('and no sign-in with the old one comes through that was checked just before', async () => {
      const ada = await createHolder(database);
      const hash = await hashPassword(newPassword);
      await database.admin.query('BEGIN');
      await database.admin.query('UPDATE identity.password SET hash = $2 WHERE account_id = $1', [
        ada.accountId,
        hash,
      ]);
      // It is checked against the old password, which is still what others see, and then waits or not.
      const signing = signIn(server.url, ada);
      await Promise.race([signing, sleep(1_500)]);
      await database.admin.query(
        'UPDATE identity.session SET ended_at = now() WHERE account_id = $1 AND ended_at IS NULL',
        [ada.accountId],
      );
      await database.admin.query('COMMIT');
      expect(await signing).toMatchObject({ status: 401, body: { code: 'credentials-refused' } });
      expect((await signIn(server.url, ada, { password: newPassword })).status).toBe(200);
    });

    it('not without it, and not to a weak one', async () => {
      const ada = await createHolder(database);
      const client = bearing((await signIn(server.url, ada)).body, server.url);
      const change = (currentPassword: string, next: string) =>
        client.post('/v1/me/password', { currentPassword, newPassword: next });
      expect(await change('a wrong password', newPassword)).toMatchObject({
        status: 401,
        body: { code: 'credentials-refused' },
      });
      for (const weak of [
        'short',
        'Password2026!',
        `x${ada.username}x`,
        'i love Rosette so',
        'x'.repeat(200),
      ]) {
        expect(await change(goodPassword, weak)).toMatchObject({
          status: 400,
          body: { errors: [{ pointer: '/newPassword' }] },
        });
      }
      expect((await signIn(server.url, ada)).status).toBe(200);
    });
  });

  describe('that was forgotten', () => {
    const ask = (username: string) => anybody.post('/v1/auth/password-reset', { username });
    const confirm = (token: string, password = newPassword) =>
      anybody.post('/v1/auth/password-reset/confirm', { token, password });

    it('is asked for with the same answer for everybody', async () => {
      const ada = await createHolder(database);
      const odd = await createPerson(database);
      const { rows } = await database.admin.query<{ username: string }>(
        'SELECT username FROM identity.account WHERE id = $1',
        [odd.accountId],
      );
      const from = performance.now();
      const answers = [
        await ask(ada.username),
        await ask('nobody@example.org'),
        await ask(rows[0]!.username),
        await ask('no address at all'),
      ];
      expect(performance.now() - from).toBeGreaterThan(4 * 140);
      expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [202, '']));
      await mailedToken(mail, ada.username);
      expect(mail.received.filter(({ to }) => to.includes('nobody@example.org'))).toEqual([]);
    });

    it('is set with the mailed token, once, which ends all sessions and clears the back-off', async () => {
      const ada = await createHolder(database);
      const client = bearing((await signIn(server.url, ada)).body, server.url);
      for (let n = 0; n < 6; n += 1) await signIn(server.url, ada, { password: 'a wrong password' });
      await ask(ada.username);
      const token = await mailedToken(mail, ada.username);
      expect(await confirm(token, 'Password2026!')).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/password' }] },
      });
      expect((await confirm(token)).status).toBe(204);
      expect(await confirm(token)).toMatchObject({ status: 410, body: { code: 'link-expired' } });
      expect((await client.get('/v1/me')).status).toBe(401);
      expect((await signIn(server.url, ada, { password: newPassword })).status).toBe(200);
      const { rows } = await database.admin.query(
        `SELECT action, outcome FROM ledger.action WHERE account_id = $1 AND action LIKE 'password%' ORDER BY at`,
        [ada.accountId],
      );
      expect(rows).toEqual([
        { action: 'password.reset-ask', outcome: 'done' },
        { action: 'password.reset', outcome: 'done' },
      ]);
    });

    it('is set within half an hour of the asking', async () => {
      const ada = await createHolder(database);
      await ask(ada.username);
      const { rows } = await database.admin.query<{ minutes: number }>(
        `SELECT round(extract(epoch FROM expires_at - issued_at) / 60)::integer AS minutes FROM identity.one_time_token WHERE account_id = $1`,
        [ada.accountId],
      );
      expect(rows).toEqual([{ minutes: 30 }]);
    });

    it('is set by one of two calls at once', async () => {
      const ada = await createHolder(database);
      await ask(ada.username);
      const token = await mailedToken(mail, ada.username);
      const answers = await Promise.all([confirm(token), confirm(token, 'nine wooden drums beat')]);
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 410]);
    });

    it('is not set by an expired, replaced, foreign or invented token', async () => {
      const ada = await createHolder(database);
      await ask(ada.username);
      const first = await mailedToken(mail, ada.username);
      await ask(ada.username);
      expect(mail.received.filter(({ to }) => to.includes(ada.username))).toHaveLength(1);
      await database.admin.query(
        `UPDATE identity.one_time_token SET issued_at = now() - interval '2 minutes' WHERE account_id = $1`,
        [ada.accountId],
      );
      await ask(ada.username);
      const second = await mailedToken(mail, ada.username, 2);
      expect((await confirm(first)).status).toBe(410);
      expect(
        (await anybody.post('/v1/auth/invitations/accept', { token: second, password: newPassword })).status,
      ).toBe(410);
      await expire(ada.accountId);
      expect((await confirm(second)).status).toBe(410);
      expect((await confirm(randomUUID())).status).toBe(410);
      expect((await signIn(server.url, ada)).status).toBe(200);
    });

    it('is not set once the old one was changed in a session', async () => {
      const ada = await createHolder(database);
      const client = bearing((await signIn(server.url, ada)).body, server.url);
      await ask(ada.username);
      const token = await mailedToken(mail, ada.username);
      await client.post('/v1/me/password', { currentPassword: goodPassword, newPassword });
      expect((await confirm(token, 'nine wooden drums beat')).status).toBe(410);
    });
  });

  describe('is chosen by whoever is invited', () => {
    let asAdministrator: ApiClient;

    beforeAll(async () => {
      asAdministrator = new ApiClient(server.url, await createPerson(database, { role: 'administrator' }));
    });

    const invite = (username: string, headers = {}) =>
      asAdministrator.post<{ accountId: string }>(
        '/v1/invitations',
        { username, displayName: 'Ada Example' },
        headers,
      );
    const accept = (token: string, password = goodPassword) =>
      anybody.post('/v1/auth/invitations/accept', { token, password });
    const someone = () => `i-${randomUUID()}@example.org`;

    it('with a token that is mailed and never returned', async () => {
      const username = someone();
      const invited = await invite(username.toUpperCase());
      expect(invited).toMatchObject({ status: 201, body: { username, displayName: 'Ada Example' } });
      const token = await mailedToken(mail, username);
      expect(JSON.stringify(invited.body)).not.toContain(token);
      const holder: Holder = { accountId: invited.body.accountId, username };
      expect((await signIn(server.url, holder)).status).toBe(401);
      expect((await accept(token, 'Welcome12345')).status).toBe(400);
      expect((await accept(token)).status).toBe(204);
      expect((await signIn(server.url, holder)).status).toBe(200);
      expect(await accept(token, newPassword)).toMatchObject({ status: 410, body: { code: 'link-expired' } });
      expect(await invite(username)).toMatchObject({ status: 409, body: { code: 'already-exists' } });
    });

    it('within 72 hours, or with the token of a second invitation, which replaces the first', async () => {
      const username = someone();
      const { body } = await invite(username);
      const first = await mailedToken(mail, username);
      const { rows } = await database.admin.query<{ hours: number }>(
        `SELECT round(extract(epoch FROM expires_at - issued_at) / 3600)::integer AS hours FROM identity.one_time_token WHERE account_id = $1`,
        [body.accountId],
      );
      expect(rows).toEqual([{ hours: 72 }]);
      expect(await invite(username)).toMatchObject({ status: 201, body: { accountId: body.accountId } });
      const second = await mailedToken(mail, username, 2);
      expect((await accept(first)).status).toBe(410);
      await expire(body.accountId);
      expect((await accept(second)).status).toBe(410);
    });

    it('by one letter, however often the request is sent', async () => {
      const username = someone();
      const key = { 'idempotency-key': randomUUID() };
      const first = await invite(username, key);
      expect(await invite(username, key)).toMatchObject({ status: 201, body: first.body });
      await mailedToken(mail, username);
      expect(mail.received.filter(({ to }) => to.includes(username))).toHaveLength(1);
    });

    it('and only by whom may invite', async () => {
      const organiser = new ApiClient(server.url, await createPerson(database, { role: 'organiser' }));
      expect(
        await organiser.post('/v1/invitations', { username: someone(), displayName: 'E' }),
      ).toMatchObject({ status: 403 });
      for (const username of [
        'nobody',
        'a b@example.org',
        'ada@example.org\r\nBcc: eve@example.org',
        'zoë@example.org',
        'a,b@example.org',
      ]) {
        expect(await invite(username)).toMatchObject({ status: 400 });
      }
      expect(
        await invite(`${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(60)}`),
      ).toMatchObject({ status: 201 });
    });
  });
});
