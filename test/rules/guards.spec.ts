import { generateKeyPairSync } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SignJWT, decodeProtectedHeader } from 'jose';
import { createApplication } from '../../src/create-application.js';
import { readTokenKeys } from '../../src/identity/token-keys.js';
import { Gate } from '../../src/kill-switch/gate.js';
import { GateKeeper } from '../../src/kill-switch/gate-keeper.service.js';
import { createPerson, putney, type Person } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** Each guard by itself: what the fence would refuse later must be refused early, in the order of the house. */
describe('The three guards', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let secretary: Person;
  let organiser: Person;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await createApplication(database.environment);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    secretary = await createPerson(database, { role: 'general-secretary' });
  });

  afterEach(async () => {
    await flip('contact-creator', false);
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const flip = async (tool: string, isSuspended: boolean) => {
    await database.admin.query('UPDATE ks.state SET epoch = epoch + 1');
    await database.admin.query(
      `UPDATE ks.scope SET suspended = $2, gen = gen + 1 WHERE kind = 'tool' AND id = $1`,
      [tool, isSuspended],
    );
    await app.get(GateKeeper).refresh();
  };
  const ask = (headers: Record<string, string>, url = `/v1/electors?constituencyId=${putney}`) =>
    app.inject({ method: 'GET', url, headers: { 'data-purpose': 'voter-contact', ...headers } });

  it('let through whom they should', async () => {
    expect((await ask(organiser.headers)).statusCode).toBe(200);
    expect((await ask(secretary.headers, '/v1/tools')).statusCode).toBe(200);
  });

  it('say that a tool is suspended before they ask who wants to know', async () => {
    await flip('contact-creator', true);
    const answer = await ask({});
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'tool-suspended' });
    expect((await ask({}, `/v1/members?constituencyId=${putney}`)).statusCode).toBe(401);
    expect((await ask(secretary.headers, '/v1/tools')).statusCode).toBe(200);
  });

  it('admit nothing before they know the state of the switch', () => {
    expect(new Gate().ask(['all:*'])).toEqual({ admitted: false, because: 'unknown' });
  });

  it('take no token that another key has signed, whichever key it names', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    for (const kid of [decodeProtectedHeader(organiser.token).kid, 'no-such-key', undefined]) {
      const forged = await new SignJWT({ sid: organiser.sessionId })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...(kid === undefined ? {} : { kid }) })
        .setIssuer('rosette')
        .setSubject(organiser.accountId)
        .setExpirationTime('1m')
        .sign(privateKey);
      expect((await ask({ authorization: `Bearer ${forged}` })).statusCode).toBe(401);
    }
    const [header, payload, signature] = organiser.token.split('.');
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');
    for (const token of [`${unsigned}.${payload}.${signature}`, `${header}.${payload}.${'A'.repeat(86)}`]) {
      expect((await ask({ authorization: `Bearer ${token}` })).statusCode).toBe(401);
    }
  });

  it('take a token of the server for nothing else than what it was made for', async () => {
    const key = readTokenKeys(database.environment.ROSETTE_KEYS_DIR)[0]!;
    const { accountId, sessionId } = organiser;
    const signed = async ({ typ = 'at+jwt', issuer = 'rosette', lasts = '1m' }) => {
      const token = new SignJWT({ sid: sessionId }).setProtectedHeader({ alg: 'EdDSA', typ, kid: key.kid });
      token.setIssuer(issuer).setSubject(accountId);
      if (lasts !== '') token.setExpirationTime(lasts);
      const answer = await ask({ authorization: `Bearer ${await token.sign(key.privateKey)}` });
      return answer.statusCode;
    };
    expect(await signed({})).toBe(200);
    expect(await signed({ typ: 'JWT' })).toBe(401);
    expect(await signed({ issuer: 'somebody-else' })).toBe(401);
    expect(await signed({ lasts: '-1s' })).toBe(401);
    expect(await signed({ lasts: '' })).toBe(401);
  });

  it('refuse by role before they look at the input', async () => {
    const answer = await ask(secretary.headers, '/v1/electors?constituencyId=nowhere');
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'not-permitted' });
  });
});

describe('The application', () => {
  it('does not start as a role that may do more than the API may', async () => {
    const database = await createTestDatabase();
    const environment = { ...database.environment, DATABASE_URL: database.url('superuser') };
    const outcome = await createApplication(environment).then(
      async (app) => {
        await app.close();
        return 'it started';
      },
      (error: Error) => error.message,
    );
    await database.drop();
    expect(outcome).toMatch(/is a superuser.*See docs\/roles\.sql/);
  });
});
