import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { createApplication } from '../../src/create-application.js';
import { Database } from '../../src/database/database.js';
import { LOGGER } from '../../src/http/logger.js';
import { Sentinel } from '../../src/kill-switch/sentinel/sentinel.service.js';
import { Outbox, UnfitMessage, type Message } from '../../src/mail/outbox.service.js';
import { until } from '../support/embedded-postgres-processes.js';
import { FenceClient } from '../support/fence-client.js';
import { headerOf, startMailServer, textOf, type MailServer } from '../support/mail-server.js';
import { startReplicaProcess } from '../support/replica-process.js';
import { flip } from '../support/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Row {
  state: string;
  attempts: number;
  error_code: string | null;
  is_uncertain: boolean;
  to_address: string | null;
  message_id: string;
  waits: number;
}

describe('The outbox', () => {
  let database: TestDatabase;
  let server: MailServer;
  const started: NestFastifyApplication[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  beforeEach(async () => {
    server = await startMailServer();
  });

  afterEach(async () => {
    for (const app of started.splice(0)) await app.close();
    await server.stop();
    await flip(database.admin, ['tool:organise', 'all:*'], false);
    await database.admin.query('DELETE FROM mail.outbox');
  });

  afterAll(() => database.drop());

  const startReplica = async (settings: Record<string, unknown> = {}) => {
    const app = await createApplication({
      ...database.environment,
      SMTP_URL: server.url,
      MAIL_FROM: 'Kampagne Süd <post@party.example>',
      MAIL_PER_SECOND: 1_000,
      ...settings,
    });
    await app.init();
    started.push(app);
    return app;
  };
  const message: Message = { to: 'ann@example.org', subject: 'Hello', text: 'Hello', kind: 'account' };
  const mailing: Partial<Message> = { kind: 'mailing', scopes: ['all:*', 'tool:organise'] };
  const enqueue = (app: NestFastifyApplication, change: Partial<Message> = {}) =>
    app.get(Database).write((tx) => app.get(Outbox).enqueue(tx, { ...message, ...change }));
  const enqueueMany = (app: NestFastifyApplication, count: number, change: Partial<Message> = {}) =>
    app.get(Database).write(async (tx) => {
      for (let n = 0; n < count; n += 1)
        await app.get(Outbox).enqueue(tx, { ...message, to: `p${n}@example.org`, ...change });
    });
  const row = async (id: string): Promise<Row> => {
    const { rows } = await database.admin.query<Row>(
      'SELECT *, extract(epoch FROM next_at - clock_timestamp())::float AS waits FROM mail.outbox WHERE id = $1',
      [id],
    );
    return rows[0] as Row;
  };
  const count = async (state: string) =>
    (await database.admin.query('SELECT FROM mail.outbox WHERE state = $1', [state])).rowCount ?? 0;
  const untilState = (id: string, state: string) =>
    until(async () => (await row(id)).state === state, `message ${state}`);
  const makeDue = (id: string) =>
    database.admin.query('UPDATE mail.outbox SET next_at = now() WHERE id = $1', [id]);

  it('delivers a message as it was written, and then forgets address and words', async () => {
    const app = await startReplica();
    const text = 'Liebe Änne,\n\n.ein Punkt am Anfang\nFrom hier an: 🌹\n' + 'lang '.repeat(400);
    const id = await enqueue(app, {
      to: 'aenne@bücher.example',
      subject: 'Zażółć gęślą jaźń – Treffen am Donnerstag um halb acht im Gasthaus zur Rose 🌹',
      text,
      headers: {
        'List-Unsubscribe': '<https://party.example/u/1>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
    });
    await untilState(id, 'handed-over');
    const [arrived] = server.received;
    if (!arrived) throw new Error('nothing arrived');
    expect(arrived.to).toEqual(['aenne@bücher.example']);
    expect(headerOf(arrived, 'To')).toBe('aenne@xn--bcher-kva.example');
    expect(headerOf(arrived, 'Subject')).toBe(
      'Zażółć gęślą jaźń – Treffen am Donnerstag um halb acht im Gasthaus zur Rose 🌹',
    );
    expect(headerOf(arrived, 'From')).toBe('Kampagne Süd <post@party.example>');
    expect(headerOf(arrived, 'Message-ID')).toBe(`<${id}@party.example>`);
    expect(headerOf(arrived, 'List-Unsubscribe')).toBe('<https://party.example/u/1>');
    expect(headerOf(arrived, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    expect(headerOf(arrived, 'Auto-Submitted')).toBe('auto-generated');
    expect(textOf(arrived).trimEnd()).toBe(text.trimEnd());
    const { rows } = await database.admin.query<{ kept: string }>(
      'SELECT outbox::text AS kept FROM mail.outbox WHERE id = $1',
      [id],
    );
    expect(rows[0]?.kept).not.toMatch(/aenne|Treffen|Punkt|Unsubscribe/);
  });

  it('sends a page beside the text where there is one', async () => {
    const app = await startReplica();
    await enqueue(app, { html: '<p>Hello</p>' });
    await until(() => server.received.length === 1, 'arrival');
    expect(headerOf(server.received[0] as { raw: string }, 'Content-Type')).toMatch(
      /^multipart\/alternative/,
    );
  });

  it('sends nothing of a transaction that was rolled back', async () => {
    const app = await startReplica();
    const failed = app.get(Database).write(async (tx) => {
      await app.get(Outbox).enqueue(tx, message);
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    await sleep(300);
    expect(server.received).toEqual([]);
  });

  it('tries again later what is refused for now, under the same Message-ID', async () => {
    const app = await startReplica();
    server.refuse.recipient = () => ({ responseCode: 450, message: 'mailbox busy' });
    const id = await enqueue(app);
    await until(
      async () => (await row(id)).attempts === 1 && (await row(id)).state === 'queued',
      'an attempt',
    );
    const waiting = await row(id);
    expect(waiting).toMatchObject({ error_code: 'smtp-450', is_uncertain: false });
    expect(waiting.waits).toBeGreaterThan(3);
    server.refuse.recipient = undefined;
    await makeDue(id);
    await untilState(id, 'handed-over');
    expect(headerOf(server.received[0] as { raw: string }, 'Message-ID')).toBe(waiting.message_id);
  });

  it.each(['recipient', 'message'] as const)(
    'gives up a %s that is refused for good, and logs no address',
    async (what) => {
      const app = await startReplica();
      const logger = app.get<Logger>(LOGGER);
      const lines = [jest.spyOn(logger, 'warn'), jest.spyOn(logger, 'error'), jest.spyOn(logger, 'info')];
      server.refuse[what] = () => ({ responseCode: 550, message: '<ann@example.org>: no such user' });
      const id = await enqueue(app, { subject: 'Private matter' });
      await untilState(id, 'failed');
      expect(await row(id)).toMatchObject({ error_code: 'smtp-550', attempts: 1, to_address: null });
      const logged = JSON.stringify(lines.flatMap((spy) => spy.mock.calls));
      expect(logged).toContain('smtp-550');
      expect(logged).not.toMatch(/ann@|Private/);
    },
  );

  it('gives up after the last attempt', async () => {
    const app = await startReplica();
    await flip(database.admin, ['tool:organise'], true);
    const id = await enqueue(app, mailing);
    await database.admin.query('UPDATE mail.outbox SET attempts = 16 WHERE id = $1', [id]);
    await flip(database.admin, ['tool:organise'], false);
    await untilState(id, 'failed');
    expect(await row(id)).toMatchObject({ error_code: 'given-up', to_address: null });
    expect(server.received).toEqual([]);
  });

  it('holds everything while the server is away or refuses the password, and fails nothing', async () => {
    await server.stop();
    const app = await startReplica();
    await enqueueMany(app, 12);
    await until(
      async () => (await database.admin.query('SELECT FROM mail.outbox WHERE attempts > 0')).rowCount !== 0,
      'an attempt',
    );
    await sleep(300);
    const { rows } = await database.admin.query<Row>('SELECT * FROM mail.outbox');
    expect(rows.filter(({ attempts }) => attempts > 0).length).toBeLessThanOrEqual(4);
    expect(rows.filter(({ state, is_uncertain }) => state !== 'queued' || is_uncertain)).toEqual([]);
    const authenticating = {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (
        { password }: { password?: string },
        _: unknown,
        done: (error: Error | null, answer?: { user: string }) => void,
      ) =>
        password === 'right'
          ? done(null, { user: 'rosette' })
          : done(new Error('Invalid username or password')),
    };
    server = await startMailServer(authenticating as never);
    await app.close();
    const wrong = await startReplica({ SMTP_URL: server.url.replace('//', '//rosette:wrong@') });
    await database.admin.query('UPDATE mail.outbox SET next_at = now()');
    await until(
      async () =>
        (await database.admin.query(`SELECT FROM mail.outbox WHERE error_code = 'smtp-535'`)).rowCount !== 0,
      'refusal',
    );
    await wrong.close();
    expect(await count('failed')).toBe(0);
    await startReplica({ SMTP_URL: server.url.replace('//', '//rosette:right@') });
    await database.admin.query('UPDATE mail.outbox SET next_at = now()');
    await until(() => server.received.length === 12, 'all mail');
  });

  it.each([
    ['in the clear', { disabledCommands: ['STARTTLS', 'AUTH'] }, /^smtp-500$/],
    ['under a certificate that nobody vouches for', { hideSTARTTLS: false }, /^e(socket|tls)$/],
  ])('sends nothing %s to another machine', async (_, options, code) => {
    await server.stop();
    // It warns of its own certificate.
    jest.spyOn(console, 'error').mockImplementationOnce(() => undefined);
    server = await startMailServer(options);
    // Another spelling of this machine, so that it is taken for a remote one.
    const app = await startReplica({ SMTP_URL: server.url.replace('127.0.0.1', '127.1') });
    const id = await enqueue(app);
    await until(
      async () => (await row(id)).attempts === 1 && (await row(id)).state === 'queued',
      'an attempt',
    );
    expect((await row(id)).error_code).toMatch(code);
    expect(server.received).toEqual([]);
  });

  it('sends each of many once from two replicas, account messages first, at the configured rate', async () => {
    const first = await startReplica({ MAIL_PER_SECOND: 50 });
    await startReplica({ MAIL_PER_SECOND: 50 });
    await first.get(Database).write(async (tx) => {
      for (let n = 0; n < 60; n += 1)
        await first.get(Outbox).enqueue(tx, { ...message, ...mailing, to: `p${n}@example.org` });
      await first.get(Outbox).enqueue(tx, message);
    });
    await until(() => server.received.length === 61, 'all mail');
    await sleep(200);
    expect(new Set(server.received.flatMap(({ to }) => to)).size).toBe(61);
    expect(server.received).toHaveLength(61);
    // Written last. The replica that takes it may be the slower one.
    expect(server.received.slice(0, 30).flatMap(({ to }) => to)).toContain('ann@example.org');
    const tookMs = (server.received.at(-1)?.atMs ?? 0) - (server.received[0]?.atMs ?? 0);
    expect(tookMs).toBeGreaterThan(450);
  });

  it('opens none of a suspended scope from the commit of the suspension on, and sends the rest after the lift', async () => {
    const replicas = [await startReplica(), await startReplica()];
    server.beforeAccept = () => sleep(10);
    await enqueueMany(replicas[0] as NestFastifyApplication, 200, mailing);
    await until(() => server.received.length > 30, 'some mail');

    await flip(database.admin, ['tool:organise'], true);
    const opened = await count('handing-over');
    const before = server.received.length;
    // No gate has been told: what was opened before may arrive, nothing else.
    expect(opened).toBeLessThanOrEqual(8);
    await sleep(300);
    expect(server.received.length - before).toBeLessThanOrEqual(20);
    await Promise.all(replicas.map((app) => app.get(Sentinel).refresh()));
    const after = server.received.length;
    const account = await enqueue(replicas[1] as NestFastifyApplication);
    await untilState(account, 'handed-over');
    await sleep(1_200);
    expect(server.received.length).toBe(after + 1);
    expect(await count('handing-over')).toBe(0);
    expect(await count('queued')).toBeGreaterThan(100);

    await flip(database.admin, ['tool:organise'], false);
    await until(async () => (await count('handed-over')) === 201, 'the rest', 20_000);
    const ids = new Set(server.received.map((received) => headerOf(received, 'Message-ID')));
    expect(ids.size).toBe(201);
    const { rows } = await database.admin.query('SELECT FROM mail.outbox WHERE is_uncertain');
    expect(server.received.length - 201).toBeLessThanOrEqual(rows.length);
  });

  it('cuts off what is being handed over when the gate learns of the suspension', async () => {
    const app = await startReplica();
    let reached = 0;
    let accept = () => {};
    const held = new Promise<void>((resolve) => (accept = resolve));
    server.beforeAccept = () => {
      reached += 1;
      return held;
    };
    const id = await enqueue(app, mailing);
    await until(() => reached === 1, 'the whole message at the server');
    await flip(database.admin, ['all:*'], true);
    await app.get(Sentinel).refresh();
    await untilState(id, 'queued');
    expect(await row(id)).toMatchObject({ attempts: 0, is_uncertain: true });
    accept();
  });

  it('sends again what a replica left half done when it died, and says that it may have left twice', async () => {
    const app = await startReplica();
    await flip(database.admin, ['tool:organise'], true);
    const id = await enqueue(app, mailing);
    await database.admin.query(
      `UPDATE mail.outbox SET state = 'handing-over', attempts = 1, claim = 1, incarnation = $2, lease_until = now() - interval '1 second' WHERE id = $1`,
      [id, randomUUID()],
    );
    await flip(database.admin, ['tool:organise'], false);
    await untilState(id, 'handed-over');
    expect(await row(id)).toMatchObject({ is_uncertain: true, attempts: 2 });
    expect(headerOf(server.received[0] as { raw: string }, 'Message-ID')).toBe((await row(id)).message_id);
  });

  it('sends again what a killed process had handed over and not noted, under the same Message-ID', async () => {
    const replica = await startReplicaProcess({
      ...database.environment,
      SMTP_URL: server.url,
      MAIL_FROM: 'post@party.example',
    });
    const taken: string[] = [];
    let accept = () => {};
    const held = new Promise<void>((resolve) => (accept = resolve));
    server.beforeAccept = (raw) => {
      taken.push(raw);
      return held;
    };
    const id = randomUUID();
    await database.admin.query(
      `INSERT INTO mail.outbox (id, kind, scopes, message_id, to_address, subject, text, headers)
       VALUES ($1, 'mailing', '{tool:organise}', $2, 'ann@example.org', 'Hello', 'Hello', '{}')`,
      [id, `<${id}@party.example>`],
    );
    await until(() => taken.length === 1, 'the whole message at the server');
    await replica.kill();
    accept();
    expect((await row(id)).state).toBe('handing-over');
    await database.admin.query(`UPDATE mail.outbox SET lease_until = now() WHERE id = $1`, [id]);
    await startReplica();
    await untilState(id, 'handed-over');
    expect(await row(id)).toMatchObject({ is_uncertain: true, attempts: 2 });
    expect(new Set(server.received.map((received) => headerOf(received, 'Message-ID')))).toEqual(
      new Set([`<${id}@party.example>`]),
    );
  });

  it('finishes what it is handing over when the replica stops, and leaves the rest to another', async () => {
    const app = await startReplica();
    server.beforeAccept = () => sleep(50);
    await enqueueMany(app, 30);
    await until(() => server.received.length > 0, 'some mail');
    await app.close();
    expect(await count('handing-over')).toBe(0);
    expect(await count('handed-over')).toBe(server.received.length);
    const { rows } = await database.admin.query(
      `SELECT FROM mail.outbox WHERE incarnation IS NOT NULL OR is_uncertain`,
    );
    expect(rows).toHaveLength(0);
    await startReplica();
    await until(() => server.received.length === 30, 'the rest');
  });

  it('cancels what waits in a scope', async () => {
    const app = await startReplica();
    await flip(database.admin, ['tool:organise'], true);
    const id = await enqueue(app, mailing);
    expect(await app.get(Database).write((tx) => app.get(Outbox).cancelInScope(tx, 'tool:organise'))).toBe(1);
    expect(await row(id)).toMatchObject({ state: 'cancelled', to_address: null });
  });

  it('writes files that only their owner reads, where no mail server is named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rosette-mail-'));
    const app = await startReplica({ SMTP_URL: undefined, MAIL_FROM: undefined, ROSETTE_DATA_DIR: folder });
    const id = await enqueue(app, { subject: 'Schönes Wetter' });
    await untilState(id, 'handed-over');
    const names = readdirSync(join(folder, 'mail'));
    expect(names).toEqual([expect.stringMatching(new RegExp(`^\\d{8}T\\d{6}Z-${id}\\.eml$`))]);
    const path = join(folder, 'mail', names[0] as string);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'mail')).mode & 0o777).toBe(0o700);
    const raw = readFileSync(path, 'utf8');
    expect(headerOf({ raw }, 'Subject')).toBe('Schönes Wetter');
    expect(headerOf({ raw }, 'To')).toBe('ann@example.org');
  });

  it('refuses a second recipient or header in a line, and keeps nothing of it', async () => {
    const app = await startReplica();
    await expect(enqueue(app, { to: 'ann@example.org\r\nBcc: eve@example.org' })).rejects.toThrow(
      UnfitMessage,
    );
    await expect(enqueue(app, { subject: 'Hello\nBcc: eve@example.org' })).rejects.toThrow(UnfitMessage);
    await expect(
      enqueue(app, { headers: { 'Reply-To': 'ann@example.org\r\nBcc: eve@example.org' } }),
    ).rejects.toThrow(UnfitMessage);
    await expect(enqueue(app, { ...mailing, scopes: ['office:none'] })).rejects.toMatchObject({
      constraint: 'outbox_scope_known',
    });
    expect((await database.admin.query('SELECT FROM mail.outbox')).rowCount).toBe(0);
  });

  it('shows no address to the API role, but one message to the holder of its claim, inside the fence', async () => {
    await flip(database.admin, ['tool:organise'], true);
    const app = await startReplica();
    const id = await enqueue(app, mailing);
    await app.close();
    const fence = await FenceClient.connect(database);
    const { client, incarnation } = fence;
    await database.admin.query(
      `UPDATE mail.outbox SET incarnation = $2, claim = 1, lease_until = now() + interval '1 minute'  WHERE id = $1`,
      [id, incarnation],
    );
    const open = (who: string, claim: number) =>
      client
        .query(`SELECT to_address FROM mail.begin_hand_over($1, $2, $3, '1 minute')`, [id, who, claim])
        .then(
          ({ rows }) => rows,
          (error: { code: string }) => error.code,
        );
    for (const column of ['to_address', 'subject', 'text', 'html', 'headers', '*']) {
      await expect(client.query(`SELECT ${column} FROM mail.outbox`)).rejects.toMatchObject({
        code: '42501',
      });
    }
    await expect(client.query(`UPDATE mail.outbox SET to_address = 'eve@example.org'`)).rejects.toMatchObject(
      { code: '42501' },
    );
    expect(await open(incarnation, 1)).toBe('KS001');
    await flip(database.admin, ['tool:organise'], false);
    expect(await open(incarnation, 2)).toEqual([]);
    expect(await open(randomUUID(), 1)).toBe('KS002');
    expect(await open(incarnation, 1)).toEqual([{ to_address: 'ann@example.org' }]);
    expect(await open(incarnation, 1)).toEqual([]);
    await fence.close();
  });
});
