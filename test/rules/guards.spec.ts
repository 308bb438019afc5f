import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SignJWT, decodeProtectedHeader } from 'jose';
import { createApplication } from '../../src/create-application.js';
import { readTokenKeys } from '../../src/identity/token-keys.js';
import { Gate } from '../../src/kill-switch/gate.js';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { Sentinel } from '../../src/kill-switch/sentinel/sentinel.service.js';
import { createPerson, grant, putney, type Person } from '../support/people.js';
import { flip as flipScopes } from '../support/switch.js';
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

  const set = async (scope: ScopeKey, isSuspended: boolean) => {
    await flipScopes(database.admin, [scope], isSuspended);
    await app.get(Sentinel).refresh();
  };
  const flip = (tool: string, isSuspended: boolean) => set(`tool:${tool}`, isSuspended);
  const stop = (scope: ScopeKey) => set(scope, true);
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

  it('tell of a suspended tool, once they know who asks, to those alone who work in it', async () => {
    const suspensionId = randomUUID();
    await database.admin.query(
      `INSERT INTO ks.suspension (id, target_kind, target_id, reason, notice, epoch, ordered_by)
       VALUES ($1, 'tool', 'contact-creator', 'a suspicion', 'what now', 0, $2)`,
      [suspensionId, secretary.accountId],
    );
    await flip('contact-creator', true);
    const answerTo = async (person: Person) => {
      // Between the first guard and the third the tool is suspended.
      const gate = app.get(Gate);
      const admitted = { admitted: true, admission: { epoch: 0n, scopes: [], generations: [] } } as const;
      jest.spyOn(gate, 'ask').mockReturnValueOnce(admitted);
      const told = await ask(person.headers);
      expect([told.statusCode, told.json<{ code: string }>().code]).toEqual([503, 'tool-suspended']);
      return told.json<object>();
    };
    expect(await answerTo(organiser)).toMatchObject({ suspensionId, notice: 'what now' });
    const stranger = await answerTo(secretary);
    expect(Object.keys(stranger)).not.toContain('suspensionId');
    expect(Object.keys(stranger)).not.toContain('notice');
    await database.admin.query('DELETE FROM ks.suspension');
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

  it('tell of a suspension first, then of what is not permitted, and judge headers last', async () => {
    const electors = { method: 'GET', url: `/v1/electors?constituencyId=${putney}` } as const;
    const suspend = { method: 'POST', url: '/v1/suspensions', payload: {} } as const;
    const suspended = await createPerson(database, { role: 'organiser', constituencyId: putney });
    await stop(`user:${suspended.accountId}`);
    const answer = async (person: Person, request: typeof electors | typeof suspend) => {
      const told = await app.inject({ ...request, headers: person.headers });
      return [told.statusCode, told.json<{ code: string }>().code];
    };
    expect(await answer(suspended, electors)).toEqual([403, 'user-suspended']);
    expect(await answer(suspended, suspend)).toEqual([403, 'user-suspended']);
    expect(await answer(secretary, electors)).toEqual([403, 'not-permitted']);
    expect(await answer(organiser, suspend)).toEqual([403, 'not-permitted']);
    expect(await answer(organiser, electors)).toEqual([400, 'purpose-required']);
    expect(await answer(secretary, suspend)).toEqual([400, 'idempotency-key-required']);
  });

  it('ask for the second factor, and for a fresh one, before they look at the input', async () => {
    const person = await createPerson(database, { role: 'administrator', hasSecondFactor: false });
    const order = async () => {
      const headers = { ...person.headers, 'idempotency-key': 'one' };
      const told = await app.inject({ method: 'POST', url: '/v1/suspensions', headers, payload: {} });
      return [told.statusCode, told.json<{ code: string }>().code];
    };
    const set = (columns: string) =>
      database.admin.query(`UPDATE identity.session SET ${columns} WHERE id = $1`, [person.sessionId]);
    expect(await order()).toEqual([403, 'mfa-required']);
    await set('mfa_at = now()');
    expect(await order()).toEqual([403, 'step-up-required']);
    // No refusal comes from a principal that was kept.
    await set(`stepped_up_until = now() + interval '1 minute'`);
    expect(await order()).toEqual([400, 'validation-failed']);
    await set('stepped_up_until = now()');
    await flip('organise', true); // What was kept is forgotten with each new epoch.
    expect(await order()).toEqual([403, 'step-up-required']);
    await flip('organise', false);
  });

  it('tell that a grant has ended on what it allowed, whatever else is live, and on nothing else', async () => {
    const person = await createPerson(database, { role: 'canvasser', constituencyId: putney });
    const codeOf = async (url?: string) => (await ask(person.headers, url)).json<{ code: string }>().code;
    expect(await codeOf()).toBe('not-permitted');
    await grant(database.admin, person.accountId, 'organiser', putney);
    await database.admin.query(
      `UPDATE access.role_grant SET ended_at = now() WHERE role = 'organiser' AND account_id = $1`,
      [person.accountId],
    );
    expect(await codeOf()).toBe('grant-ended');
    expect(await codeOf('/v1/tools')).toBe('not-permitted');
    await database.admin.query(
      `UPDATE access.role_grant SET ended_at = now() WHERE account_id = $1 AND ended_at IS NULL`,
      [person.accountId],
    );
    expect(await codeOf()).toBe('grant-ended');
    expect(await codeOf('/v1/tools')).toBe('not-permitted');
  });

  it('do not take what is of every constituency to be allowed by a grant for one', async () => {
    const officer = { role: 'data-officer', hasSecondFactor: false } as const;
    const create = async (person: Person) => {
      const headers = { ...person.headers, 'idempotency-key': 'one' };
      const url = '/v1/voting-intention-codes';
      const told = await app.inject({ method: 'POST', url, headers, payload: {} });
      return told.json<{ code: string }>().code;
    };
    expect(await create(await createPerson(database, { ...officer, constituencyId: putney }))).toBe(
      'not-permitted',
    );
    expect(await create(await createPerson(database, officer))).toBe('mfa-required');
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
