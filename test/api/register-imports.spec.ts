import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { Client } from 'pg';
import { layouts } from '../../src/demonstration/register-layout.js';
import { ApiClient, type Answer } from '../support/api.js';
import { expectOwnCursors } from '../support/cursor.js';
import { until } from '../support/embedded-postgres-processes.js';
import { emptyRegisters, emptyTables } from '../support/empty-tables.js';
import { createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { flip } from '../support/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Import {
  id: string;
  state: string;
  counts: Record<string, number>;
  layout: string;
  errorCode: string | null;
  errorDetail: string | null;
  droppedColumns: string[];
  rowsRead: number;
}

const { header } = layouts.xpress;
const row = (number: string, surname: string, forename: string, address: string, date = '') =>
  `KA,${number},0,,${date},${surname},${forename},SW15 1AA,${address},London,,,,`;
const fileOf = (...rows: string[]) => `${[header, ...rows].join('\r\n')}\r\n`;
const ada = row('1', 'Example', 'Ada', '1 Acacia Road');
const bob = row('2', 'Example', 'Bob', '1 Acacia Road');
const overseas = (district: string, number: string) => `${district},${number},0,F,,Abroad,Olive,,,,,,,`;
const cat = row('3', 'Sample', 'Cat', '2 Acacia Road');

