import { createHash, randomUUID } from 'node:crypto';
import { createConnection } from 'node:net';
import { csvLine } from '../../src/http/csv-cell.js';
import { recordsIn } from '../../src/intake/records.js';
import { ApiClient } from '../support/api.js';
import { expectRefusedCursors } from '../support/cursor.js';
import { download, eventually } from '../support/download.js';
import { createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { createFrozenSelection } from '../support/selection.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Made {
  id: string;
  rowCount: number;
  classes: string[];
  fetches: { outcome: string; why: string | null; bytes: number; rows: number }[];
  [other: string]: unknown;
}

const columns = ['electorId', 'electorNumber', 'forename', 'surname', 'address', 'postcode', 'franchise'];
const body = {
  constituencyId: putney,
  source: { kind: 'constituency' },
  columns,
  reason: 'letters of the first week',
};

describe('An export', () => {
  let database: TestDatabase;
  let server: TestServer;
  let officer: Person;
  let client: ApiClient;
  let electors: number;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createRegister(database.admin, putney, 'KA', 60, 50);
    server = await startTestServer(database.environment);
    officer = await newOfficer();
    client = new ApiClient(server.url, officer, 'voter-contact');
    electors = await count(
      `SELECT count(*) AS n FROM contact_creator.elector WHERE entry_kind <> 'anonymous'`,
    );
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const newOfficer = (more: Record<string, unknown> = {}) =>
    createPerson(database, {
      role: 'data-officer',
      constituencyId: putney,
      purposes: ['voter-contact', 'register-management'],
      ...more,
    });
  const count = async (sql: string, values: unknown[] = []): Promise<number> =>
    Number((await database.admin.query<{ n: string }>(sql, values)).rows[0]?.n);
  const make = async (by: ApiClient, more: Record<string, unknown> = {}): Promise<Made> => {
    const answer = await by.post<Made>('/v1/exports', { ...body, ...more });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body;
  };
  const path = (id: string, area = putney) => `/v1/exports/${id}/file.csv?constituencyId=${area}`;
  const fetchFile = async (id: string, by = officer) => {
    const file = await download(`${server.url}${path(id)}`, by.headers);
    const isWhole = await file.ended;
    return { ...file, isWhole, lines: file.text().split('\r\n') };
  };
  const fetches = async (id: string) =>
    (
      await database.admin.query<Record<string, unknown>>(
        'SELECT * FROM contact_creator.export_fetch WHERE export_id = $1 ORDER BY started_at',
        [id],
      )
    ).rows;

  it('of a list is in the order of its walks, under the purpose of the list, while the list lives', async () => {
    const selectionId = await createFrozenSelection(database.admin, putney, officer.accountId);
    const list = await client.post<{ id: string; electors: number }>('/v1/lists', {
      constituencyId: putney,
      name: 'Leaflets',
      selectionId,
      cutBy: 'size',
      maxDoorsPerWalk: 50,
      purpose: 'voter-contact',
    });
    expect(list.status).toBe(201);
    const source = { kind: 'list', id: list.body.id };
    const made = await make(client, { source, columns: ['electorId', 'address'] });
    expect(made).toMatchObject({ rowCount: list.body.electors, source });
    const file = await fetchFile(made.id);
    const { rows } = await database.admin.query<{ ids: string[] }>(
      `SELECT array_agg(e.elector_id::text) AS ids
       FROM contact_creator.walk w
       JOIN contact_creator.walk_door d ON d.walk_id = w.id
       JOIN contact_creator.walk_elector e ON e.walk_id = w.id AND e.door_id = d.door_id
       WHERE w.list_id = $1 GROUP BY w.position, d.position ORDER BY w.position, d.position`,
      [list.body.id],
    );
    const doors = rows.map(({ ids }) => ids.toSorted());
    let at = 1;
    for (const ids of doors) {
      const exported = file.lines.slice(at, (at += ids.length)).map((line) => line.split(',')[0]);
      expect(exported.map((id) => id?.replaceAll('"', '')).toSorted()).toEqual(ids);
    }

    const otherPurpose = new ApiClient(server.url, officer, 'register-management');
    expect(await otherPurpose.post('/v1/exports', { ...body, source })).toMatchObject({
      status: 403,
      body: { code: 'purpose-not-authorised' },
    });
    await database.admin.query('UPDATE contact_creator.list SET expires_at = now() WHERE id = $1', [
      list.body.id,
    ]);
    expect(await client.post('/v1/exports', { ...body, source })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: 'The list has expired.' },
    });
    const missing = { kind: 'list', id: randomUUID() };
    expect(await client.post('/v1/exports', { ...body, source: missing })).toMatchObject({
      status: 400,
      body: { code: 'validation-failed', errors: [{ pointer: '/source/id' }] },
    });
  });

  it('leaves as a whole file that equals the register, under an end marker that can be checked', async () => {
    const made = await make(client);
    expect(made).toMatchObject({
      rowCount: electors,
      classes: ['electoral-status', 'identity'],
      purpose: 'voter-contact',
      requestedBy: officer.accountId,
      fetches: [],
    });
    const file = await fetchFile(made.id);
    expect(file).toMatchObject({ status: 200, isWhole: true });
    expect(file.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'content-disposition': `attachment; filename="export-${made.id.slice(0, 8)}.csv"`,
    });
    const text = file.text();
    const markerAt = text.lastIndexOf('"# end of export"');
    const digest = createHash('sha256').update(text.slice(0, markerAt)).digest('hex');
    expect(text.slice(markerAt)).toBe(`"# end of export","rows=${electors}","sha256=${digest}"\r\n`);

    const { rows } = await database.admin.query<Record<string, string>>(
      `SELECT e.id::text, format('%s-%s', e.number_prefix, trim_scale(e.number)) AS number, e.forename, e.surname,
              array_to_string(d.address_lines, ', ') AS address, d.postcode, e.franchise
       FROM contact_creator.elector e LEFT JOIN contact_creator.door d USING (constituency_id)
       WHERE e.entry_kind <> 'anonymous' AND d.id IS NOT DISTINCT FROM e.door_id
       UNION ALL SELECT e.id::text, format('%s-%s', e.number_prefix, trim_scale(e.number)), e.forename, e.surname, NULL, NULL, ''
       FROM contact_creator.elector e WHERE e.entry_kind = 'other'`,
    );
    const reference = new Map(rows.map((row) => [row['id'], Object.values(row).map((cell) => cell ?? '')]));
    const records = [...recordsIn(text.slice(0, markerAt), ',')].map((record) => {
      if (!('cells' in record)) throw new Error('a line that is no record');
      return record.cells;
    });
    expect(records[0]).toEqual(columns);
    expect(records).toHaveLength(electors + 1);
    for (const record of records.slice(1)) expect(record).toEqual(reference.get(record[0]));
    const numbers = records.slice(1).map((record) => Number(record[1]?.slice(3)));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it('leaves a row of the ledger for every block, and one for the fetch', async () => {
    const made = await make(client);
    const file = await fetchFile(made.id);
    const requestId = file.headers['request-id'];
    const { rows } = await database.admin.query<{ rows: number; subject_ids: string[] }>(
      'SELECT * FROM ledger.disclosure WHERE request_id = $1 ORDER BY at',
      [requestId],
    );
    expect(rows).toMatchObject([
      { rows: 5000, action: 'export.read', purpose: 'voter-contact', role: 'data-officer' },
      { rows: electors - 5000, data_classes: ['electoral-status', 'identity'], constituencies: [putney] },
    ]);
    expect(new Set(rows.flatMap(({ subject_ids: ids }) => ids)).size).toBe(electors);
    const bytes = Buffer.byteLength(file.text());
    const actions = async () =>
      (
        await database.admin.query(
          `SELECT action, outcome, target_id, account_id, detail FROM ledger.action WHERE request_id = $1`,
          [requestId],
        )
      ).rows;
    // How a fetch ended is written after its last byte.
    await eventually(async () => (await actions()).length > 0);
    expect(await actions()).toEqual([
      {
        action: 'export.read',
        outcome: 'done',
        target_id: made.id,
        account_id: officer.accountId,
        detail: { fetch: 'finished', bytes, rows: electors },
      },
    ]);
    const created = await database.admin.query<{ detail: Record<string, unknown> }>(
      `SELECT detail FROM ledger.action WHERE action = 'export.create' AND target_id = $1`,
      [made.id],
    );
    expect(created.rows[0]?.detail).toMatchObject({ source: 'constituency', columns, rowCount: electors });
  });

  it('can be fetched twice, and says of each fetch how it ended', async () => {
    const made = await make(client);
    const first = await fetchFile(made.id);
    const second = await fetchFile(made.id);
    expect(second.text()).toBe(first.text());
    // How a fetch ended is written when its last byte has left.
    await eventually(async () => (await fetches(made.id)).every((fetch) => fetch['ended_at'] !== null));
    const shown = await client.get<Made>(`/v1/exports/${made.id}?constituencyId=${putney}`);
    const fetched = {
      outcome: 'finished',
      why: null,
      rows: electors,
      bytes: Buffer.byteLength(first.text()),
    };
    expect(shown.body.fetches).toMatchObject([fetched, fetched]);
    const page = await client.get<{ items: Made[]; next: string }>(
      `/v1/exports?constituencyId=${putney}&limit=1`,
    );
    expect(page.body.items).toMatchObject([{ id: made.id, rowCount: electors }]);
    const next = await client.get<{ items: Made[] }>(
      `/v1/exports?constituencyId=${putney}&limit=500&after=${page.body.next}`,
    );
    expect(next.body.items.map(({ id }) => id)).not.toContain(made.id);
    expect(next.body.items.length).toBeGreaterThan(0);
  });

  it('is fetched by who asked for it and by nobody else', async () => {
    const made = await make(client);
    const other = new ApiClient(server.url, await newOfficer());
    expect(await other.get(path(made.id))).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await other.get(path(randomUUID()))).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await client.get(path(made.id, wimbledon))).toMatchObject({ status: 404 });
    expect(await fetches(made.id)).toEqual([]);
  });

  it('is gone after its day, and its frozen ids are forgotten', async () => {
    const made = await make(client);
    const lifetime = await count(
      'SELECT extract(epoch FROM expires_at - created_at) AS n FROM contact_creator.export WHERE id = $1',
      [made.id],
    );
    expect(lifetime).toBe(86_400);
    await database.admin.query(
      `UPDATE contact_creator.export SET created_at = created_at - interval '2 days', expires_at = expires_at - interval '2 days'
       WHERE id = $1`,
      [made.id],
    );
    expect(await client.get(path(made.id))).toMatchObject({ status: 410, body: { code: 'export-expired' } });
    const members = () =>
      count(
        'SELECT coalesce(sum(cardinality(elector_ids)), 0) AS n FROM contact_creator.export_block WHERE export_id = $1',
        [made.id],
      );
    expect(await members()).toBe(electors);
    await database.admin.query('SELECT contact_creator.forget_exports()');
    expect(await members()).toBe(0);
  });

  it('asks for a fresh second factor, a purpose and a key', async () => {
    const hasty = await newOfficer();
    await database.admin.query('UPDATE identity.session SET stepped_up_until = NULL WHERE id = $1', [
      hasty.sessionId,
    ]);
    const post = (by: ApiClient, headers: Record<string, string> = {}) =>
      by.post<Made>('/v1/exports', body, headers);
    expect(await post(new ApiClient(server.url, hasty, 'voter-contact'))).toMatchObject({
      status: 403,
      body: { code: 'step-up-required' },
    });
    expect(await post(new ApiClient(server.url, officer))).toMatchObject({
      status: 400,
      body: { code: 'purpose-required' },
    });
    const key = { 'idempotency-key': randomUUID() };
    const [once, again] = [await post(client, key), await post(client, key)];
    expect(once.status).toBe(201);
    expect(again.body.id).toBe(once.body.id);
  });

  it('refuses what is no column or no source, naming it', async () => {
    const refused = async (more: Record<string, unknown>) => {
      const answer = await client.post<{ errors?: { pointer: string }[] }>('/v1/exports', {
        ...body,
        ...more,
      });
      return [answer.status, answer.body.errors?.[0]?.pointer];
    };
    expect(await refused({ columns: ['surname', 'password'] })).toEqual([400, '/columns']);
    expect(await refused({ columns: ['surname', 'surname'] })).toEqual([400, '/columns']);
    expect(await refused({ columns: [] })).toEqual([400, '/columns']);
    expect(await refused({ columns: undefined })).toEqual([400, '/columns']);
    expect(await refused({ source: undefined })).toEqual([400, '/source']);
    expect(await refused({ source: { kind: 'selection' } })).toEqual([400, '/source/id']);
    expect(await refused({ source: { kind: 'selection', id: randomUUID() } })).toEqual([400, '/source/id']);
    expect(await refused({ source: { kind: 'constituency', id: randomUUID() } })).toEqual([
      400,
      '/source/id',
    ]);
    expect(await refused({ constituencyId: wimbledon })).toEqual([404, undefined]);
  });

  it('is listed from the cursors of its own list alone', async () => {
    const keys = ['2026-13-45 00:00:00+00', 0.5, 2 ** 53].map((at) => [at, randomUUID()]);
    await expectRefusedCursors(client, `/v1/exports?constituencyId=${putney}`, keys);
  });

  it('of opinions needs a purpose that covers them', async () => {
    const answer = await client.post(
      '/v1/exports',
      { ...body, columns: ['electorId', 'votingIntention'] },
      { 'data-purpose': 'register-management' },
    );
    expect(answer).toMatchObject({ status: 403, body: { code: 'purpose-not-authorised' } });
    const made = await make(client, { columns: ['electorId', 'votingIntention'] });
    expect(made.classes).toEqual(['identity', 'opinion']);
  });

  it('of a selection holds its frozen answer, and tells an opinion where the selection is by opinion', async () => {
    const { rows } = await database.admin.query<{ id: string }>(
      `SELECT id FROM contact_creator.elector WHERE entry_kind = 'ordinary' ORDER BY number LIMIT 3`,
    );
    const selection = async (isFrozen: boolean, isByOpinion: boolean): Promise<string> => {
      const id = randomUUID();
      await database.admin.query(
        `INSERT INTO contact_creator.selection (constituency_id, id, name, definition, uses_opinions, created_by, frozen_at, frozen_count)
         VALUES ($1, $2, 'A selection', '{}', $3, $4, CASE WHEN $5 THEN now() END, CASE WHEN $5 THEN 3 END)`,
        [putney, id, isByOpinion, officer.accountId, isFrozen],
      );
      if (isFrozen)
        await database.admin.query(
          'INSERT INTO contact_creator.selection_member SELECT $1, $2, unnest($3::bigint[])',
          [putney, id, rows.map(({ id: elector }) => elector)],
        );
      return id;
    };
    const source = async (isFrozen: boolean, isByOpinion = false) => ({
      source: { kind: 'selection', id: await selection(isFrozen, isByOpinion) },
      columns: ['electorId'],
    });
    expect(await client.post('/v1/exports', { ...body, ...(await source(false)) })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    const made = await make(client, await source(true));
    expect(made).toMatchObject({ rowCount: 3, classes: ['identity'] });
    const file = await fetchFile(made.id);
    expect(file.lines.slice(0, 4)).toEqual(['electorId', ...rows.map(({ id }) => id)]);
    expect((await make(client, await source(true, true))).classes).toEqual(['identity', 'opinion']);
  });

  it('leaves out who objects after it was frozen', async () => {
    const made = await make(client, { columns: ['electorId'] });
    const { rows } = await database.admin.query<{ id: string }>(
      `UPDATE contact_creator.elector SET objected_at = now()
       WHERE id = (SELECT id FROM contact_creator.elector WHERE number = 17) RETURNING id`,
    );
    const file = await fetchFile(made.id);
    expect(file.lines).not.toContain(rows[0]?.id);
    expect(file.lines.at(-2)).toContain(`"rows=${electors - 1}"`);
    expect((await make(client)).rowCount).toBe(electors - 1);
    await database.admin.query('UPDATE contact_creator.elector SET objected_at = NULL');
  });

  it('of a list or a selection leaves out who died, moved, left the register, was tried or asked to be left in peace, also since it was frozen', async () => {
    const selectionId = await createFrozenSelection(database.admin, putney, officer.accountId);
    const letters = await createFrozenSelection(database.admin, putney, officer.accountId, { aim: 'any' });
    const list = await client.post<{ id: string }>('/v1/lists', {
      constituencyId: putney,
      name: 'Leaflets',
      selectionId,
      cutBy: 'size',
      maxDoorsPerWalk: 50,
      purpose: 'voter-contact',
    });
    const { rows } = await database.admin.query<{ id: string; door_id: string }>(
      `SELECT e.id, e.door_id FROM contact_creator.walk_elector w
       JOIN contact_creator.elector e ON e.id = w.elector_id
       JOIN contact_creator.walk k ON k.id = w.walk_id WHERE k.list_id = $1 ORDER BY e.id LIMIT 40`,
      [list.body.id],
    );
    const doors = [...new Set(rows.map((row) => row.door_id))];
    const at = (door: number) => rows.find((row) => row.door_id === doors[door])!.id;
    const neighbours = rows.filter((row) => row.door_id === doors[3]).map(({ id }) => id);
    const lately = "now() - interval '29 days'";
    const changes: [string, string, string[]][] = [
      ['elector', `is_current = false WHERE id = ${at(4)}`, [at(4)]],
      ['elector', `last_attempt_at = ${lately}, last_contact_at = ${lately} WHERE id = ${at(5)}`, [at(5)]],
      // Nobody was in: a list goes back to them, a selection does not.
      ['attempt', `last_attempt_at = ${lately} WHERE id = ${at(6)}`, [at(6)]],
      ['elector', `is_deceased = true WHERE id = ${at(0)}`, [at(0)]],
      ['elector', `has_moved = true WHERE id = ${at(1)}`, [at(1)]],
      ['elector', `do_not_return_until = current_date WHERE id = ${at(2)}`, [at(2)]],
      ['door', `do_not_knock_at = now() WHERE id = ${doors[3]}`, neighbours],
    ];
    const columnsAsked = { columns: ['electorId'] };
    for (const source of [
      { kind: 'list', id: list.body.id },
      { kind: 'selection', id: selectionId },
      { kind: 'selection', id: letters },
    ]) {
      const made = await make(client, { source, ...columnsAsked });
      for (const [table, change, gone] of changes) {
        await database.admin.query(
          `UPDATE contact_creator.${table === 'door' ? 'door' : 'elector'} SET ${change}`,
        );
        // Letters still go to a door that is not to be knocked on.
        const stays =
          (table === 'door' && source.id === letters) || (table === 'attempt' && source.kind === 'list');
        const expected = stays ? 0 : gone.length;
        const { lines } = await fetchFile(made.id);
        expect(lines.filter((line) => gone.includes(line))).toHaveLength(gone.length - expected);
        expect(lines.at(-2)).toContain(`"rows=${made.rowCount - expected}"`);
        expect((await make(client, { source, ...columnsAsked })).rowCount).toBe(made.rowCount - expected);
        await database.admin.query(
          `UPDATE contact_creator.elector SET is_deceased = false, has_moved = false, do_not_return_until = NULL,
                  is_current = true, last_attempt_at = NULL, last_contact_at = NULL`,
        );
        await database.admin.query(`UPDATE contact_creator.door SET do_not_knock_at = NULL`);
      }
    }
    // The register has him elsewhere: his walk does not show him there.
    const before = await make(client, { source: { kind: 'list', id: list.body.id }, ...columnsAsked });
    await database.admin.query(
      `UPDATE contact_creator.elector SET door_id = ${doors[8]} WHERE id = ${at(7)}`,
    );
    const after = await make(client, { source: { kind: 'list', id: list.body.id }, ...columnsAsked });
    expect(after.rowCount).toBe(before.rowCount - 1);
    await database.admin.query(
      `UPDATE contact_creator.elector SET door_id = ${doors[7]} WHERE id = ${at(7)}`,
    );
  });

  it('of a constituency leaves out the dead', async () => {
    await database.admin.query('UPDATE contact_creator.elector SET is_deceased = true WHERE number = 18');
    expect((await make(client)).rowCount).toBe(electors - 1);
    await database.admin.query('UPDATE contact_creator.elector SET is_deceased = false');
  });

  it('tells no opinion of anybody under eighteen, whatever is on record', async () => {
    const columnsAsked = ['electorNumber', 'votingIntention'];
    await database.admin.query(
      `INSERT INTO contact_creator.elector_opinion (constituency_id, elector_id, vi_category)
       SELECT constituency_id, id, 'undecided' FROM contact_creator.elector WHERE number IN (21, 22)`,
    );
    await database.admin.query(
      'UPDATE contact_creator.elector SET attains_on = current_date + 1 WHERE number = 21',
    );
    const { lines } = await fetchFile((await make(client, { columns: columnsAsked })).id);
    expect(lines.filter((line) => line.endsWith(',undecided'))).toEqual(['"KA-22",undecided']);
    await database.admin.query('DELETE FROM contact_creator.elector_opinion');
    await database.admin.query('UPDATE contact_creator.elector SET attains_on = NULL WHERE number = 21');
  });

  it('whose replica died is ended with its export, on record like any other', async () => {
    const made = await make(client, { columns: ['electorId'] });
    await fetchFile(made.id);
    await eventually(async () => (await fetches(made.id))[0]?.['ended_at'] !== null);
    const { request_id: requestId } = (await fetches(made.id))[0]!;
    await database.admin.query(
      `UPDATE contact_creator.export_fetch SET ended_at = NULL, outcome = NULL, bytes = NULL, rows = NULL WHERE export_id = $1`,
      [made.id],
    );
    const forget = () => database.admin.query('SELECT contact_creator.forget_exports()');
    await forget();
    expect(await fetches(made.id)).toMatchObject([{ ended_at: null, outcome: null }]);
    await database.admin.query(
      `UPDATE contact_creator.export SET created_at = created_at - interval '2 days', expires_at = expires_at - interval '2 days'
       WHERE id = $1`,
      [made.id],
    );
    await forget();
    expect(await fetches(made.id)).toMatchObject([
      { ended_at: expect.any(Date) as Date, outcome: 'cut', why: 'replica-lost', bytes: null, rows: null },
    ]);
    const { rows } = await database.admin.query(
      `SELECT account_id FROM ledger.action WHERE request_id = $1 AND detail ->> 'why' = 'replica-lost'`,
      [requestId],
    );
    expect(rows).toEqual([{ account_id: officer.accountId }]);
  });

  it('makes text of what a spreadsheet would run, and keeps quotes, commas and lines in their cells', async () => {
    const awkward = ['=1+1', '+44', '-1', '@SUM(A1)', '\tx', '\rx', 'a "b", c\r\nd', 'é — 李', "O'Neil"];
    const { rows } = await database.admin.query<{ id: string }>(
      'SELECT id FROM contact_creator.elector WHERE number BETWEEN 1 AND $1 ORDER BY number',
      [awkward.length],
    );
    for (const [index, { id }] of rows.entries())
      await database.admin.query('UPDATE contact_creator.elector SET surname = $2 WHERE id = $1', [
        id,
        awkward[index],
      ]);
    const text = (await fetchFile((await make(client, { columns: ['surname'] })).id)).text();
    const expected = awkward.map((cell) => csvLine([cell]).replace(/^([^"].*)\r\n$/su, '"$1"\r\n'));
    expect(text.slice('surname\r\n'.length)).toMatch(
      new RegExp(`^${expected.map((line) => line.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('')}`),
    );
  });

  it('counts against a cap of its own, and not against the limits of pages', async () => {
    await database.admin.query(
      `UPDATE access.role_limit SET export_day = $1, five_minutes = 10, hour = 10, day = 10 WHERE role = 'data-officer'`,
      [electors + 10],
    );
    try {
      const person = await newOfficer();
      const spender = new ApiClient(server.url, person, 'voter-contact');
      const made = await make(spender);
      expect(await fetchFile(made.id, person)).toMatchObject({ status: 200, isWhole: true });
      const before = await spender.get(path(made.id));
      expect(before).toMatchObject({ status: 429, body: { code: 'budget-exceeded' } });
      expect(before.headers.get('retry-after')).toBe('86400');
      expect(await spender.post('/v1/exports', body)).toMatchObject({ status: 429 });
      const refusals = await count(
        `SELECT count(*) AS n FROM ledger.action WHERE account_id = $1 AND code = 'budget-exceeded'`,
        [person.accountId],
      );
      expect(refusals).toBe(2);
      const page = `/v1/electors?constituencyId=${putney}&limit=10`;
      expect((await spender.get(page)).status).toBe(200);
      expect((await spender.get(page)).status).toBe(429);
    } finally {
      await database.admin.query(
        `UPDATE access.role_limit SET export_day = 10000000, five_minutes = 20000, hour = 60000, day = 200000 WHERE role = 'data-officer'`,
      );
    }
  });

  it('that meets the cap midway, since another fetch spent it, is cut', async () => {
    const person = await newOfficer();
    const made = await make(new ApiClient(server.url, person, 'voter-contact'));
    // What the foresight does not see: as if a second fetch ran beside this one.
    await database.admin.query(
      `CREATE OR REPLACE FUNCTION custody.foresee_export(p_rows integer) RETURNS void LANGUAGE sql STABLE SECURITY DEFINER
       SET search_path = pg_catalog, pg_temp AS $$ SELECT $$`,
    );
    await database.admin.query(`UPDATE access.role_limit SET export_day = 5500 WHERE role = 'data-officer'`);
    try {
      const file = await fetchFile(made.id, person);
      expect(file).toMatchObject({ status: 200, isWhole: false });
      expect(file.text()).not.toContain('# end of export');
      await eventually(async () => (await fetches(made.id))[0]?.['ended_at'] !== null);
      expect(await fetches(made.id)).toMatchObject([{ outcome: 'cut', why: 'budget-exceeded' }]);
    } finally {
      await database.admin.query(
        `UPDATE access.role_limit SET export_day = 10000000 WHERE role = 'data-officer'`,
      );
    }
  });

  it('does not leave over HTTP/1.0, and a HEAD fetches nothing', async () => {
    const made = await make(client);
    const socket = createConnection(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(`GET ${path(made.id)} HTTP/1.0\r\nAuthorization: Bearer ${officer.token}\r\n\r\n`);
    let text = '';
    for await (const piece of socket) text += String(piece);
    expect(text).toMatch(/^HTTP\/1\.[01] 505 /);
    expect(text).toContain('"code":"http-version-not-supported"');

    const head = await fetch(`${server.url}${path(made.id)}`, { method: 'HEAD', headers: officer.headers });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    const other = await newOfficer();
    expect(
      (await fetch(`${server.url}${path(made.id)}`, { method: 'HEAD', headers: other.headers })).status,
    ).toBe(404);
    expect(await fetches(made.id)).toEqual([]);
  });
});
