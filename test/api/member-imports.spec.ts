import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Database } from '../../src/database/database.js';
import { ApiClient, type Answer } from '../support/api.js';
import { expectOwnCursors } from '../support/cursor.js';
import { until } from '../support/embedded-postgres-processes.js';
import { emptyTables } from '../support/empty-tables.js';
import { createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { flip } from '../support/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Import {
  id: string;
  state: string;
  counts: Record<string, number>;
  errorCode: string | null;
  errorDetail: string | null;
  droppedColumns: string[];
}

const header =
  'Membership Number,First Name,Last Name,Status,Branch,Email,Mobile,Address 1,Town,Postcode,Joined,Fee';
const row = (number: string, forename: string, surname: string, rest: Partial<Record<string, string>> = {}) =>
  [
    number,
    forename,
    surname,
    rest['status'] ?? 'Current',
    rest['branch'] ?? '',
    rest['email'] ?? '',
    rest['mobile'] ?? '',
    rest['address'] ?? '',
    rest['town'] ?? '',
    rest['postcode'] ?? '',
    rest['joined'] ?? '',
    '5.00',
  ].join(',');
const fileOf = (...rows: string[]) => `${[header, ...rows].join('\r\n')}\r\n`;
const ada = row('M1', 'Ada', 'Example', {
  email: 'ada@example.org',
  mobile: '07700 900123',
  joined: '01/02/2020',
});
const bob = row('M2', 'Bob', 'Example', { address: '1 Acacia Road', town: 'London', postcode: 'sw151aa' });
const cat = row('M3', 'Cat', 'Sample', { status: 'Lapsed' });

