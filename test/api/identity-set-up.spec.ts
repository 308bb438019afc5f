import type { Logger } from 'pino';
import { createApplication } from '../../src/create-application.js';
import { LOGGER } from '../../src/http/logger.js';
import { ApiClient } from '../support/api.js';
import { SetUp } from '../../src/identity/set-up.service.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { bearing, enrol, goodPassword, signIn } from '../support/sign-in.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('The first administrator', () => {
  let database: TestDatabase;
  let servers: TestServer[];
  let said: string[];

  beforeEach(async () => {
    database = await createTestDatabase();
    servers = [];
    said = [];
  });

  afterEach(async () => {
    for (const server of servers) await server.stop();
    await database.drop();
  });

  const start = async (environment = {}) => {
    const server = await startTestServer({ ...database.environment, ...environment });
    servers.push(server);
    await server.app.get(SetUp).ensure((line) => said.push(line));
    return server;
  };
  /** When every grant to administer began, and what is left of it. */
  const lapse = (ago: string, left: string) =>
    database.admin.query(
      `UPDATE access.role_grant SET from_at = now() - $1::interval, until_at = now() + $2::interval WHERE role = 'administrator'`,
      [ago, left],
    );
  const tokens = () => said.flatMap((line) => /: ([\w-]{43})$/.exec(line)?.[1] ?? []);
  const finish = (server: TestServer, token: string, username = 'first@example.org') =>
    new ApiClient(server.url).post('/v1/auth/set-up', {
      token,
      username,
      displayName: 'The First',
      password: goodPassword,
    });
  const first = { accountId: '', username: 'first@example.org' };

  it('is made with the token that the start prints, and can work once a second factor is enrolled', async () => {
    const server = await start();
    expect(tokens()).toHaveLength(1);
    expect(await finish(server, 'x'.repeat(43))).toMatchObject({
      status: 410,
      body: { code: 'link-expired' },
    });
    const weak = { token: tokens()[0], username: first.username, displayName: 'F', password: 'Password2026' };
    expect((await new ApiClient(server.url).post('/v1/auth/set-up', weak)).status).toBe(400);
    expect((await finish(server, tokens()[0]!)).status).toBe(204);
    const { body } = await signIn(server.url, first);
    expect((await bearing(body, server.url).get('/v1/me')).body).toMatchObject({
      isSecondFactorRequired: true,
      grants: [{ role: 'administrator', constituencyId: null }],
    });
    expect((await bearing((await enrol(server.url, first)).tokens, server.url).get('/v1/tools')).status).toBe(
      200,
    );
    await server.app.get(SetUp).ensure((line) => said.push(line));
    expect(said).toHaveLength(1);
    const { rows } = await database.admin.query(
      `SELECT outcome FROM ledger.action WHERE action = 'set-up.finish'`,
    );
    expect(rows).toEqual([{ outcome: 'done' }]);
  });

  it('is made once, though two replicas printed a token and both are used at once', async () => {
    const both = [await start(), await start()];
    const [one, two] = tokens();
    const answers = await Promise.all([
      finish(both[0]!, one!),
      finish(both[1]!, two!, 'second@example.org'),
      finish(both[1]!, one!, 'third@example.org'),
      finish(both[0]!, two!, 'fourth@example.org'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 410, 410, 410]);
    const { rows } = await database.admin.query(`SELECT FROM access.role_grant WHERE role = 'administrator'`);
    expect(rows).toHaveLength(1);
    for (const token of tokens())
      expect((await finish(both[0]!, token, 'later@example.org')).status).toBe(410);
  });

  it('is made from the environment, and only where there is none', async () => {
    const server = await start({
      ROSETTE_ADMIN_USERNAME: 'First@Example.org',
      ROSETTE_ADMIN_PASSWORD: goodPassword,
    });
    await start({ ROSETTE_ADMIN_USERNAME: 'second@example.org', ROSETTE_ADMIN_PASSWORD: goodPassword });
    expect(said).toEqual(['The first administrator is made.']);
    expect((await signIn(server.url, first)).status).toBe(200);
    expect((await signIn(server.url, { ...first, username: 'second@example.org' })).status).toBe(401);
  });

  it('is not made a day after the token was printed', async () => {
    const server = await start();
    await database.admin.query(`UPDATE identity.one_time_token SET expires_at = now() WHERE kind = 'set-up'`);
    expect((await finish(server, tokens()[0]!)).status).toBe(410);
  });

  it('is made anew where the grants of all administrators have run out, and the old account has no part in it', async () => {
    const environment = { ROSETTE_ADMIN_USERNAME: first.username, ROSETTE_ADMIN_PASSWORD: goodPassword };
    await start(environment);
    await lapse('2 days', '0 days');
    const server = await start(environment);
    expect(said.slice(1)).toEqual([
      'ROSETTE_ADMIN_USERNAME is the name of an account already.',
      expect.stringContaining('There is no administrator.'),
    ]);
    expect((await finish(server, tokens()[0]!, first.username)).status).toBe(410);
    expect((await finish(server, tokens()[0]!, 'next@example.org')).status).toBe(204);
    expect(await start()).toBeDefined();
    expect(tokens()).toHaveLength(1);
  });

  it('is not made anew while one has ended and another administers, or is to', async () => {
    const server = await start();
    await finish(server, tokens()[0]!);
    await lapse('-1 days', '30 days');
    await start({ ROSETTE_ADMIN_USERNAME: 'second@example.org', ROSETTE_ADMIN_PASSWORD: goodPassword });
    expect(said).toHaveLength(1);
  });

  it.each([
    ['thirty days before there is none, and the operator is warned', '29 days', 1],
    ['earlier, and nobody is warned', '32 days', 0],
  ])('is looked after at the start: %s', async (_, left, warnings) => {
    const server = await start();
    await finish(server, tokens()[0]!);
    await lapse('200 days', left);
    const app = await createApplication(database.environment);
    const warn = jest.spyOn(app.get<Logger>(LOGGER), 'warn');
    await app.init();
    await app.close();
    expect(
      warn.mock.calls.filter(([line]) => JSON.stringify(line).includes('last-administrator-lapses')),
    ).toHaveLength(warnings);
  });
});
