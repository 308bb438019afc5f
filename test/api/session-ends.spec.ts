import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Database } from '../../src/database/database.js';
import { tool } from '../../src/http/route.js';
import { JOB_HANDLERS, type JobHandler, type RunningJob } from '../../src/jobs/job-handler.js';
import { JobQueue } from '../../src/jobs/job-queue.service.js';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { Outbox } from '../../src/mail/outbox.service.js';
import { ApiClient } from '../support/api.js';
import { until } from '../support/embedded-postgres-processes.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';
import { createPerson } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import {
  bearing,
  codeOf,
  createHolder,
  enrol,
  goodPassword,
  signIn,
  type Holder,
  type Tokens,
} from '../support/sign-in.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const newPassword = 'eight copper whistles hum';

/** What somebody does at the second replica, and what is answered; `scope` is whose work it ends. */
interface Act {
  scope: ScopeKey;
  act: () => Promise<{ status: number }>;
  status: number;
}

describe('The end of a session', () => {
  let database: TestDatabase;
  let mail: MailServer;
  let servers: TestServer[];
  let url: string;
  let anybody: ApiClient;
  const running: RunningJob[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    mail = await startMailServer();
    const environment = { ...database.environment, AUTH_RATE_PER_MINUTE: 1_000_000, SMTP_URL: mail.url };
    servers = [await startTestServer(environment), await startTestServer(environment)];
    url = servers[1]!.url;
    anybody = new ApiClient(url);
    // Runs at the first replica alone, until it is cut; what was cut once does nothing more.
    servers[0]!.app.get<JobHandler[]>(JOB_HANDLERS, { strict: false }).push({
      kind: 'test.work',
      reach: tool('organise'),
      run: async (job) => {
        if (running.some(({ id }) => id === job.id)) return;
        running.push(job);
        if (!job.signal.aborted) await once(job.signal, 'abort');
      },
    });
  });

  afterAll(async () => {
    for (const server of servers) await server.stop();
    await mail.stop();
    await database.drop();
  });

  const first = <Service>(token: abstract new (...parts: never[]) => Service): Service =>
    servers[0]!.app.get<Service>(token, { strict: false });
  const work = async (scope: ScopeKey): Promise<RunningJob> => {
    const request = { kind: 'test.work', payload: {}, scopes: [scope] };
    const id = await first(Database).write((tx) => first(JobQueue).enqueue(tx, request));
    await until(() => running.some((job) => job.id === id), 'the job at the first replica');
    return running.find((job) => job.id === id)!;
  };
  const epoch = async () =>
    (await database.admin.query<{ epoch: string }>('SELECT epoch FROM ks.state')).rows;
  const open = async (holder: Holder): Promise<Tokens> => (await signIn(url, holder)).body;
  const user = ({ accountId }: Holder): ScopeKey => `user:${accountId}`;

  const ways: Record<string, () => Promise<Act>> = {
    'signing out': async () => {
      const ada = await createHolder(database);
      const client = bearing(await open(ada), url);
      return { scope: user(ada), status: 204, act: () => client.post('/v1/auth/logout') };
    },
    'ending one from another': async () => {
      const ada = await createHolder(database);
      const [here, there] = [await open(ada), await open(ada)];
      const path = `/v1/sessions/${there.sessionId}`;
      return {
        scope: user(ada),
        status: 204,
        act: () => bearing(here, url).send('DELETE', path, undefined, {}),
      };
    },
    'ending them all': async () => {
      const ada = await createHolder(database);
      const client = bearing(await open(ada), url);
      return {
        scope: user(ada),
        status: 204,
        act: () => client.send('DELETE', '/v1/sessions', undefined, {}),
      };
    },
    'using a refresh token twice': async () => {
      const ada = await createHolder(database);
      const { refreshToken } = await open(ada);
      const refresh = (token: string) => anybody.post<Tokens>('/v1/auth/refresh', { refreshToken: token });
      const next = await refresh(refreshToken);
      await refresh(next.body.refreshToken);
      return { scope: user(ada), status: 401, act: () => refresh(refreshToken) };
    },
    'changing the password': async () => {
      const ada = await createHolder(database);
      const client = bearing(await open(ada), url);
      await open(ada);
      const change = { currentPassword: goodPassword, newPassword };
      return { scope: user(ada), status: 204, act: () => client.post('/v1/me/password', change) };
    },
    'setting a forgotten password': async () => {
      const ada = await createHolder(database);
      await open(ada);
      const token = randomBytes(32).toString('base64url');
      await database.admin.query(
        `INSERT INTO identity.one_time_token (hash, kind, account_id, expires_at)
         VALUES ($1, 'password-reset', $2, now() + interval '1 hour')`,
        [createHash('sha256').update(token).digest(), ada.accountId],
      );
      return {
        scope: user(ada),
        status: 204,
        act: () => anybody.post('/v1/auth/password-reset/confirm', { token, password: newPassword }),
      };
    },
    'enrolling a second factor': async () => {
      const ada = await createHolder(database);
      await open(ada);
      const client = bearing(await open(ada), url);
      const { body } = await client.post<{ secret: string }>('/v1/me/totp', { password: goodPassword });
      return {
        scope: user(ada),
        status: 200,
        act: () => client.post('/v1/me/totp/confirm', { code: codeOf(body.secret) }),
      };
    },
    'resetting a second factor': async () => {
      const ada = await createHolder(database);
      await enrol(url, ada);
      const path = `/v1/users/${ada.accountId}/totp-reset`;
      await new ApiClient(url, await createPerson(database, { role: 'general-secretary' })).post(path);
      const second = new ApiClient(url, await createPerson(database, { role: 'administrator' }));
      return { scope: user(ada), status: 200, act: () => second.post(path) };
    },
    'giving a program a new secret': async () => {
      const { client, id } = await program();
      return {
        scope: `client:${id}`,
        status: 200,
        act: () => client.post(`/v1/api-clients/${id}/rotate-secret`),
      };
    },
    'closing a program': async () => {
      const { client, id } = await program();
      return {
        scope: `client:${id}`,
        status: 204,
        act: () => client.send('DELETE', `/v1/api-clients/${id}`, undefined, {}),
      };
    },
  };
  const program = async () => {
    const client = new ApiClient(url, await createPerson(database, { role: 'administrator' }));
    const { body } = await client.post<{ id: string; clientSecret: string }>('/v1/api-clients', {
      name: 'Leaflet planner',
      scopes: ['elector.read'],
    });
    await anybody.post('/v1/auth/token', { clientId: body.id, clientSecret: body.clientSecret });
    return { client, id: body.id };
  };

  it.each(Object.keys(ways))('by %s is answered when nothing goes on in that name anywhere', async (way) => {
    const { scope, act, status } = await ways[way]!();
    const [job, other] = [await work(scope), await work(`user:${(await createHolder(database)).accountId}`)];
    expect((await act()).status).toBe(status);
    expect(job.signal.aborted).toBe(true);
    expect(other.signal.aborted).toBe(false);
    const { rows } = await database.admin.query<{ how: string }>(
      `SELECT m.how FROM ks.flip f JOIN ks.flip_member m USING (epoch)
       WHERE f.action = 'revoke' AND f.scopes = ARRAY[$1] AND f.completed_at IS NOT NULL`,
      [scope],
    );
    expect(rows).toEqual([{ how: 'drained' }, { how: 'drained' }]);
    await database.admin.query(`UPDATE jobs.job SET cancel_requested = true WHERE id = $1`, [other.id]);
    await other.step().catch(() => undefined);
  });

  it('cuts off a message that is being handed over in that name', async () => {
    const ada = await createHolder(database);
    const client = bearing(await open(ada), url);
    let reached = 0;
    let accept = () => {};
    const held = new Promise<void>((resolve) => (accept = resolve));
    mail.beforeAccept = () => {
      reached += 1;
      return held;
    };
    const message = { to: 'bea@example.org', subject: 'Hello', text: 'Hello', kind: 'mailing' as const };
    const id = await first(Database).write((tx) =>
      first(Outbox).enqueue(tx, { ...message, scopes: [user(ada)] }),
    );
    await until(() => reached === 1, 'the whole message at the server');
    expect((await client.post('/v1/auth/logout')).status).toBe(204);
    const isCut = async () =>
      (
        await database.admin.query(
          'SELECT FROM mail.outbox WHERE id = $1 AND is_uncertain AND attempts = 0',
          [id],
        )
      ).rowCount === 1;
    await until(isCut, 'the message back in line');
    delete mail.beforeAccept;
    accept();
  });

  it('is no other than these: signing in, refreshing, stepping up and what ends nothing turn nothing', async () => {
    const ada = await createHolder(database);
    const before = await epoch();
    const tokens = await open(ada);
    const client = bearing(tokens, url);
    expect((await client.post('/v1/auth/step-up', { password: goodPassword })).status).toBe(200);
    expect((await anybody.post('/v1/auth/refresh', { refreshToken: tokens.refreshToken })).status).toBe(200);
    const change = { currentPassword: goodPassword, newPassword };
    expect((await client.post('/v1/me/password', change)).status).toBe(204);
    expect((await client.send('DELETE', `/v1/sessions/${ada.accountId}`, undefined, {})).status).toBe(404);
    expect(await epoch()).toEqual(before);
  });
});