describe('Member imports', () => {
  let database: TestDatabase;
  let server: TestServer;
  let secretary: Person;
  let client: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
    secretary = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['membership-administration'],
    });
    client = new ApiClient(server.url, secretary, 'membership-administration');
  });

  beforeEach(async () => {
    await emptyTables(database.admin, [
      'organise.role_holder',
      'organise.member_status_change',
      'organise.member_contact_detail',
      'organise.member',
      'organise.branch',
      'organise.member_import_row',
      'organise.member_upload',
      'organise.member_import',
    ]);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const upload = async (
    file: string | Uint8Array,
    options: {
      dryRun?: boolean;
      complete?: boolean;
      key?: string;
      person?: Person;
      mapping?: string;
      type?: string;
      publishedOn?: string;
    } = {},
  ): Promise<Answer<Import>> => {
    const query = new URLSearchParams({
      constituencyId: putney,
      dryRun: String(options.dryRun ?? false),
      complete: String(options.complete ?? false),
      ...(options.mapping === undefined ? {} : { mapping: options.mapping }),
      ...(options.publishedOn === undefined ? {} : { publishedOn: options.publishedOn }),
    });
    const answer = await fetch(`${server.url}/v1/member-imports?${query.toString()}`, {
      method: 'POST',
      headers: {
        ...(options.person ?? secretary).headers,
        'content-type': options.type ?? 'application/octet-stream',
        'idempotency-key': options.key ?? randomUUID(),
      },
      body: Buffer.from(file),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Import };
  };
  const get = async (id: string) => (await client.get<Import>(`/v1/member-imports/${id}`)).body;
  const ended = async (id: string): Promise<Import> => {
    let seen: Import | undefined;
    await until(async () => {
      seen = await get(id);
      return ['committed', 'failed', 'cancelled'].includes(seen.state);
    }, 'the end of an import');
    return seen as Import;
  };
  const untilState = async (id: string, state: string): Promise<Import> => {
    await until(async () => (await get(id)).state === state, state);
    return get(id);
  };
  const imported = async (file: string | Uint8Array, options: Parameters<typeof upload>[1] = {}) => {
    const answer = await upload(file, options);
    expect(answer).toMatchObject({ status: 201 });
    return untilState(answer.body.id, options.dryRun ? 'staged' : 'committed');
  };
  const members = async () =>
    (
      await database.admin.query<Record<string, unknown>>(
        `SELECT m.*, joined_on::text AS joined_on, d.email, d.mobile, d.landline, d.address_lines, d.postcode, b.name AS branch
         FROM organise.member m LEFT JOIN organise.member_contact_detail d ON d.constituency_id = m.constituency_id AND d.member_id = m.id
         LEFT JOIN organise.branch b ON b.constituency_id = m.constituency_id AND b.id = m.branch_id ORDER BY membership_number`,
      )
    ).rows;
  const history = async () =>
    (
      await database.admin.query<Record<string, unknown>>(
        `SELECT m.membership_number, c.from_status, c.to_status, c.import_id, c.changed_by
         FROM organise.member_status_change c JOIN organise.member m ON m.constituency_id = c.constituency_id AND m.id = c.member_id
         ORDER BY c.changed_at, m.membership_number`,
      )
    ).rows;
  const leftovers = async () =>
    (
      await database.admin.query<{ n: number }>(
        `SELECT (SELECT count(*) FROM organise.member_upload)::integer
              + (SELECT count(*) FROM pg_tables WHERE tablename ~ 'member_staging_[0-9a-f]')::integer AS n`,
      )
    ).rows[0]?.n;
  const rows = async (id: string, outcome: string) =>
    (
      await client.get<{ items: Record<string, unknown>[] }>(
        `/v1/member-imports/${id}/rows?outcome=${outcome}`,
      )
    ).body.items;

  it('that nobody came back for are destroyed after 30 days, file and rows, and no sooner', async () => {
    const outcomeOf = async (id: string) =>
      (
        await database.admin.query<Record<string, unknown>>(
          `SELECT i.state, i.error_code AS code, i.file_hash IS NOT NULL AS "isKnown",
                  (SELECT count(*)::integer FROM organise.member_upload u WHERE u.import_id = i.id) AS chunks,
                  to_regclass('organise.member_staging_' || replace(i.id::text, '-', '')) IS NOT NULL AS "isStaged"
           FROM organise.member_import i WHERE i.id = $1`,
          [id],
        )
      ).rows[0];
    const { id } = await imported(fileOf(ada), { dryRun: true });
    const another = async () => {
      const restarted = await startTestServer(database.environment);
      // Its shutdown waits for the sweep of its start.
      await restarted.stop();
    };
    const age = (days: string) =>
      database.admin.query(
        'UPDATE organise.member_import SET requested_at = now() - $2::interval WHERE id = $1',
        [id, days],
      );
    await age('29 days 23 hours');
    await another();
    expect(await outcomeOf(id)).toMatchObject({ state: 'staged', chunks: 1, isStaged: true });
    await age('30 days 1 minute');
    await another();
    expect(await outcomeOf(id)).toEqual({
      state: 'cancelled',
      code: 'expired',
      isKnown: true,
      chunks: 0,
      isStaged: false,
    });
  });

  it('take a list, account for every row and leave no file behind', async () => {
    const done = await imported(fileOf(ada, bob, cat, row('M4', 'Dan', 'Other', { status: 'Pending' }), ada));
    expect(done).toMatchObject({
      droppedColumns: ['Fee'],
      counts: { rows: 5, accepted: 3, rejected: 2, new: 3, changed: 0, unchanged: 0, warnings: 0, absent: 0 },
    });
    expect(await members()).toMatchObject([
      {
        membership_number: 'M1',
        forename: 'Ada',
        status: 'current',
        kind: 'member',
        name_folded: 'example ada',
        joined_on: '2020-02-01',
        email: 'ada@example.org',
        mobile: '07700900123',
        has_email: true,
        has_mobile: true,
        first_import_id: done.id,
      },
      {
        membership_number: 'M2',
        has_email: false,
        address_lines: ['1 Acacia Road', 'London'],
        postcode: 'SW15 1AA',
      },
      { membership_number: 'M3', status: 'lapsed' },
    ]);
    expect(await history()).toMatchObject(
      ['current', 'current', 'lapsed'].map((status) => ({
        from_status: null,
        to_status: status,
        import_id: done.id,
        changed_by: secretary.accountId,
      })),
    );
    expect(await rows(done.id, 'rejected')).toMatchObject([
      { line: 5, field: 'status', reason: 'status-unknown' },
      { line: 6, field: 'membershipNumber', reason: 'duplicate-row' },
    ]);
    expect(await leftovers()).toBe(0);
  });

  it('know a member by the number, and tell new, changed and unchanged apart', async () => {
    await imported(fileOf(ada, bob, cat));
    const before = await members();
    const done = await imported(
      fileOf(
        ada,
        row('M2', 'Robert', 'Example'),
        row('M3', 'Cat', 'Sample', { status: 'Active' }),
        row('M5', 'Eve', 'New'),
      ),
    );
    expect(done.counts).toMatchObject({ accepted: 4, new: 1, changed: 2, unchanged: 1, statusChanges: 1 });
    const after = await members();
    expect(after.slice(0, 3).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(after.map(({ version }) => version)).toEqual([1, 2, 2, 1]);
    // What an empty cell does not say stays.
    expect(after[1]).toMatchObject({
      forename: 'Robert',
      postcode: 'SW15 1AA',
      address_lines: ['1 Acacia Road', 'London'],
    });
    expect((await history()).slice(3)).toMatchObject([
      { membership_number: 'M3', from_status: 'lapsed', to_status: 'current', import_id: done.id },
      { membership_number: 'M5', from_status: null, to_status: 'current' },
    ]);
    expect((await imported(fileOf(ada))).counts).toMatchObject({ unchanged: 1, changed: 0 });
  });

  it('end a membership as a change by hand does, and begin it again', async () => {
    const left = 'Membership No,First Name,Surname,Status,Left';
    const list = (status: string, day = '') =>
      imported([left, `M1,Ada,Example,${status},${day}`, ''].join('\n'));
    const standing = async () => {
      const { rows: found } = await database.admin.query<Record<string, unknown>>(
        `SELECT m.status, CASE WHEN m.left_on = current_date THEN 'today' ELSE m.left_on::text END AS left_on,
                CASE WHEN r.until_on = current_date THEN 'today' WHEN r.until_on > current_date THEN 'later' ELSE r.until_on::text END AS until_on,
                r.ended_reason
         FROM organise.member m LEFT JOIN organise.role_holder r ON r.constituency_id = m.constituency_id AND r.member_id = m.id`,
      );
      expect(found).toHaveLength(1);
      return Object.values(found[0]!);
    };
    const earlier = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
    // A day on which the fee runs out is none on which anybody left.
    await list('Current', '01/02/2020');
    await database.admin.query(
      `INSERT INTO organise.role_holder (constituency_id, id, member_id, office, from_on, until_on)
       SELECT constituency_id, gen_random_uuid(), id, 'Chair', current_date - 90, current_date + 90 FROM organise.member`,
    );
    expect(await standing()).toEqual(['current', null, 'later', null]);
    expect((await list('Resigned', '01/01/2090')).counts).toMatchObject({ changed: 1, statusChanges: 1 });
    expect(await standing()).toEqual(['resigned', 'today', 'today', 'the membership ended']);
    expect((await list('Resigned')).counts).toMatchObject({ changed: 0, unchanged: 1 });
    expect((await list('Expelled', earlier)).counts).toMatchObject({ changed: 1 });
    expect(await standing()).toEqual(['expelled', earlier, earlier, 'the membership ended']);
    await list('Current');
    expect(await standing()).toEqual(['current', null, earlier, 'the membership ended']);
  });

  it('enter who has left with the day of it', async () => {
    await imported(fileOf(cat));
    const { rows: found } = await database.admin.query(
      'SELECT FROM organise.member WHERE left_on = current_date',
    );
    expect(found).toHaveLength(1);
  });

  it('change ways to reach a member, and count that as a change', async () => {
    await imported(fileOf(ada));
    const done = await imported(fileOf(row('M1', 'Ada', 'Example', { email: 'new@example.org' })));
    expect(done.counts).toMatchObject({ changed: 1 });
    expect(await members()).toMatchObject([{ email: 'new@example.org', mobile: '07700900123', version: 2 }]);
  });

  it('take a member without an address that is none, with a warning', async () => {
    await database.admin.query(
      `INSERT INTO organise.branch (constituency_id, id, name) VALUES ($1, gen_random_uuid(), 'Putney Heath')`,
      [putney],
    );
    const done = await imported(
      fileOf(
        row('M1', 'Ada', 'Example', { email: 'ada.example.org', mobile: '7.7E+09', branch: 'PUTNEY heath' }),
        row('M2', 'Bob', 'Example', { joined: 'soon', branch: 'Nowhere', postcode: '75001' }),
      ),
    );
    expect(done.counts).toMatchObject({ accepted: 2, rejected: 0, new: 2, warnings: 5 });
    expect(await members()).toMatchObject([
      { email: null, has_email: false, has_mobile: false, branch: 'Putney Heath' },
      { joined_on: null, branch: null, postcode: null, address_lines: ['75001'] },
    ]);
    expect((await rows(done.id, 'warning')).map(({ line, field, reason }) => [line, field, reason])).toEqual([
      [2, 'email', 'not-an-email-address'],
      [2, 'mobile', 'not-a-telephone-number'],
      [3, 'joinedOn', 'not-a-date'],
      [3, 'postcode', 'not-a-postcode'],
      [3, 'branch', 'branch-unknown'],
    ]);
  });

  it('take neither of two rows that say different things under one number', async () => {
    const done = await imported(fileOf(ada, row('M7', 'One', 'Person'), row('M7', 'Two', 'Person')));
    expect(done.counts).toMatchObject({ rows: 3, accepted: 1, rejected: 2 });
    expect(await rows(done.id, 'rejected')).toMatchObject([
      { line: 3, reason: 'number-shared' },
      { line: 4, reason: 'number-shared' },
    ]);
  });

  it('reject a row of which it is not sure who it is or how he stands, by line and field', async () => {
    const done = await imported(
      fileOf(
        row('', 'Ada', 'Example'),
        row('M1', '', ''),
        row('M1', 'Ada', 'Example', { status: ' ' }),
        row('M1', 'a'.repeat(101), 'Example'),
        `${ada},x`,
        bob,
      ),
    );
    expect(done.counts).toMatchObject({ rows: 6, accepted: 1, rejected: 5 });
    expect((await rows(done.id, 'rejected')).map(({ line, field, reason }) => [line, field, reason])).toEqual(
      [
        [2, 'membershipNumber', 'number-missing'],
        [3, 'surname', 'name-missing'],
        [4, 'status', 'status-missing'],
        [5, 'forename', 'too-long'],
        [6, null, 'too-many-cells'],
      ],
    );
  });

  it('reject a row that ends before its last heading, whatever is cut off, and change nobody by it', async () => {
    await imported(fileOf(ada, bob));
    const [before] = await members();
    const heading = 'Membership No,First Name,Surname,Email';
    const whole = 'M2,Bob,Example,bob@example.org';
    for (const cut of ['M1,Ada,Exam', 'M1,Ada', 'M1']) {
      const done = await imported(`${heading}\n${whole}\n${cut}`);
      expect(done.counts).toMatchObject({ rows: 2, accepted: 1, rejected: 1 });
      expect(await rows(done.id, 'rejected')).toMatchObject([
        { line: 3, field: null, reason: 'too-few-cells' },
      ]);
    }
    expect((await members())[0]).toEqual(before);
    const unnamed = await imported(`${heading},,\n${whole}\nM1,Ada,Exam,`);
    expect(unnamed.counts).toMatchObject({ rows: 2, accepted: 2 });
  });

  it('leave the names that a row does not say, and reject one that may be about somebody else', async () => {
    await imported(fileOf(ada, bob, cat));
    const names = async () =>
      (await members()).map((one) => [one['forename'], one['surname'], one['name_folded']]);
    const before = await names();
    const done = await imported('Member No,First Name,Surname\nM1,,Example\nM2,,Sample\nM3,Cat,\nM4,,Mono\n');
    expect(done.counts).toMatchObject({ rows: 4, accepted: 2, unchanged: 1, new: 1, rejected: 2 });
    expect((await rows(done.id, 'rejected')).map(({ line, field, reason }) => [line, field, reason])).toEqual(
      [
        [3, 'forename', 'name-missing'],
        [4, 'surname', 'name-missing'],
      ],
    );
    expect(await names()).toEqual([...before, ['', 'Mono', 'mono']]);
    const lists = await imported('Member No,Surname,Email\nM1,Example,new@example.org\n');
    expect(lists.counts).toMatchObject({ accepted: 1, changed: 1 });
    expect(await names()).toEqual([...before, ['', 'Mono', 'mono']]);
    expect((await members())[0]).toMatchObject({ email: 'new@example.org' });
  });

  it('report who is absent from a complete list, and leave them members', async () => {
    await imported(fileOf(ada, bob, cat, row('M8', 'Fay', 'Gone', { status: 'Resigned' })));
    const [first] = await members();
    expect((await imported(fileOf(bob))).counts).toMatchObject({ absent: 0 });
    // Whose row is rejected is not absent.
    const list = fileOf(bob, row('M3', 'Cat', 'Sample', { status: 'Pending' }));
    const done = await imported(list, { complete: true });
    expect(done.counts).toMatchObject({ accepted: 1, rejected: 1, absent: 1 });
    expect(await rows(done.id, 'absent')).toMatchObject([{ line: 0, memberId: first?.['id'], cells: null }]);
    expect((await members()).map(({ status }) => status)).toEqual([
      'current',
      'current',
      'lapsed',
      'resigned',
    ]);
  });

  it('hand the rejected rows back to be mended, and call nobody absent from them', async () => {
    const done = await imported(fileOf(ada, row('M9', 'Gus', 'Mended', { status: 'Pending' })), {
      complete: true,
    });
    const csv = await client.get<string>(`/v1/member-imports/${done.id}/rejected-rows.csv`);
    expect(csv.status).toBe(200);
    const again = await imported(csv.body.replace('Pending', 'Current'), { complete: true });
    expect(again.counts).toMatchObject({ rows: 1, new: 1, absent: 0 });
    expect(await members()).toHaveLength(2);
  });

  it('page by their own cursors alone, and by those without gaps or repeats', async () => {
    const done = await imported(fileOf(ada));
    const other = await imported(fileOf(ada, row('M9', 'Gus', 'Paged', {})));
    await expectOwnCursors(client, 'member-imports', 'outcome=rejected', [other.id, done.id]);
  });

  it('shown to somebody stand in the record with their area, how many they were, and the import', async () => {
    const done = await imported(fileOf(ada, row('M9', 'Gus', 'Mended', { status: 'Pending' })));
    const everywhere = await createPerson(database, {
      role: 'membership-secretary',
      purposes: ['membership-administration'],
    });
    const reader = new ApiClient(server.url, everywhere, 'membership-administration');
    const protector = await createPerson(database, { role: 'data-protection-officer' });
    for (const path of ['rejected-rows.csv', 'rows?outcome=rejected'])
      expect((await reader.get(`/v1/member-imports/${done.id}/${path}`)).status).toBe(200);
    const shown = {
      constituencyIds: [putney],
      rows: 1,
      subjectCount: 1,
      subjectIds: [],
      targetKind: 'member-import',
      targetId: done.id,
    };
    expect(
      await new ApiClient(server.url, protector).get(`/v1/disclosures?accountId=${everywhere.accountId}`),
    ).toMatchObject({ status: 200, body: { items: [shown, shown] } });
  });

  it('stop after a dry run, change nothing, and count anew when told to go on', async () => {
    const dry = await imported(fileOf(ada, bob), { dryRun: true });
    expect(dry.counts).toMatchObject({ rows: 2, accepted: 2, new: 2 });
    expect([await members(), await history()]).toEqual([[], []]);
    await imported(fileOf(ada));
    expect(await client.post(`/v1/member-imports/${dry.id}/commit`)).toMatchObject({ status: 202 });
    expect((await untilState(dry.id, 'committed')).counts).toMatchObject({ new: 1, unchanged: 1 });
    expect((await client.post(`/v1/member-imports/${dry.id}/commit`)).status).toBe(409);
    expect((await client.post(`/v1/member-imports/${dry.id}/cancel`)).status).toBe(409);
  });

  it('can be cancelled before they take effect, and leave nothing', async () => {
    const { id } = await imported(fileOf(ada), { dryRun: true });
    expect(await client.post(`/v1/member-imports/${id}/cancel`)).toMatchObject({
      status: 202,
      body: { state: 'cancelled' },
    });
    expect(await leftovers()).toBe(0);
  });

  it('read strange headings by a mapping', async () => {
    const file = 'Ref;Family;Given\nM1;Example;Ada\nM2;Sample;Bob\n';
    const mapping = JSON.stringify({ membershipNumber: 'ref', surname: 'Family', forename: 'Given' });
    await imported(file, { mapping });
    expect(await members()).toMatchObject([{ surname: 'Example', forename: 'Ada', status: 'current' }, {}]);
  });

  it('refuse a mapping that maps nothing before anything is kept', async () => {
    const wrong = [
      'nonsense',
      'null',
      '[]',
      '{"shoeSize":"x"}',
      '{"surname":7}',
      '{"surname":"\\u0000"}',
      '{"surname":"A","forename":"a"}',
    ];
    for (const mapping of wrong)
      expect([mapping, await upload(fileOf(ada), { mapping })]).toMatchObject([
        mapping,
        { status: 400, body: { code: 'validation-failed', errors: [{ in: 'query', pointer: '/mapping' }] } },
      ]);
    expect((await database.admin.query('SELECT FROM organise.member_import')).rowCount).toBe(0);
  });

  it.each([
    ['a day that is none', { publishedOn: '2026-02-30' }, 400],
    ['a form', { type: 'application/x-www-form-urlencoded' }, 415],
  ])('refuse %s', async (_, options, status) => {
    expect((await upload(fileOf(ada), options)).status).toBe(status);
  });

  it.each([
    ['an empty file', '', 'not-readable'],
    ['a zip', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0]), 'not-readable'],
    ['an unknown layout', 'a,b,c\r\n1,2,3\r\n4,5,6\r\n', 'layout-unknown'],
    ['a header without rows', `${header}\r\n,,,\r\n`, 'no-rows'],
  ])('refuse %s with a code and a reason', async (_, file, code) => {
    const seen = await ended((await upload(file)).body.id);
    expect(seen).toMatchObject({ state: 'failed', errorCode: code });
    expect(seen.errorDetail).toBeTruthy();
    expect(await leftovers()).toBe(0);
  });

  it('end every file of whatever bytes, and leave none half written', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((tail) => Buffer.concat([Buffer.from(`${header}\n`), tail])),
      fc.uint8Array({ maxLength: 300 }).map((one) => Buffer.from(one)),
      fc
        .array(fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { minLength: 10, maxLength: 13 }), {
          maxLength: 6,
        })
        .map((lines) => Buffer.from([header, ...lines.map((cells) => cells.join(','))].join('\n'))),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (file) => {
        const before = (await members()).length;
        const answer = await upload(file);
        expect(answer.status).toBe(201);
        const { state, counts } = await ended(answer.body.id);
        expect(['committed', 'failed']).toContain(state);
        const added = state === 'committed' ? (counts['new'] as number) : 0;
        expect((await members()).length).toBe(before + added);
        if (state === 'committed')
          expect(counts['rows']).toBe((counts['accepted'] as number) + (counts['rejected'] as number));
        expect(await leftovers()).toBe(0);
      }),
      { numRuns: 8 },
    );
  });

  it('are made once however often a request is repeated', async () => {
    const key = randomUUID();
    const first = await upload(fileOf(ada), { key });
    expect((await upload(fileOf(ada), { key })).body.id).toBe(first.body.id);
    expect(await upload(fileOf(bob), { key })).toMatchObject({
      status: 409,
      body: { code: 'idempotency-key-reused' },
    });
    await untilState(first.body.id, 'committed');
  });

  it('of one constituency take turns', async () => {
    const answers = await Promise.all([upload(fileOf(ada, bob)), upload(fileOf(ada, cat))]);
    for (const { body } of answers) await untilState(body.id, 'committed');
    expect(await members()).toHaveLength(3);
  });

  it('of another constituency do not exist for anybody else', async () => {
    const stranger = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: wimbledon,
      purposes: ['membership-administration'],
    });
    const done = await imported(fileOf(ada));
    const asStranger = new ApiClient(server.url, stranger, 'membership-administration');
    expect((await upload(fileOf(ada), { person: stranger })).status).toBe(404);
    for (const path of ['', '/rows?outcome=rejected', '/rejected-rows.csv'])
      expect((await asStranger.get(`/v1/member-imports/${done.id}${path}`)).status).toBe(404);
    for (const verb of ['commit', 'cancel'])
      expect((await asStranger.post(`/v1/member-imports/${done.id}/${verb}`)).status).toBe(404);
    expect(
      (await client.get<{ items: unknown[] }>(`/v1/member-imports?constituencyId=${putney}`)).body.items,
    ).toMatchObject([{ id: done.id }]);
  });

  it('wait while the tool is suspended, and go on after the lift', async () => {
    const many = Array.from({ length: 12_000 }, (_, n) =>
      row(`M${n}`, 'Ann', `Name${n}`, { email: `a${n}@example.org` }),
    );
    const { body } = await upload(fileOf(...many));
    await flip(database.admin, ['tool:organise'], true);
    const job = async () =>
      (
        await database.admin.query<{ state: string }>(
          'SELECT j.state FROM jobs.job j JOIN organise.member_import i ON i.job_id = j.id WHERE i.id = $1',
          [body.id],
        )
      ).rows[0]?.state;
    await until(async () => (await job()) === 'queued', 'back in the queue');
    expect(await members()).toEqual([]);
    await flip(database.admin, ['tool:organise'], false);
    await until(async () => (await job()) === 'done', 'done', 25_000);
    expect((await get(body.id)).counts).toMatchObject({ rows: 12_000, accepted: 12_000, new: 12_000 });
  });

  /** Holds up whoever writes the history of a standing: a commit in the midst of its rows. */
  const whileCommitIsHeld = async (work: () => Promise<void>) => {
    await database.admin.query('BEGIN; LOCK TABLE organise.member_status_change IN EXCLUSIVE MODE');
    try {
      await work();
    } finally {
      await database.admin.query('COMMIT');
    }
  };
  /** One at that lock, the next behind the lock by which imports of one constituency take turns. */
  const waitingCommits = async () =>
    (
      await database.admin.query(
        `SELECT FROM pg_locks WHERE NOT granted
           AND (relation = 'organise.member_status_change'::regclass OR (locktype = 'advisory' AND classid = 1835365730))`,
      )
    ).rowCount;

  it('are whole or not there at all when the tool is suspended in the midst of the commit', async () => {
    const list = fileOf(...Array.from({ length: 500 }, (_, n) => row(`M${n}`, 'Ann', `Name${n}`)));
    const { id } = await imported(list, { dryRun: true });
    const general = new ApiClient(server.url, await createPerson(database, { role: 'general-secretary' }));
    const partner = new ApiClient(server.url, await createPerson(database, { role: 'general-secretary' }));
    let suspension = { id: '', scopeEpoch: 0 };
    await whileCommitIsHeld(async () => {
      await client.post(`/v1/member-imports/${id}/commit`);
      await until(async () => (await waitingCommits()) === 1, 'the commit at the lock');
      const order = { target: { kind: 'tool', id: 'organise' }, reason: 'A test' };
      const answer = await general.post<{ id: string; scopeEpoch: number }>('/v1/suspensions', order);
      expect(answer.status).toBe(201);
      suspension = answer.body;
      expect((await client.get(`/v1/member-imports/${id}`)).status).toBe(503);
    });
    await until(async () => (await waitingCommits()) === 0, 'the end of the commit');
    expect([0, 500]).toContain((await members()).length);
    for (const person of [general, partner]) {
      const word = { reason: 'Over', expectedEpoch: suspension.scopeEpoch };
      expect((await person.post(`/v1/suspensions/${suspension.id}/lift`, word)).status).toBe(200);
    }
    expect((await untilState(id, 'committed')).counts).toMatchObject({ rows: 500, new: 500 });
    expect([await members(), await history()].map(({ length }) => length)).toEqual([500, 500]);
  });

  it('are made once when the commit outlasts the lease and another run begins', async () => {
    const { id } = await imported(fileOf(ada, bob), { dryRun: true });
    await whileCommitIsHeld(async () => {
      await client.post(`/v1/member-imports/${id}/commit`);
      await until(async () => (await waitingCommits()) === 1, 'the commit at the lock');
      await server.app
        .get(Database)
        .write((tx) =>
          tx.run(`UPDATE jobs.job SET lease_until = now() - interval '1 second' WHERE state = 'running'`),
        );
      await until(async () => (await waitingCommits()) === 2, 'the second run behind it');
    });
    expect((await untilState(id, 'committed')).counts).toMatchObject({ rows: 2, new: 2 });
    expect([await members(), await history()].map(({ length }) => length)).toEqual([2, 2]);
    expect((await members()).map(({ version }) => version)).toEqual([1, 1]);
  });

  it('go on after the run that read them died', async () => {
    const { id } = await imported(fileOf(ada, bob), { dryRun: true });
    // As a replica leaves it that dies halfway: half a staging, a lease that runs out.
    await database.admin.query(
      `UPDATE organise.member_import SET state = 'committing', is_dry_run = false WHERE id = $1`,
      [id],
    );
    await database.admin.query(
      `DELETE FROM organise."member_staging_${id.replaceAll('-', '')}" WHERE line = 2`,
    );
    await database.admin.query(
      `UPDATE jobs.job SET state = 'running', finished_at = NULL, incarnation = $1, lease_until = now() - interval '1 second'
       WHERE id = (SELECT job_id FROM organise.member_import WHERE id = $2)`,
      [randomUUID(), id],
    );
    expect((await untilState(id, 'committed')).counts).toMatchObject({ rows: 2, accepted: 2, new: 2 });
  });
});
