import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../src/config/environment.js';
import { Sentinel } from '../../src/kill-switch/sentinel/sentinel.service.js';
import { ApiClient } from '../support/api.js';
import { expectRefusedCursors } from '../support/cursor.js';
import { until } from '../support/embedded-postgres-processes.js';
import { emptyTables } from '../support/empty-tables.js';
import { headerOf, startMailServer, textOf, type MailServer, type Received } from '../support/mail-server.js';
import { createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { startReplicaProcess } from '../support/replica-process.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { flip } from '../support/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Mailing {
  id: string;
  state: string;
  counts: Record<string, number>;
}
interface Recipients {
  items: { memberId: string; state: string }[];
}

const content = {
  name: 'Summer meeting',
  subject: 'For {{forename}}',
  bodyText: 'Dear {{fullName}},\n\nwe meet on Thursday.',
  segment: { all: [] },
};
const at = `?constituencyId=${putney}`;

describe('Mailings', () => {
  let database: TestDatabase;
  let environment: Environment;
  let mail: MailServer;
  let server: TestServer;
  let secretary: Person;
  let client: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  beforeEach(async () => {
    mail = await startMailServer();
    environment = {
      ...database.environment,
      SMTP_URL: mail.url,
      MAIL_FROM: 'post@party.example',
      MAIL_PER_SECOND: 1_000,
      PUBLIC_URL: 'https://rosette.example/',
    };
    secretary = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['member-communication'],
    });
    await start();
  });

  afterEach(async () => {
    await server.stop();
    await mail.stop();
    await flip(database.admin, ['tool:organise', 'all:*'], false);
    await emptyTables(database.admin, [
      'organise.mailing_recipient',
      'organise.mailing',
      'organise.sign_up',
      'organise.role_holder',
      'organise.member_status_change',
      'organise.member_contact_detail',
      'organise.member',
      'mail.outbox',
      'protection.suppression',
    ]);
  });

  afterAll(() => database.drop());

  const start = async (settings: Partial<Environment> = {}) => {
    server = await startTestServer({ ...environment, ...settings });
    client = new ApiClient(server.url, secretary);
  };
  const restart = async (settings: Partial<Environment>) => {
    await server.stop();
    await start(settings);
  };
  /** Members 1 to `count` with an address each; the first has the number M1 and the address m1@example.org. */
  const createMembers = (count: number, prefix = 'm', status = 'current') =>
    database.admin.query(
      `WITH made AS (
         INSERT INTO organise.member (constituency_id, membership_number, forename, surname, status, has_email)
         SELECT $1, upper($3) || n, 'Ada', 'Example' || n, $4, true FROM generate_series(1, $2::integer) n
         RETURNING id, lower(membership_number) AS name)
       INSERT INTO organise.member_contact_detail (constituency_id, member_id, email)
       SELECT $1, id, name || '@example.org' FROM made`,
      [putney, count, prefix, status],
    );
  const draft = async (change: Record<string, unknown> = {}): Promise<string> => {
    const answer = await client.post<Mailing>(`/v1/mailings${at}`, { ...content, ...change });
    expect(answer).toMatchObject({ status: 201, body: { state: 'draft' } });
    return answer.body.id;
  };
  const read = async (id: string) => (await client.get<Mailing>(`/v1/mailings/${id}${at}`)).body;
  const send = async (id: string) => {
    expect(await client.post(`/v1/mailings/${id}/send${at}`)).toMatchObject({ status: 202 });
  };
  const untilState = (id: string, ...states: string[]) =>
    until(
      async () => {
        await sleep(80);
        return states.includes((await read(id)).state);
      },
      states.join(),
      25_000,
    );
  const untilReceived = (count: number) =>
    until(() => Promise.resolve(mail.received.length >= count), `${count} messages`);
  const addresses = () => mail.received.flatMap(({ to }) => to).sort();
  const expected = (count: number, prefix = 'm') =>
    Array.from({ length: count }, (_, n) => `${prefix}${n + 1}@example.org`).sort();
  const suspend = async (isSuspended: boolean) => {
    await flip(database.admin, ['tool:organise'], isSuspended);
    await server.app.get(Sentinel).refresh();
  };
  const linkOf = (message: Received) =>
    /^<https:\/\/rosette\.example(\/v1\/unsubscribe\/[\w-]+)>$/.exec(
      headerOf(message, 'List-Unsubscribe') ?? '',
    )?.[1] ?? 'no link';
  const unsubscribe = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, { method: 'POST', ...init });

  it('reach every member of the segment once, with the name in it and a way to stop them', async () => {
    await createMembers(205);
    const id = await draft();
    expect((await client.post(`/v1/mailings/${id}/count${at}`)).body).toEqual({
      matched: 205,
      recipients: 205,
      withoutAddress: 0,
      unsubscribed: 0,
      objected: 0,
      bounced: 0,
    });
    await send(id);
    await untilState(id, 'sent');
    expect(addresses()).toEqual(expected(205));
    expect((await read(id)).counts).toMatchObject({ handedOver: 205, pending: 0, queued: 0, failed: 0 });
    const first = mail.received.find(({ to }) => to[0] === 'm1@example.org')!;
    expect(headerOf(first, 'Subject')).toBe('For Ada');
    expect(headerOf(first, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    expect(textOf(first)).toContain('Dear Ada Example1,\n\nwe meet on Thursday.');
    expect(textOf(first)).toContain(`https://rosette.example${linkOf(first)}`);
    const { body } = await client.get<Recipients>(`/v1/mailings/${id}/recipients${at}&limit=500`);
    expect(body.items).toHaveLength(205);
    expect(new Set(body.items.map(({ state }) => state))).toEqual(new Set(['handed-over']));
    // Sent is sent.
    expect((await client.post(`/v1/mailings/${id}/send${at}`)).status).toBe(409);
    expect((await client.post(`/v1/mailings/${id}/cancel${at}`)).status).toBe(409);
  });

  it('leave out who has left, who has no address and who does not belong to the segment', async () => {
    await createMembers(2);
    for (const status of ['lapsed', 'suspended', 'resigned', 'expelled', 'died'])
      await createMembers(1, status, status);
    await database.admin.query(
      `INSERT INTO organise.member (constituency_id, membership_number, forename, surname) VALUES ($1, 'X', 'No', 'Address')`,
      [putney],
    );
    await database.admin.query(
      `UPDATE organise.member SET kind = 'affiliated-supporter', joined_on = '2020-05-01' WHERE membership_number = 'M2'`,
    );
    const counted = async (segment: object) => {
      const id = await draft({ segment });
      const { body } = await client.post(`/v1/mailings/${id}/count${at}`);
      return [body['matched'], body['recipients'], body['withoutAddress']];
    };
    const supporter = { field: 'kind', op: 'in', value: ['affiliated-supporter'] };
    const lapsed = { field: 'status', op: 'in', value: ['lapsed'] };
    expect(await counted({ all: [] })).toEqual([3, 2, 1]);
    expect(await counted(supporter)).toEqual([1, 1, 0]);
    expect(await counted({ not: supporter })).toEqual([2, 1, 1]);
    expect(await counted(lapsed)).toEqual([1, 1, 0]);
    expect(await counted({ any: [lapsed, { field: 'hasEmail', op: 'is', value: true }] })).toEqual([3, 3, 0]);
    expect(await counted({ field: 'joined', op: 'before', value: '2021-01-01' })).toEqual([1, 1, 0]);
    expect(await counted({ field: 'joined', op: 'after', value: '2021-01-01' })).toEqual([0, 0, 0]);
    const id = await draft({ segment: { any: [lapsed, { all: [] }] } });
    await send(id);
    await untilState(id, 'sent');
    expect(addresses()).toEqual(['lapsed1@example.org', 'm1@example.org', 'm2@example.org']);
  });

  it('refuse a segment or a text that means nothing, and say where', async () => {
    const pointers = async (change: object) => {
      const { status, body } = await client.post(`/v1/mailings${at}`, { ...content, ...change });
      expect(status).toBe(400);
      return (body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer);
    };
    expect(await pointers({ bodyText: 'Dear {{email}}' })).toEqual(['/bodyText']);
    expect(await pointers({ subject: '{{unsubscribeUrl}} {{' })).toEqual(['/subject', '/subject']);
    expect(await pointers({ subject: 'Hello\r\nBcc: all@example.org' })).toEqual(['/subject']);
    expect(await pointers({ segment: { field: 'status', op: 'in', value: ['expelled'] } })).toEqual([
      '/segment/value/0',
    ]);
    expect(await pointers({ segment: { field: 'email', op: 'is', value: 'x' } })).toEqual(['/segment/field']);
    expect(await pointers({ segment: [] })).toEqual(['/segment']);
  });

  it('are listed from the cursors of their own list alone', async () => {
    const keys = ['2026-13-45 00:00:00+00', 0.5, 2 ** 53].map((at) => [at, randomUUID()]);
    await expectRefusedCursors(client, `/v1/mailings?constituencyId=${putney}`, keys);
  });

  it('are changed and thrown away as drafts only, by who saw them last', async () => {
    await createMembers(1);
    const id = await draft();
    const path = `/v1/mailings/${id}${at}`;
    const change = (name: string, tag?: string) =>
      client.send('PATCH', path, { name }, tag === undefined ? {} : { 'if-match': tag });
    expect((await change('A')).status).toBe(428);
    expect((await change('A', '"7"')).status).toBe(412);
    expect(await change('A', '"1"')).toMatchObject({ status: 200, body: { name: 'A', state: 'draft' } });
    expect((await client.get<{ items: Mailing[] }>(`/v1/mailings${at}`)).body.items).toHaveLength(1);
    await send(id);
    await untilState(id, 'sent');
    expect((await change('B', '*')).status).toBe(409);
    expect((await client.send('DELETE', path, undefined, { 'if-match': '*' })).status).toBe(409);
    const other = await draft();
    const removed = await client.send('DELETE', `/v1/mailings/${other}${at}`, undefined, { 'if-match': '*' });
    expect(removed.status).toBe(204);
    expect((await client.get(`/v1/mailings/${other}${at}`)).status).toBe(404);
  });

  it('need a step-up to be sent, and are nobody else’s to see', async () => {
    await createMembers(1);
    const id = await draft();
    await database.admin.query(
      `UPDATE identity.session SET stepped_up_until = now() - interval '1 s' WHERE id = $1`,
      [secretary.sessionId],
    );
    expect(await client.post(`/v1/mailings/${id}/send${at}`)).toMatchObject({
      status: 403,
      body: { code: 'step-up-required' },
    });
    const elsewhere = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: wimbledon,
      purposes: ['member-communication'],
    });
    const stranger = new ApiClient(server.url, elsewhere);
    expect((await stranger.get(`/v1/mailings/${id}${at}`)).status).toBe(404);
    expect((await stranger.get(`/v1/mailings/${id}?constituencyId=${wimbledon}`)).status).toBe(404);
    const administrator = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['membership-administration'],
    });
    const answer = await new ApiClient(server.url, administrator).post(`/v1/mailings/${id}/count${at}`);
    expect(answer).toMatchObject({ status: 403, body: { code: 'purpose-not-authorised' } });
  });

  it('stop for who presses the button, with the same answer for everybody, and for good', async () => {
    await createMembers(2);
    const id = await draft();
    await send(id);
    await untilState(id, 'sent');
    const link = linkOf(mail.received.find(({ to }) => to[0] === 'm1@example.org')!);
    await suspend(true);
    await flip(database.admin, ['all:*'], true);
    await server.app.get(Sentinel).refresh();
    // A mail scanner follows the link: nothing happens.
    const page = await fetch(`${server.url}${link}`);
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('<form method="post">') as string,
    ]);
    expect(page.headers.get('content-security-policy')).toContain(`form-action 'self'`);
    expect((await database.admin.query('SELECT FROM protection.suppression')).rowCount).toBe(0);
    const form = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
    const answers = [
      await unsubscribe(link, { body: form }),
      await unsubscribe(link),
      await unsubscribe(link, { body: 'x'.repeat(3_000_000), headers: { 'content-type': 'text/plain' } }),
      await unsubscribe(`${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`),
      await unsubscribe('/v1/unsubscribe/none'),
    ];
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(bodies).size).toBe(1);
    const { rows } = await database.admin.query<{ kept: string }>(
      'SELECT suppression::text AS kept FROM protection.suppression',
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]!.kept).not.toContain('example.org');
    await flip(database.admin, ['all:*'], false);
    await suspend(false);
    // Written another way it is the same address.
    await database.admin.query(
      `UPDATE organise.member_contact_detail SET email = 'M1@Example.ORG' WHERE email = 'm1@example.org'`,
    );
    const next = await draft();
    expect((await client.post(`/v1/mailings/${next}/count${at}`)).body).toMatchObject({
      recipients: 1,
      unsubscribed: 1,
    });
    mail.received.length = 0;
    await send(next);
    await untilState(next, 'sent');
    expect(addresses()).toEqual(['m2@example.org']);
    // Two messages of the first and one of this: for the suppressed none was written.
    expect((await database.admin.query('SELECT FROM mail.outbox')).rowCount).toBe(3);
    expect((await read(next)).counts).toMatchObject({ handedOver: 1, suppressed: 1 });
  });

  it('do not reach who unsubscribed after his message was written', async () => {
    await createMembers(3);
    const id = await draft();
    await send(id);
    await untilState(id, 'sent');
    const link = linkOf(mail.received.find(({ to }) => to[0] === 'm2@example.org')!);
    mail.received.length = 0;
    // The mail server is away: the messages wait in the outbox.
    mail.refuse.recipient = () => ({ responseCode: 451, message: 'later' });
    const next = await draft();
    await send(next);
    // Each was tried and put back: what is being handed over while its receiver unsubscribes may still arrive.
    const putBack = `SELECT FROM mail.outbox WHERE state = 'queued' AND error_code = 'smtp-451' AND lease_until IS NULL`;
    await until(async () => (await database.admin.query(putBack)).rowCount === 3, 'put back');
    expect((await read(next)).counts).toMatchObject({ queued: 3 });
    await unsubscribe(link);
    mail.refuse = {};
    await database.admin.query(`UPDATE mail.outbox SET next_at = now() WHERE state = 'queued'`);
    await untilState(next, 'sent');
    expect(addresses()).toEqual(['m1@example.org', 'm3@example.org']);
    expect((await read(next)).counts).toMatchObject({ handedOver: 2, suppressed: 1 });
    expect(
      (await database.admin.query(`SELECT FROM mail.outbox WHERE recipient_hashes <> '{}'`)).rowCount,
    ).toBe(0);
  });

  it('stop in the middle when the tool is suspended, and the account is exact', async () => {
    await restart({ MAIL_PER_SECOND: 20 });
    await createMembers(60);
    const id = await draft();
    await send(id);
    await untilReceived(10);
    await suspend(true);
    await sleep(300);
    const stopped = mail.received.length;
    await sleep(1_500);
    expect(mail.received).toHaveLength(stopped);
    expect(stopped).toBeLessThan(60);
    const { rows } = await database.admin.query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM mail.outbox WHERE state = 'handed-over'`,
    );
    expect(rows[0]!.n).toBe(stopped);
    expect((await client.get(`/v1/mailings/${id}${at}`)).status).toBe(503);
    await suspend(false);
    await untilState(id, 'sent');
    expect(addresses()).toEqual(expected(60));
  });

  it('stop for good when they are cancelled', async () => {
    await restart({ MAIL_PER_SECOND: 20 });
    await createMembers(60);
    const id = await draft();
    await send(id);
    await untilReceived(5);
    const answer = await client.post<Mailing>(`/v1/mailings/${id}/cancel${at}`);
    expect(answer).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    await sleep(1_000);
    const { counts, state } = await read(id);
    expect(state).toBe('cancelled');
    expect(mail.received.length).toBeLessThan(60);
    expect(counts['cancelled']! + counts['uncertain']! + counts['handedOver']!).toBe(60);
    expect(mail.received.length).toBeGreaterThanOrEqual(counts['handedOver']!);
    expect(mail.received.length).toBeLessThanOrEqual(counts['handedOver']! + counts['uncertain']!);
    expect((await client.post(`/v1/mailings/${id}/send${at}`)).status).toBe(409);
  });

  it('wait while the sender alone is suspended, and go on after the lift', async () => {
    await restart({ MAIL_PER_SECOND: 20 });
    await createMembers(30);
    const id = await draft();
    await send(id);
    await untilReceived(5);
    const scope = `user:${secretary.accountId}` as const;
    await flip(database.admin, [scope], true);
    await server.app.get(Sentinel).refresh();
    await sleep(300);
    const stopped = mail.received.length;
    await sleep(1_500);
    expect(mail.received).toHaveLength(stopped);
    expect(stopped).toBeLessThan(30);
    await flip(database.admin, [scope], false);
    await server.app.get(Sentinel).refresh();
    await untilState(id, 'sent');
    expect(addresses()).toEqual(expected(30));
  });

  it('stop for good when the sender departs, and those of others go on', async () => {
    await restart({ MAIL_PER_SECOND: 20 });
    await createMembers(60);
    const finished = await draft({ segment: { field: 'joined', op: 'before', value: '1900-01-01' } });
    await send(finished);
    await untilState(finished, 'sent');
    const id = await draft();
    await send(id);
    await until(async () => (await read(id)).counts['pending'] === 0, 'all in the outbox');
    await untilReceived(5);
    const colleague = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['member-communication'],
    });
    const orderer = new ApiClient(server.url, await createPerson(database, { role: 'general-secretary' }));
    const departure = { standing: 'resigned', reason: 'Left the party' };
    client = new ApiClient(server.url, colleague);
    const theirs = await draft();
    await send(theirs);
    await until(async () => (await read(theirs)).counts['queued'] === 60, 'in the outbox too');
    const path = `/v1/users/${secretary.accountId}/departure`;
    expect((await orderer.post(path, departure)).status).toBe(201);
    const { counts, state } = await read(id);
    expect(state).toBe('cancelled');
    expect(counts).toMatchObject({ pending: 0, queued: 0 });
    expect(counts['cancelled']! + counts['uncertain']! + counts['handedOver']!).toBe(60);
    expect(counts['cancelled']).toBeGreaterThan(0);
    expect((await read(finished)).state).toBe('sent');
    await untilState(theirs, 'sent');
    expect((await read(theirs)).counts).toMatchObject({ handedOver: 60 });
    const ofDeparted = mail.received.length - 60;
    expect(ofDeparted).toBeGreaterThanOrEqual(counts['handedOver']!);
    expect(ofDeparted).toBeLessThanOrEqual(counts['handedOver']! + counts['uncertain']!);
  });

  it('that are still being prepared when the sender departs are not sent', async () => {
    await createMembers(3);
    const orderer = new ApiClient(server.url, await createPerson(database, { role: 'general-secretary' }));
    const id = await draft();
    await database.admin.query('BEGIN; LOCK TABLE organise.mailing_recipient IN EXCLUSIVE MODE');
    await send(id);
    await until(async () => {
      const { rowCount } = await database.admin.query(
        `SELECT FROM pg_locks WHERE NOT granted AND relation = 'organise.mailing_recipient'::regclass`,
      );
      return rowCount === 1;
    }, 'the job at the lock');
    const departing = orderer.post(`/v1/users/${secretary.accountId}/departure`, {
      standing: 'expelled',
      reason: 'Expelled this morning',
    });
    await sleep(500);
    await database.admin.query('COMMIT');
    expect((await departing).status).toBe(201);
    const successor = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['member-communication'],
    });
    client = new ApiClient(server.url, successor);
    await sleep(1_500);
    expect((await read(id)).state).toBe('cancelled');
    expect(mail.received).toEqual([]);
  });

  it('are gone on with after a replica was killed: none lost, none written twice', async () => {
    await server.stop();
    const replica = await startReplicaProcess({ ...environment, MAIL_PER_SECOND: 100 });
    client = new ApiClient(replica.url, secretary);
    await createMembers(205);
    const id = await draft();
    await send(id);
    await untilReceived(20);
    await replica.kill();
    // As after the leases have run out.
    await database.admin.query(
      `UPDATE jobs.job SET lease_until = now() - interval '1 s' WHERE state = 'running'`,
    );
    await database.admin.query(
      `UPDATE mail.outbox SET lease_until = now() - interval '1 s' WHERE lease_until IS NOT NULL`,
    );
    await start();
    await untilState(id, 'sent');
    expect([...new Set(addresses())].sort()).toEqual(expected(205));
    expect((await read(id)).counts).toMatchObject({ handedOver: 205 });
    expect(new Set(mail.received.map((message) => headerOf(message, 'Message-ID'))).size).toBe(205);
    // What was on the wire in that moment goes again under its Message-ID; nothing else does.
    const { rows } = await database.admin.query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM mail.outbox WHERE is_uncertain`,
    );
    expect(mail.received.length).toBeLessThanOrEqual(205 + rows[0]!.n);
  });

  it('that lost their session fail, and go on when they are sent again', async () => {
    await createMembers(3);
    const id = await draft();
    await database.admin.query('BEGIN; LOCK TABLE organise.mailing_recipient IN EXCLUSIVE MODE');
    await send(id);
    await until(async () => {
      const { rowCount } = await database.admin.query(
        `SELECT FROM pg_locks WHERE NOT granted AND relation = 'organise.mailing_recipient'::regclass`,
      );
      return rowCount === 1;
    }, 'the job at the lock');
    await database.admin.query('UPDATE identity.session SET ended_at = now() WHERE id = $1', [
      secretary.sessionId,
    ]);
    await database.admin.query('COMMIT');
    const successor = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['member-communication'],
    });
    client = new ApiClient(server.url, successor);
    await untilState(id, 'failed');
    expect((await read(id)).counts).toMatchObject({ pending: 3 });
    // Who has left meanwhile is written to no more.
    await database.admin.query(
      `UPDATE organise.member SET status = 'resigned' WHERE membership_number = 'M3'`,
    );
    await send(id);
    await untilState(id, 'sent');
    expect(addresses()).toEqual(expected(2));
    expect((await read(id)).counts).toMatchObject({ handedOver: 2, excluded: 1 });
  });

  it('are not sent where nobody could unsubscribe', async () => {
    await server.stop();
    const { PUBLIC_URL: _, ...without } = environment;
    server = await startTestServer(without as Environment);
    client = new ApiClient(server.url, secretary);
    const id = await draft();
    expect((await client.post(`/v1/mailings/${id}/send${at}`)).status).toBe(409);
  });
});