describe('Register imports', () => {
  let database: TestDatabase;
  let server: TestServer;
  let officer: Person;
  let client: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
  });

  beforeEach(async () => {
    officer = await createPerson(database, {
      role: 'data-officer',
      constituencyId: putney,
      purposes: ['register-management'],
    });
    client = new ApiClient(server.url, officer, 'register-management');
  });

  // Each test finds an area without a register.
  afterEach(async () => {
    const { admin } = database;
    const isWorking = async () =>
      (await admin.query(`SELECT FROM jobs.job WHERE state IN ('queued', 'running')`)).rowCount !== 0;
    await until(async () => !(await isWorking()), 'no job at work');
    await emptyRegisters(admin);
    await emptyTables(admin, ['jobs.job']);
    const { rows } = await admin.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE tablename ~ 'register_staging_[0-9a-f]'`,
    );
    for (const { name } of rows) await admin.query(`DROP TABLE contact_creator.${name}`);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const upload = async (
    file: string | Buffer,
    options: {
      dryRun?: boolean;
      key?: string;
      person?: Person;
      area?: string;
      type?: string;
      mapping?: string;
      publishedOn?: string;
    } = {},
  ): Promise<Answer<Import>> => {
    const query = new URLSearchParams({
      constituencyId: options.area ?? putney,
      publishedOn: options.publishedOn ?? '2026-12-01',
      gateway: 'constituency-party',
      registerType: 'revised',
      ero: 'Wandsworth',
      dryRun: String(options.dryRun ?? false),
      ...(options.mapping === undefined ? {} : { mapping: options.mapping }),
    });
    const answer = await fetch(`${server.url}/v1/register-imports?${query.toString()}`, {
      method: 'POST',
      headers: {
        ...(options.person ?? officer).headers,
        'content-type': options.type ?? 'application/octet-stream',
        'idempotency-key': options.key ?? randomUUID(),
      },
      body: file,
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Import };
  };
  const get = async (id: string) => (await client.get<Import>(`/v1/register-imports/${id}`)).body;
  const untilState = async (id: string, ...states: string[]): Promise<Import> => {
    let seen: Import | undefined;
    await until(async () => {
      seen = await get(id);
      return states.includes(seen.state) || seen.state === 'failed';
    }, states.join());
    expect(states).toContain(seen?.state);
    return seen as Import;
  };
  const imported = async (file: string, ...states: string[]) => {
    const answer = await upload(file);
    expect(answer).toMatchObject({ status: 201 });
    return untilState(answer.body.id, ...(states.length > 0 ? states : ['committed']));
  };
  const electors = async () =>
    (
      await database.admin.query<Record<string, unknown>>(
        'SELECT e.*, d.key FROM contact_creator.elector e LEFT JOIN contact_creator.door d ON d.constituency_id = e.constituency_id AND d.id = e.door_id ORDER BY e.id',
      )
    ).rows;
  const tables = async () =>
    (
      await database.admin.query<{ n: number }>(
        `SELECT (SELECT count(*) FROM contact_creator.register_upload)::integer
              + (SELECT count(*) FROM pg_tables WHERE tablename ~ 'register_staging_[0-9a-f]')::integer AS n`,
      )
    ).rows[0]?.n;

  // First: with a large file, it wants a database whose statistics know no emptied tables.
  it('wait while the tool is suspended, and go on after the lift', async () => {
    const many = Array.from({ length: 12_000 }, (_, n) =>
      row(String(n + 1), `Name${n}`, 'Ann', `${n + 1} Long Road`),
    );
    const { body } = await upload(fileOf(...many));
    await flip(database.admin, ['tool:contact-creator'], true);
    const job = async () =>
      (
        await database.admin.query<{ state: string }>(
          'SELECT j.state FROM jobs.job j JOIN contact_creator.register_import i ON i.job_id = j.id WHERE i.id = $1',
          [body.id],
        )
      ).rows[0]?.state;
    await until(async () => (await job()) === 'queued', 'back in the queue');
    expect(await electors()).toEqual([]);
    await flip(database.admin, ['tool:contact-creator'], false);
    await until(async () => (await job()) === 'done', 'done', 25_000);
    expect((await get(body.id)).counts).toMatchObject({ rows: 12_000, accepted: 12_000, end: 12_000 });
  });

  it('take a register and account for every row', async () => {
    const done = await imported(fileOf(ada, bob, cat, row('x', 'Bad', 'Number', '3 Acacia Road'), ada));
    expect(done.counts).toMatchObject({
      rows: 5,
      accepted: 3,
      rejected: 2,
      notStored: 0,
      review: 0,
      start: 0,
      adds: 3,
      removes: 0,
      end: 3,
    });
    expect(done.layout).toBe('xpress-14');
    expect(await electors()).toMatchObject([
      { forename: 'Ada', surname: 'Example', number_prefix: 'KA', is_current: true },
      { forename: 'Bob' },
      { forename: 'Cat' },
    ]);
    expect(await tables()).toBe(0);
  });

  it('refuse a file at once that says how much too long it is', async () => {
    const query = `constituencyId=${putney}&publishedOn=2026-12-01&gateway=constituency-party&registerType=revised&ero=A&dryRun=true`;
    const request = http.request(`${server.url}/v1/register-imports?${query}`, {
      method: 'POST',
      headers: {
        ...officer.headers,
        'content-type': 'text/csv',
        'content-length': 512 * 1024 * 1024 + 1,
        'idempotency-key': randomUUID(),
      },
    });
    request.on('error', () => undefined).flushHeaders();
    try {
      const signal = AbortSignal.timeout(10_000);
      const [answer] = (await once(request, 'response', { signal })) as [http.IncomingMessage];
      expect(answer.statusCode).toBe(413);
    } finally {
      request.destroy();
    }
    expect((await database.admin.query('SELECT FROM contact_creator.register_import')).rowCount).toBe(0);
  });

  it('stop after a dry run, change nothing, and go on when told to', async () => {
    const { body } = await upload(fileOf(ada, bob), { dryRun: true });
    expect((await untilState(body.id, 'staged')).counts).toMatchObject({ rows: 2, accepted: 2 });
    expect(await electors()).toEqual([]);
    expect(await client.post(`/v1/register-imports/${body.id}/commit`)).toMatchObject({ status: 202 });
    expect(await untilState(body.id, 'committed')).toMatchObject({ rowsRead: 2, errorCode: null });
    expect(await electors()).toHaveLength(2);
    expect((await client.post(`/v1/register-imports/${body.id}/commit`)).status).toBe(409);
  });

  it('wait for a person where they would take a large part of the register off it', async () => {
    const people = Array.from({ length: 240 }, (_, n) =>
      row(String(n + 1), `Name${n}`, 'Ann', `${n + 1} Long Road`),
    );
    await imported(fileOf(...people));
    const held = await imported(fileOf(...people.slice(0, 170)), 'staged');
    await until(async () => (await get(held.id)).errorCode === 'shrinks-register', 'held');
    const tried = await upload(fileOf(...people.slice(0, 170)), { dryRun: true });
    await until(async () => (await get(tried.body.id)).errorCode === 'shrinks-register', 'the dry run tells');
    expect((await electors()).filter((one) => one['is_current'])).toHaveLength(240);
    expect(await client.post(`/v1/register-imports/${held.id}/commit`)).toMatchObject({ status: 202 });
    expect(await untilState(held.id, 'committed')).toMatchObject({
      errorCode: null,
      counts: { removes: 70, end: 170 },
    });
  });

  it('can be cancelled before they take effect, and leave nothing', async () => {
    const { body } = await upload(fileOf(ada), { dryRun: true });
    await untilState(body.id, 'staged');
    expect(await client.post(`/v1/register-imports/${body.id}/cancel`)).toMatchObject({
      status: 202,
      body: { state: 'cancelled' },
    });
    expect(await tables()).toBe(0);
    expect((await client.post(`/v1/register-imports/${body.id}/commit`)).status).toBe(409);
  });

  it('that nobody came back for are destroyed after 30 days, file and rows, and no sooner', async () => {
    const cellsOf = async (id: string) =>
      (
        await database.admin.query(
          'SELECT FROM contact_creator.register_import_row WHERE import_id = $1 AND cells IS NOT NULL',
          [id],
        )
      ).rowCount;
    const staged = async (area: string, person: Person) => {
      const bad = row('x', 'Bad', 'Number', '3 Acacia Road');
      const { body } = await upload(fileOf(ada, bad), { dryRun: true, area, person });
      await until(async () => (await stateOf(body.id)) === 'staged', 'staged');
      return body.id;
    };
    const stateOf = async (id: string) => (await outcomeOf(id))?.['state'];
    const outcomeOf = async (id: string) =>
      (
        await database.admin.query<Record<string, unknown>>(
          `SELECT i.state, i.error_code AS code, i.file_hash IS NOT NULL AS "isKnown",
                  (SELECT count(*)::integer FROM contact_creator.register_upload u WHERE u.import_id = i.id) AS chunks,
                  to_regclass('contact_creator.register_staging_' || replace(i.id::text, '-', '')) IS NOT NULL AS "isStaged"
           FROM contact_creator.register_import i WHERE i.id = $1`,
          [id],
        )
      ).rows[0];
    const wimbledonOfficer = await createPerson(database, {
      role: 'data-officer',
      constituencyId: wimbledon,
      purposes: ['register-management'],
    });
    const [old, young] = [await staged(putney, officer), await staged(wimbledon, wimbledonOfficer)];
    const age = (id: string, days: string) =>
      database.admin.query(
        'UPDATE contact_creator.register_import SET requested_at = now() - $2::interval WHERE id = $1',
        [id, days],
      );
    await age(old, '30 days 1 minute');
    await age(young, '29 days 23 hours');
    const another = await startTestServer(database.environment);
    try {
      await until(async () => (await stateOf(old)) === 'cancelled', 'the sweep of the start');
    } finally {
      await another.stop();
    }
    expect(await outcomeOf(old)).toEqual({
      state: 'cancelled',
      code: 'expired',
      isKnown: true,
      chunks: 0,
      isStaged: false,
    });
    expect(await outcomeOf(young)).toMatchObject({ state: 'staged', chunks: 1, isStaged: true });
    expect(await cellsOf(old)).toBe(0);
    expect(await cellsOf(young)).toBe(1);
  });

  it('forget what their rejected rows held after 30 days, and no sooner', async () => {
    const bad = row('x', 'Bad', 'Number', '3 Acacia Road');
    const [one, other] = [row('7', 'One', 'Eve', '3 Acacia Road'), row('7', 'Two', 'Fay', '4 Acacia Road')];
    const done = await imported(fileOf(ada, bad, one, other));
    const sweep = async (days: string) => {
      await database.admin.query(
        'UPDATE contact_creator.register_import SET committed_at = now() - $2::interval WHERE id = $1',
        [done.id, days],
      );
      await database.admin.query('SELECT contact_creator.forget_rejected_rows()');
      const { rows } = await database.admin.query<{ line: number }>(
        'SELECT line FROM contact_creator.register_import_row WHERE import_id = $1 AND cells IS NOT NULL ORDER BY line',
        [done.id],
      );
      return rows.map(({ line }) => line);
    };
    expect(await sweep('29 days 23 hours')).toEqual([3, 4, 5]);
    expect(await sweep('30 days 1 minute')).toEqual([4, 5]);
    const path = `/v1/register-imports/${done.id}`;
    await client.post(`${path}/rows/4/decision`, { decision: 'leave' });
    expect(await sweep('30 days 1 minute')).toEqual([5]);
    const csv = await client.get<string>(`${path}/rejected-rows.csv`);
    expect(csv.body).toMatch(/\r\n3,Elector Number,[^\r\n]*,{14}\r\n4,number,number-shared,{14}\r\n$/);
    await imported(fileOf(ada));
    expect(await sweep('30 days 1 minute')).toEqual([]);
  });

  it('keep the same people under new numbers, take off who is gone, and can be undone exactly', async () => {
    await imported(fileOf(ada, bob, cat));
    const before = await electors();
    const second = await imported(
      fileOf(
        row('11', 'Example', 'Ada', '1 Acacia Road'),
        row('1', 'Sample', 'Cat', '2 Acacia Road'),
        row('2', 'New', 'Dan', '9 Beech Road'),
      ),
    );
    expect(second.counts).toMatchObject({ start: 3, adds: 1, removes: 1, end: 3, kept: 2 });
    const after = await electors();
    expect(
      after.map(({ id, forename, number, is_current }) => [id, forename, Number(number), is_current]),
    ).toEqual([
      [before[0]?.['id'], 'Ada', 11, true],
      [before[1]?.['id'], 'Bob', 2, false],
      [before[2]?.['id'], 'Cat', 1, true],
      [expect.any(String), 'Dan', 2, true],
    ]);
    expect(await client.post(`/v1/register-imports/${second.id}/undo`)).toMatchObject({ status: 202 });
    await untilState(second.id, 'undone');
    expect(await electors()).toEqual(before);
    expect((await client.post(`/v1/register-imports/${second.id}/undo`)).status).toBe(409);
  });

  it('that are undone leave whom somebody spoke with, off the register', async () => {
    const done = await imported(fileOf(ada, bob));
    const [spoken] = await electors();
    await database.admin.query(
      `WITH contact AS (
         INSERT INTO contact_creator.contact (constituency_id, id, elector_id, method, outcome, device_at, effective_at, recorded_at,
                                              recorded_by, payload_hash)
         SELECT $1, gen_random_uuid(), $2::bigint, 'doorstep', 'do-not-contact', now(), now(), now(), id, sha256('') FROM identity.account LIMIT 1
         RETURNING constituency_id, elector_id, id)
       INSERT INTO contact_creator.contact_subject SELECT * FROM contact`,
      [putney, spoken?.['id']],
    );
    expect(await client.post(`/v1/register-imports/${done.id}/undo`)).toMatchObject({ status: 202 });
    await untilState(done.id, 'undone');
    const isOff = [[spoken?.['id'], false]];
    const standing = async () => (await electors()).map(({ id, is_current }) => [id, is_current]);
    expect(await standing()).toEqual(isOff);
    // The next register finds him again, and when it is undone too he is off again.
    const next = await imported(fileOf(ada, bob));
    expect(await standing()).toEqual([
      [spoken?.['id'], true],
      [expect.any(String), true],
    ]);
    expect(await client.post(`/v1/register-imports/${next.id}/undo`)).toMatchObject({ status: 202 });
    await untilState(next.id, 'undone');
    expect(await standing()).toEqual(isOff);
  });

  it('that a newer one overtook while they were to be undone stay as they were', async () => {
    const first = await imported(fileOf(ada));
    const blocker = new Client({ connectionString: database.url('superuser') });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT pg_advisory_xact_lock(1919905908, hashtext($1))', [putney]);
    expect(await client.post(`/v1/register-imports/${first.id}/undo`)).toMatchObject({ status: 202 });
    await blocker.query(
      `INSERT INTO contact_creator.register_import (constituency_id, id, state, gateway, register_type, ero, published_on, is_dry_run, requested_by, committed_at)
       SELECT constituency_id, gen_random_uuid(), 'committed', gateway, register_type, ero, published_on, false, requested_by, clock_timestamp()
       FROM contact_creator.register_import`,
    );
    await blocker.query('COMMIT');
    await blocker.end();
    await until(async () => (await get(first.id)).errorCode !== null, 'the refusal');
    expect(await get(first.id)).toMatchObject({ state: 'committed', errorCode: 'not-newest' });
  });

  it('undo the newest only', async () => {
    const first = await imported(fileOf(ada));
    await imported(fileOf(ada, bob));
    expect(await client.post(`/v1/register-imports/${first.id}/undo`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
  });

  it('bring a renumbered stranger in as somebody new, never by his number', async () => {
    await imported(fileOf(ada));
    await imported(fileOf(row('1', 'Other', 'Zoe', '5 Cedar Road')));
    expect((await electors()).map(({ forename, is_current }) => [forename, is_current])).toEqual([
      ['Ada', false],
      ['Zoe', true],
    ]);
  });

  it('tell doors without a postcode by their districts, and know them again in a district that was renamed', async () => {
    const at = (district: string, number: string, forename: string) =>
      `${district},${number},0,,,Example,${forename},,1 High Street,,,,,`;
    const people = async () =>
      (await electors())
        .filter((one) => one['is_current'])
        .map(({ id, forename, door_id: door }) => [forename, id, door] as const);
    await imported(fileOf(at('KA', '1', 'Ada'), at('KB', '1', 'Bob'), at('KB', '2', 'Ada')));
    const first = await people();
    expect(new Set(first.map(([, , door]) => door)).size).toBe(2);
    await imported(fileOf(at('KA', '5', 'Ada'), at('KB', '6', 'Bob'), at('KB', '7', 'Ada')));
    expect(await people()).toEqual(first);
    await emptyRegisters(database.admin);
    await imported(fileOf(at('KA', '1', 'Ada')));
    const [alone] = await people();
    await imported(fileOf(at('KC', '1', 'Ada')));
    expect(await people()).toEqual([alone]);
    // A row that comes later tells nothing of the rest of the register.
    const bad = await imported(fileOf(at('KC', '1', 'Ada'), at('KB', 'x', 'Ada')));
    const csv = await client.get<string>(`/v1/register-imports/${bad.id}/rejected-rows.csv`);
    expect((await imported(csv.body.replace(',x,', ',3,'))).counts).toMatchObject({ adds: 1, end: 2 });
    expect(new Set((await people()).map(([, , door]) => door)).size).toBe(2);
  });

  it('know who has no door by name within his polling district alone', async () => {
    await imported(fileOf(overseas('PD', '1'), ada));
    const [held] = (await electors()).filter(({ forename }) => forename === 'Olive');
    await imported(fileOf(ada, overseas('PD', '2')));
    expect((await electors()).filter(({ forename }) => forename === 'Olive')).toMatchObject([
      { id: held?.id },
    ]);
    await imported(fileOf(ada, overseas('PE', '1')));
    const olives = (await electors()).filter(({ forename }) => forename === 'Olive');
    expect(olives.map(({ is_current }) => is_current).sort()).toEqual([false, true]);
  });

  it('let two people under one number wait for a decision', async () => {
    const done = await imported(
      fileOf(ada, row('7', 'One', 'Eve', '3 Acacia Road'), row('7', 'Two', 'Fay', '4 Acacia Road')),
    );
    expect(done.counts).toMatchObject({ rows: 3, accepted: 1, review: 2, end: 1 });
    const path = `/v1/register-imports/${done.id}/rows`;
    const rows = await client.get<{ items: { line: number; reason: string }[] }>(`${path}?outcome=review`);
    expect(rows.body.items).toMatchObject([
      { line: 3, reason: 'number-shared' },
      { line: 4, reason: 'number-shared' },
    ]);
    const decide = (line: number, decision: string) => client.post(`${path}/${line}/decision`, { decision });
    expect(await decide(3, 'take')).toMatchObject({
      status: 200,
      body: { counts: { accepted: 2, review: 1, end: 2 } },
    });
    expect(await decide(3, 'take')).toMatchObject({ status: 200, body: { counts: { accepted: 2 } } });
    expect((await decide(3, 'leave')).status).toBe(409);
    expect(await decide(4, 'leave')).toMatchObject({
      status: 200,
      body: { counts: { review: 0, rejected: 1 } },
    });
    expect((await decide(99, 'take')).status).toBe(404);
    expect((await electors()).map(({ forename }) => forename)).toEqual(['Ada', 'Eve']);
  });

  it.each(['text/csv', 'text/plain; charset=UTF-8', 'Application/Octet-Stream'])(
    'take the file as %s, and read the same',
    async (type) => {
      const answer = await upload(fileOf(ada, bob), { type });
      expect(answer.status).toBe(201);
      const done = await untilState(answer.body.id, 'committed');
      expect(done.counts).toMatchObject({ rows: 2, accepted: 2, adds: 2 });
    },
  );

  it.each(['application/x-www-form-urlencoded', 'application/json', 'multipart/form-data; boundary=x'])(
    'refuse a file sent as %s and name what to send, before anything is kept',
    async (type) => {
      const answer = await upload('{}', { type });
      expect(answer).toMatchObject({
        status: 415,
        body: {
          code: 'unsupported-media-type',
          detail: 'Send the body with the Content-Type application/octet-stream or text/csv or text/plain.',
        },
      });
      const { rows } = await database.admin.query('SELECT FROM contact_creator.register_import');
      expect(rows).toEqual([]);
    },
  );

  it('hand the rejected rows back to be mended, and take them without taking anybody off', async () => {
    const done = await imported(fileOf(ada, row('x', 'Mended', 'Gus', '3 Acacia Road')));
    const csv = await client.get<string>(`/v1/register-imports/${done.id}/rejected-rows.csv`);
    expect(csv.status).toBe(200);
    expect(csv.body).toContain('Mended');
    const again = await imported(csv.body.replace(',x,', ',8,'));
    expect(again.counts).toMatchObject({ rows: 1, accepted: 1, start: 1, adds: 1, removes: 0, end: 2 });
  });

  it('refuse a mapping that no file can be read by, and a day that is none, before anything is kept', async () => {
    const wrong = [
      'nonsense',
      'null',
      '[]',
      '7',
      '{"number":"A","surname":"B"}',
      '{"shoeSize":"x"}',
      '{"number":"\\u0000"}',
    ]
      .concat([
        '{"number":"\\ud800"}',
        '{"number":1e999999}',
        '{"number":"A","surname":"B","addressLines":[]}',
      ])
      .map((mapping) => [{ mapping }, '/mapping'] as const);
    const days = ['2026-02-30', '2026-13-01', '0000-00-00', '2026-02-20T00:00:00Z', ''].map(
      (publishedOn) => [{ publishedOn }, '/publishedOn'] as const,
    );
    for (const [options, pointer] of [...wrong, ...days])
      expect([options, await upload(fileOf(ada), options)]).toMatchObject([
        options,
        { status: 400, body: { code: 'validation-failed', errors: [{ in: 'query', pointer }] } },
      ]);
    expect((await database.admin.query('SELECT FROM contact_creator.register_import')).rowCount).toBe(0);
  });

  it('read strange headings by a mapping', async () => {
    const file = 'District;No;Family;Given;Line\nKA;1;Example;Ada;1 Acacia Road\n';
    const mapping = {
      prefix: 'district',
      number: 'NO',
      surname: 'Family',
      forenames: 'Given',
      addressLines: [['Line']],
    };
    const sent = await upload(file, { mapping: JSON.stringify(mapping) });
    const done = await untilState(sent.body.id, 'committed');
    expect(done).toMatchObject({ layout: 'mapping', counts: { rows: 1, accepted: 1 } });
  });

  it('page by their own cursors alone, and by those without gaps or repeats', async () => {
    const done = await imported(fileOf(ada));
    const other = await imported(fileOf(ada, row('x', 'Paged', 'Gus', '3 Acacia Road')));
    await expectOwnCursors(client, 'register-imports', 'outcome=review', [other.id, done.id]);
  });

  it('hand back a row that only the whole file tells against as its sender wrote it', async () => {
    const shout = row('1', 'Example', 'Ada', '1 ACACIA ROAD');
    const done = await imported(fileOf(ada, shout, row('x', 'Mended', 'Gus', '3 Acacia Road')));
    expect(done.counts).toMatchObject({ rows: 3, accepted: 1, rejected: 2 });
    const csv = await client.get<string>(`/v1/register-imports/${done.id}/rejected-rows.csv`);
    expect(csv.body).toContain(`3,number,duplicate-row,${shout}`);
    const again = await imported(csv.body.replace(',x,', ',8,'));
    expect(again.counts).toMatchObject({ rows: 2, accepted: 2, kept: 1, adds: 1, end: 2 });
  });

  it('hand back a row that somebody left, to be mended too', async () => {
    const fay = row('7', 'Two', 'Fay', '4 Acacia Road');
    const done = await imported(fileOf(ada, row('7', 'One', 'Eve', '3 Acacia Road'), fay));
    const path = `/v1/register-imports/${done.id}`;
    const file = async () => (await client.get<string>(`${path}/rejected-rows.csv`)).body;
    expect(await file()).not.toContain('Fay');
    await client.post(`${path}/rows/4/decision`, { decision: 'leave' });
    expect(await file()).toContain(`4,number,number-shared,${fay}`);
    expect(await file()).not.toContain('Eve');
  });

  it('keep of a repeated anonymous entry its number alone', async () => {
    const anonymous = (marker: string) => `KA,5,0,${marker},,,,,,,,,,`;
    const done = await imported(fileOf(ada, anonymous(''), anonymous('G')));
    const { rows } = await database.admin.query(
      `SELECT cells FROM contact_creator.register_import_row WHERE import_id = $1`,
      [done.id],
    );
    expect(rows).toEqual([{ cells: ['KA', '5', '0', ...Array.from({ length: 11 }, () => '')] }]);
  });

  it('let the rows that wait be decided on after mended ones have come', async () => {
    const done = await imported(
      fileOf(
        ada,
        row('7', 'One', 'Eve', '3 Acacia Road'),
        row('7', 'Two', 'Fay', '4 Acacia Road'),
        row('x', 'Mended', 'Gus', '3 Acacia Road'),
      ),
    );
    const path = `/v1/register-imports/${done.id}`;
    const csv = await client.get<string>(`${path}/rejected-rows.csv`);
    await imported(csv.body.replace(',x,', ',8,'));
    for (const line of [3, 4])
      expect(await client.post(`${path}/rows/${line}/decision`, { decision: 'take' })).toMatchObject({
        status: 200,
      });
    expect((await get(done.id)).counts).toMatchObject({ review: 0, accepted: 3, end: 3 });
    expect((await electors()).map(({ forename }) => forename)).toEqual(['Ada', 'Gus', 'Eve', 'Fay']);
    await imported(fileOf(ada));
    const gone = await client.post(`${path}/rows/3/decision`, { decision: 'leave' });
    expect(gone.status).toBe(409);
  });

  it('let nobody wait for a decision once a newer register is in', async () => {
    const done = await imported(
      fileOf(ada, row('7', 'One', 'Eve', '3 Acacia Road'), row('7', 'Two', 'Fay', '4 Acacia Road')),
    );
    await imported(fileOf(ada, bob));
    const answer = await client.post(`/v1/register-imports/${done.id}/rows/3/decision`, { decision: 'take' });
    expect(answer.status).toBe(409);
  });

  it('take a row that waits for somebody new where its namesake is on the register already', async () => {
    const eve = (number: string) => row(number, 'One', 'Eve', '3 Acacia Road');
    const done = await imported(fileOf(eve('5'), eve('7'), row('7', 'Two', 'Fay', '4 Acacia Road')));
    const answer = await client.post(`/v1/register-imports/${done.id}/rows/3/decision`, { decision: 'take' });
    expect(answer).toMatchObject({ status: 200, body: { counts: { accepted: 2, end: 2 } } });
    expect((await electors()).map(({ number }) => Number(number))).toEqual([5, 7]);
  });

  it('put off a mended row that names the number of somebody else', async () => {
    const done = await imported(
      fileOf(ada, bob, row('x', 'Mended', 'Gus', '3 Beech Road'), row('y', 'Sample', 'Cat', '2 Acacia Road')),
    );
    const csv = await client.get<string>(`/v1/register-imports/${done.id}/rejected-rows.csv`);
    const again = await imported(csv.body.replace(',x,', ',1,').replace(',y,', ',3,'));
    expect(again.counts).toMatchObject({ rows: 2, accepted: 1, review: 1, adds: 1, end: 3 });
    const rows = await client.get<{ items: unknown[] }>(
      `/v1/register-imports/${again.id}/rows?outcome=review`,
    );
    expect(rows.body.items).toMatchObject([{ line: 2, reason: 'number-shared' }]);
    const names = async () => (await electors()).map(({ forename, number }) => [forename, Number(number)]);
    expect(await names()).toEqual([
      ['Ada', 1],
      ['Bob', 2],
      ['Cat', 3],
    ]);
    // Nor is there a door at which nobody is known to live.
    const doors = await database.admin.query(
      `SELECT FROM contact_creator.door WHERE address_lines[1] LIKE '%Beech%'`,
    );
    expect(doors.rowCount).toBe(0);
    const path = `/v1/register-imports/${again.id}/rows/2/decision`;
    expect((await client.post(path, { decision: 'take' })).status).toBe(200);
    expect(await names()).toContainEqual(['Gus', 1]);
  });

  it('put off a mended row that would give somebody the number of another', async () => {
    const done = await imported(fileOf(ada, bob, row('x', 'Example', 'Ada', '1 Acacia Road')));
    const csv = await client.get<string>(`/v1/register-imports/${done.id}/rejected-rows.csv`);
    const again = await imported(csv.body.replace(',x,', ',2,'));
    expect(again.counts).toMatchObject({ rows: 1, accepted: 0, review: 1, end: 2 });
    expect((await electors()).map(({ number }) => Number(number))).toEqual([1, 2]);
  });

  it('keep who has no door on the register while a row that may be his waits', async () => {
    const olives = async () => (await electors()).filter(({ forename }) => forename === 'Olive');
    await imported(fileOf(ada, overseas('PD', '1')));
    const [held] = await olives();
    const stranger = `PD,9,0,F,,Other,Oswald,,,,,,,`;
    const done = await imported(fileOf(ada, overseas('PD', '9'), stranger));
    expect(done.counts).toMatchObject({ review: 2, removes: 0, end: 2 });
    const answer = await client.post(`/v1/register-imports/${done.id}/rows/3/decision`, { decision: 'take' });
    expect(answer.status).toBe(200);
    expect(await olives()).toMatchObject([{ id: held?.['id'], is_current: true, number: '9.0000' }]);
  });

  it('let a row wait where two of its name have no door', async () => {
    await imported(fileOf(ada, overseas('PD', '1'), overseas('PD', '2')));
    const done = await imported(fileOf(ada, overseas('PD', '3')));
    expect(done.counts).toMatchObject({ review: 1, removes: 0, end: 3 });
  });

  it('shown to somebody stand in the record with their area, how many they were, and the import', async () => {
    const done = await imported(fileOf(ada, row('x', 'Mended', 'Gus', '3 Acacia Road')));
    const everywhere = await createPerson(database, {
      role: 'data-officer',
      purposes: ['register-management'],
    });
    const reader = new ApiClient(server.url, everywhere, 'register-management');
    const protector = await createPerson(database, { role: 'data-protection-officer' });
    for (const path of ['rejected-rows.csv', 'rows?outcome=rejected'])
      expect((await reader.get(`/v1/register-imports/${done.id}/${path}`)).status).toBe(200);
    const shown = {
      constituencyIds: [putney],
      rows: 1,
      subjectCount: 1,
      subjectIds: [],
      targetKind: 'register-import',
      targetId: done.id,
    };
    expect(
      await new ApiClient(server.url, protector).get(`/v1/disclosures?accountId=${everywhere.accountId}`),
    ).toMatchObject({ status: 200, body: { items: [shown, shown] } });
  });

  it('hand back every rejected row once and in order, however many blocks they fill', async () => {
    const done = await imported(fileOf(ada, row('x', 'Mended', 'Gus', '3 Acacia Road')));
    // As in a file of which nearly nothing could be read; a block ends between two rows of one line.
    await database.admin.query(
      `INSERT INTO contact_creator.register_import_row (constituency_id, import_id, line, position, outcome, reason, cells)
       SELECT $1, $2, 10 + n / 2, n % 2, 'rejected', 'made up', ARRAY['row ' || n] FROM generate_series(0, 10_100) n`,
      [putney, done.id],
    );
    const csv = await client.get<string>(`/v1/register-imports/${done.id}/rejected-rows.csv`);
    const numbers = [...csv.body.matchAll(/,row (\d+)/g)].map(([, n]) => Number(n));
    expect(numbers).toEqual(Array.from({ length: 10_101 }, (_, n) => n));
    const { rows } = await database.admin.query('SELECT rows FROM ledger.disclosure WHERE request_id = $1', [
      csv.headers.get('request-id'),
    ]);
    expect(rows).toEqual([{ rows: 10_102 }]);
  });

  it('hand back no more rows in one file than anybody may be shown at once', async () => {
    const done = await imported(fileOf(ada, row('x', 'No', 'Number', '3 Acacia Road')));
    await database.admin.query(
      `UPDATE contact_creator.register_import SET counts = counts || '{"rejected": 20001}' WHERE id = $1`,
      [done.id],
    );
    expect(await client.get(`/v1/register-imports/${done.id}/rejected-rows.csv`)).toMatchObject({
      status: 429,
      body: { code: 'budget-exceeded' },
    });
  });

  it('store nothing of somebody under 16 but that there was a row', async () => {
    const done = await imported(fileOf(ada, row('9', 'Youngster', 'Hal', '3 Acacia Road', '01/12/2013')));
    expect(done.counts).toMatchObject({ rows: 2, accepted: 1, notStored: 1 });
    const csv = await client.get<string>(`/v1/register-imports/${done.id}/rejected-rows.csv`);
    expect(csv.body).not.toContain('Youngster');
    const { rows } = await database.admin.query<{ name: string }>(
      `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of rows) {
      const found = await database.admin.query(`SELECT FROM ${name} t WHERE t::text ILIKE '%youngster%'`);
      expect([name, found.rowCount]).toEqual([name, 0]);
    }
    const kept = await database.admin.query(
      `SELECT * FROM contact_creator.register_import_row WHERE outcome = 'not-stored'`,
    );
    expect(kept.rows).toMatchObject([
      { line: 3, cells: null, entry: null, repeat_hash: expect.stringMatching(/^\d{13}-/) as string },
    ]);
  });

  it.each([
    ['an empty file', ''],
    ['a zip', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0])],
    ['an unknown layout', 'a,b,c\r\n1,2,3\r\n4,5,6\r\n'],
    ['a header without rows', fileOf()],
  ])('refuse %s with a code and a reason', async (_, file) => {
    const answer = await upload(file);
    expect(answer.status).toBe(201);
    let seen: Import | undefined;
    await until(async () => (seen = await get(answer.body.id)).state === 'failed', 'failed');
    expect(seen?.errorCode).toMatch(/^(not-readable|layout-unknown|no-rows)$/);
    expect(seen?.errorDetail).toBeTruthy();
    expect(await tables()).toBe(0);
  });

  it('are made once however often a request is repeated', async () => {
    const key = randomUUID();
    const first = await upload(fileOf(ada), { key });
    const second = await upload(fileOf(ada), { key });
    expect(second.body.id).toBe(first.body.id);
    expect(await upload(fileOf(bob), { key })).toMatchObject({
      status: 409,
      body: { code: 'idempotency-key-reused' },
    });
    await untilState(first.body.id, 'committed');
  });

  it('of one constituency take turns', async () => {
    const answers = await Promise.all([upload(fileOf(ada, bob)), upload(fileOf(ada, cat))]);
    for (const { body } of answers) await untilState(body.id, 'committed');
    const current = (await electors()).filter(({ is_current }) => is_current);
    expect(current).toHaveLength(2);
    expect((await electors()).filter(({ forename }) => forename === 'Ada')).toHaveLength(1);
  });

  it('of another constituency do not exist for anybody else', async () => {
    const stranger = await createPerson(database, {
      role: 'data-officer',
      constituencyId: wimbledon,
      purposes: ['register-management'],
    });
    const done = await imported(fileOf(ada));
    const asStranger = new ApiClient(server.url, stranger, 'register-management');
    expect((await upload(fileOf(ada), { person: stranger })).status).toBe(404);
    for (const path of ['', '/rows?outcome=review', '/rejected-rows.csv'])
      expect((await asStranger.get(`/v1/register-imports/${done.id}${path}`)).status).toBe(404);
    for (const verb of ['commit', 'cancel', 'undo'])
      expect((await asStranger.post(`/v1/register-imports/${done.id}/${verb}`)).status).toBe(404);
  });

  it('go on after the run that read them died', async () => {
    const { body } = await upload(fileOf(ada, bob), { dryRun: true });
    await untilState(body.id, 'staged');
    // As a replica leaves it that dies halfway: half a staging, a lease that runs out.
    await database.admin.query(
      `UPDATE contact_creator.register_import SET state = 'reading', is_dry_run = false WHERE id = $1`,
      [body.id],
    );
    await database.admin.query(
      `DELETE FROM contact_creator."register_staging_${body.id.replaceAll('-', '')}" WHERE line = 2`,
    );
    await database.admin.query(
      `UPDATE jobs.job SET state = 'running', finished_at = NULL, incarnation = $1, lease_until = now() - interval '1 second'`,
      [randomUUID()],
    );
    expect((await untilState(body.id, 'committed')).counts).toMatchObject({ rows: 2, accepted: 2, end: 2 });
  });
});
