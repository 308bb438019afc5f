import { randomUUID } from 'node:crypto';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Environment } from '../../src/config/environment.js';
import { readRolesSql } from '../../src/database/roles-sql.js';
import { writeTable } from '../../src/backup/table-file.js';
import { inOwnerTransaction } from '../../src/database/owner-transaction.js';
import { runBackup } from '../../src/backup/run-backup.js';
import { declared } from '../../src/declared.js';
import { ensureEnvelopeKey } from '../../src/identity/envelope-keys.js';
import type { Manifest } from '../../src/backup/manifest.js';
import { ApiClient } from '../support/api.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { runRosette, type CommandEnd } from '../support/rosette-command.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createHolder, signIn, type Holder } from '../support/sign-in.js';
import { schemaAsSql } from '../support/schema-catalogue.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const by = ['--by', 'Olive Operator'];

/** What is ended or asked for after a backup stays so when it is restored. */
describe('A backup', () => {
  let database: TestDatabase;
  let target: TestDatabase;
  let server: TestServer;
  let folder: string;
  let taken: string;
  let journal: string;
  let manifest: Manifest;
  let secretary: Person;
  let organiser: Person;
  let leaver: Person;
  let holder: Holder;
  let factorChanger: Holder;
  let lifted: string;
  let ordered: string;
  let epoch: number;
  let electorId: string;
  let memberId: string;
  let restored: CommandEnd;

  const keys = () => database.environment.ROSETTE_KEYS_DIR;
  const rosette = (into: TestDatabase, ...words: string[]) =>
    runRosette(
      { MIGRATION_DATABASE_URL: into.url('migrator'), ROSETTE_KEYS_DIR: keys(), JOURNAL_FILE: journal },
      ...words,
      ...by,
    );
  /** The same in this process: what is refused need not start one. */
  const said = async (into: TestDatabase, environment: Partial<Environment>, ...words: string[]) => {
    let stderr = '';
    const at = async () => ({ url: into.url('migrator'), stop: async () => undefined });
    const code = await runBackup([...words, ...by], {
      open: at,
      make: at,
      keysFolder: () => environment.ROSETTE_KEYS_DIR ?? keys(),
      journal: () => environment.JOURNAL_FILE ?? journal,
      declared,
      logger: pino({ level: 'silent' }),
      out: () => undefined,
      complain: (line) => (stderr += `${line}\n`),
    });
    return { code, stderr };
  };
  const one = async <Value>(of: TestDatabase, sql: string, values: unknown[] = []): Promise<Value> =>
    (await of.admin.query<{ value: Value }>(sql, values)).rows[0]!.value;
  const otherKeys = () => {
    const other = join(folder, 'other-keys');
    ensureEnvelopeKey(other);
    return other;
  };
  /** Nothing has been made in it, or nobody is in it. */
  const isEmpty = async () =>
    (await one<string | null>(target, `SELECT to_regclass('identity.account')::text AS value`)) === null ||
    (await one<boolean>(target, 'SELECT NOT EXISTS (SELECT FROM identity.account) AS value'));

  beforeAll(async () => {
    database = await createTestDatabase();
    target = await createTestDatabase('template0');
    await target.admin.query(readRolesSql());
    folder = database.environment.ROSETTE_DATA_DIR;
    taken = join(folder, 'backup');
    journal = join(folder, 'journal', 'journal.jsonl');
    await createElectorsAndMembers(database.admin, putney, 3);
    await createElectorsAndMembers(database.admin, wimbledon, 3);
    server = await startTestServer({ ...database.environment, JOURNAL_FILE: journal });
    secretary = await createPerson(database, { role: 'general-secretary' });
    await createPerson(database, { role: 'administrator' });
    const inPutney = { constituencyId: putney, purposes: ['voter-contact'] };
    organiser = await createPerson(database, { role: 'organiser', ...inPutney });
    leaver = await createPerson(database, { role: 'organiser', ...inPutney });
    holder = await createHolder(database, 'canvasser', putney, ['voter-contact']);
    factorChanger = await createHolder(database, 'canvasser', putney, ['voter-contact']);
    lifted = await order({ kind: 'user', id: leaver.accountId });
    // A year ago, where no partition of a new database would be.
    await database.admin.query(
      `CREATE TABLE ledger.action_2025_01 PARTITION OF ledger.action FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2025-02-01 00:00:00+00');
       INSERT INTO ledger.action (at, action, outcome) VALUES ('2025-01-05', 'long.ago', 'done');
       INSERT INTO identity.totp (account_id, key_id, sealed, confirmed_at) VALUES ('${factorChanger.accountId}', '0000000000000-00000000', '\\x00', now());
       INSERT INTO identity.recovery_code (account_id, hash) SELECT '${secretary.accountId}', sha256(n::text::bytea) FROM generate_series(1, 2) n;
       INSERT INTO identity.account (id, kind, username, display_name) VALUES ('00000000-0000-4000-8000-000000000001', 'client', 'a-program', 'A Program');
       INSERT INTO identity.client_secret (account_id, hash) VALUES ('00000000-0000-4000-8000-000000000001', sha256('x'));
       INSERT INTO access.office (id, name) VALUES ('00000000-0000-4000-8000-000000000002', 'An Office');
       INSERT INTO access.office_member (office_id, account_id) VALUES ('00000000-0000-4000-8000-000000000002', '${holder.accountId}');
       INSERT INTO jobs.job (id, kind, payload, scopes, max_attempts, run_at) VALUES (gen_random_uuid(), 'none.such', '{}', '{}', 1, now() + interval '1 day');
       INSERT INTO quarantine.deposit (token_hash, device_id, digest, constituency_id, list_id, walk_id, account_id, session_id, received_at, received, bytes, key_id, sealed)
       SELECT sha256(n::text::bytea), gen_random_uuid(), sha256('x'), '${putney}', gen_random_uuid(), gen_random_uuid(), '${organiser.accountId}',
              gen_random_uuid(), now(), n, 1, '0000000000000-00000000', '\\x00' FROM generate_series(1, 2) n;`,
    );
    electorId = await one(
      database,
      `SELECT min(id)::text AS value FROM contact_creator.elector WHERE constituency_id = $1`,
      [putney],
    );
    memberId = await one(
      database,
      `SELECT min(id)::text AS value FROM organise.member WHERE constituency_id = $1`,
      [putney],
    );
    const end = await rosette(database, 'backup', taken);
    expect(end).toMatchObject({ code: 0, stderr: '' });
    manifest = JSON.parse(readFileSync(join(taken, 'manifest.json'), 'utf8')) as Manifest;
    await whatCameAfter();
    epoch = await one(database, 'SELECT epoch::integer AS value FROM ks.state');
    await server.stop();
  }, 60_000);

  afterAll(async () => {
    await database.drop();
    await target.drop();
  });

  async function order(scope: object): Promise<string> {
    const { status, body } = await new ApiClient(server.url, secretary).post<{ id: string }>(
      '/v1/suspensions',
      {
        target: scope,
        reason: 'a reason that nobody else needs to know',
      },
    );
    expect(status).toBe(201);
    return body.id;
  }

  async function whatCameAfter(): Promise<void> {
    const asSecretary = new ApiClient(server.url, secretary);
    expect(await asSecretary.post(`/v1/suspensions/${lifted}/lift`, { reason: 'found' })).toMatchObject({
      status: 200,
    });
    ordered = await order({ kind: 'area', id: wimbledon });
    const contacts = [
      {
        id: randomUUID(),
        electorId,
        method: 'doorstep',
        outcome: 'do-not-contact',
        deviceAt: new Date(Date.now() - 60_000).toISOString(),
      },
    ];
    expect(
      (
        await new ApiClient(server.url, organiser, 'voter-contact').post('/v1/contacts', {
          constituencyId: putney,
          contacts,
        })
      ).body,
    ).toMatchObject({ contacts: [{ status: 'recorded' }] });
    // Somebody who came with a register that the backup does not have.
    await database.admin.query(
      `INSERT INTO contact_creator.elector (constituency_id, id, entry_kind, polling_district_id, number_prefix, number, forename, surname,
                                            name_folded, first_import_id, import_id)
       SELECT constituency_id, 987654, entry_kind, polling_district_id, number_prefix, 99, forename, surname, name_folded,
              first_import_id, import_id FROM contact_creator.elector WHERE constituency_id = '${putney}' LIMIT 1`,
    );
    const late = contacts.map((contact) => ({ ...contact, id: randomUUID(), electorId: '987654' }));
    expect(
      (
        await new ApiClient(server.url, organiser, 'voter-contact').post('/v1/contacts', {
          constituencyId: putney,
          contacts: late,
        })
      ).body,
    ).toMatchObject({ contacts: [{ status: 'recorded' }] });
    const membership = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['membership-administration'],
    });
    expect(
      await new ApiClient(server.url, membership, 'membership-administration').send(
        'PATCH',
        `/v1/members/${memberId}?constituencyId=${putney}`,
        { status: 'expelled', reason: 'A complaint' },
        { 'if-match': '"1"' },
      ),
    ).toMatchObject({ status: 200 });
    expect(
      await asSecretary.post(`/v1/users/${leaver.accountId}/departure`, {
        standing: 'resigned',
        reason: 'left',
      }),
    ).toMatchObject({ status: 201 });
    await database.admin.query(
      `UPDATE identity.password SET changed_at = clock_timestamp() WHERE account_id = '${holder.accountId}';
       DELETE FROM identity.totp;
       UPDATE identity.recovery_code SET used_at = now() WHERE account_id = '${secretary.accountId}';
       UPDATE identity.client_secret SET changed_at = clock_timestamp();
       UPDATE identity.account SET closed_at = now() WHERE kind = 'client';
       UPDATE access.office_member SET until_at = now();
       UPDATE access.role_grant SET ended_at = now(), ended_why = 'ended' WHERE account_id = '${holder.accountId}';
       UPDATE protection.purpose SET ended_at = now() WHERE code = 'voter-contact';
       UPDATE quarantine.deposit SET state = 'discarded', decided_at = now(), key_id = NULL, sealed = NULL WHERE received = 1;
       INSERT INTO protection.suppression (channel, address_hash, reason)
       VALUES ('email', '0000000000000-00000000:${'a'.repeat(64)}', 'unsubscribed');`,
    );
  }

  it('says what is in it, and holds neither a key nor what lets anybody in', () => {
    const rows = (name: string) => manifest.tables.find((table) => table.name === name)?.rows;
    expect(rows('contact_creator.elector')).toBe(6);
    expect(rows('organise.member')).toBe(6);
    for (const name of [
      'identity.session',
      'identity.refresh_token',
      'identity.one_time_token',
      'ks.seal_key',
    ])
      expect(rows(name)).toBeUndefined();
    expect(manifest.keys).toMatchObject([{ kind: 'envelope', id: '0000000000000-00000000' }]);
    const order = manifest.tables.map(({ name }) => name);
    expect(order.indexOf('identity.account')).toBeLessThan(order.indexOf('access.role_grant'));
  });

  it('is in the record before it is taken, and refuses a folder that holds one, or the keys', async () => {
    const { rows } = await database.admin.query(
      `SELECT action, detail ->> 'operator' AS operator FROM ledger.action WHERE target_id = $1 ORDER BY at`,
      [manifest.id],
    );
    expect(rows).toEqual(
      ['backup.take', 'backup.finish'].map((action) => ({ action, operator: 'Olive Operator' })),
    );
    expect(await said(database, {}, 'backup', taken)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds a backup already') as string,
    });
    expect(await said(database, {}, 'backup', join(keys(), 'inside'))).toMatchObject({ code: 1 });
  });

  it.each([
    [
      'without its keys',
      () => ({ ROSETTE_KEYS_DIR: join(folder, 'no-keys') }),
      [],
      'envelope-0000000000000-00000000.key',
    ],
    [
      'with other keys under the same names',
      () => ({ ROSETTE_KEYS_DIR: otherKeys() }),
      [],
      'envelope-0000000000000-00000000.key',
    ],
    ['without the journal', () => ({ JOURNAL_FILE: join(folder, 'none') }), [], 'There is no journal at'],
    [
      'without the journal, unless that is confirmed',
      () => ({}),
      ['--without-journal'],
      'Nothing has been restored. Without',
    ],
  ])('is not restored %s', async (_, environment, words, why) => {
    const end = await said(target, environment(), 'restore', taken, ...words);
    expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining(why) as string });
    expect(await isEmpty()).toBe(true);
  });

  it('is not restored over anything', async () => {
    const end = await said(database, {}, 'restore', taken);
    expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining('is not empty') as string });
  });

  it('is not restored with a journal that was changed, or ends before it', async () => {
    const whole = readFileSync(journal, 'utf8');
    const other = join(folder, 'other.jsonl');
    writeFileSync(other, whole.replace('"do-not-contact"', '"not-in"'));
    expect((await said(target, {}, 'restore', taken, '--journal', other)).stderr).toContain(
      'has been changed',
    );
    writeFileSync(other, whole.slice(0, whole.indexOf('\n') + 1));
    expect((await said(target, {}, 'restore', taken, '--journal', other)).stderr).toContain('ends before');
    expect(await isEmpty()).toBe(true);
  });

  it('is not restored by halves: a file that was changed leaves the database empty', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    for (const { file } of manifest.tables) copyFileSync(join(taken, file), join(broken, file));
    const last = manifest.tables.at(-1)!;
    const changed = {
      ...manifest,
      tables: manifest.tables.map((t) => (t === last ? { ...t, rows: t.rows + 1 } : t)),
    };
    writeFileSync(join(broken, 'manifest.json'), JSON.stringify(changed));
    const end = await said(target, {}, 'restore', broken);
    expect(end).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not what the backup wrote') as string,
    });
    expect(await isEmpty()).toBe(true);
    rmSync(join(broken, 'manifest.json'));
    expect((await said(target, {}, 'restore', broken)).stderr).toContain('holds no backup');
  });

  it('fails at once where it cannot be written, in the midst of a table', async () => {
    await target.admin.query(
      `CREATE TABLE public.long AS SELECT repeat('x', 1000) AS text FROM generate_series(1, 50000);
       GRANT USAGE ON SCHEMA public TO rosette_owner; GRANT SELECT ON public.long TO rosette_owner`,
    );
    const taken = inOwnerTransaction(target.url('migrator'), 'snapshot', (client) =>
      writeTable(
        client,
        { name: 'public.long', columns: ['text'], partitions: [], isForced: false },
        join(folder, 'backup', 'manifest.json'),
        () => undefined,
      ),
    );
    await expect(taken).rejects.toThrow('EEXIST');
    await target.admin.query('DROP TABLE public.long');
  });

  it('is restored whole, with the schema as it was', async () => {
    // A writer that was cut off has left half a line.
    appendFileSync(journal, '{"id":"');

    restored = await rosette(target, 'restore', taken);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    const rows = manifest.tables.filter(({ name }) => /elector|member|grant|constituency/.test(name));
    for (const { name, rows: count } of rows)
      expect([name, await one(target, `SELECT count(*)::integer AS value FROM ${name}`)]).toEqual([
        name,
        count,
      ]);
    expect(await one(target, `SELECT count(*)::integer AS value FROM ledger.action_2025_01`)).toBe(1);
    expect(await one(target, `SELECT last_value > 12 AS value FROM protection.subject_id`)).toBe(true);
    await target.admin.query('DROP TABLE ledger.action_2025_01');
    await database.admin.query('DROP TABLE ledger.action_2025_01');
    expect(await schemaAsSql(target.admin)).toBe(await schemaAsSql(database.admin));
  });

  it('brings back no deposit that was discarded, and says in the record what was lifted', async () => {
    const { rows } = await target.admin.query(
      'SELECT received, state, sealed FROM quarantine.deposit ORDER BY received',
    );
    expect(rows).toEqual([
      { received: 1, state: 'discarded', sealed: null },
      { received: 2, state: 'quarantined', sealed: Buffer.from([0]) },
    ]);
    const lifts = await target.admin.query(
      `SELECT detail ->> 'by' AS by FROM ledger.action WHERE action = 'suspension.lift' AND target_id = $1`,
      [lifted],
    );
    expect(lifts.rows).toEqual([{ by: 'restore' }]);
  });

  it('lets nobody in by a password alone whose second factor was changed', async () => {
    const after = (of: TestDatabase) =>
      one<string>(of, 'SELECT hash AS value FROM identity.password WHERE account_id = $1', [
        factorChanger.accountId,
      ]);
    expect(await after(target)).not.toBe(await after(database));
  });

  it('revives nobody who objected, left, was expelled or unsubscribed, and nothing that was suspended', async () => {
    expect(
      await one(
        target,
        `SELECT objected_at IS NOT NULL AS value FROM contact_creator.elector WHERE constituency_id = $1 AND id = $2`,
        [putney, electorId],
      ),
    ).toBe(true);
    expect(
      await one(target, `SELECT count(*)::integer AS value FROM contact_creator.derived_differences($1)`, [
        putney,
      ]),
    ).toBe(0);
    expect(
      await one(
        target,
        `SELECT status AS value FROM organise.member WHERE constituency_id = $1 AND id = $2`,
        [putney, memberId],
      ),
    ).toBe('expelled');
    expect(
      await one(target, `SELECT count(*)::integer AS value FROM access.departure WHERE account_id = $1`, [
        leaver.accountId,
      ]),
    ).toBe(1);
    expect(
      await one(target, `SELECT count(*)::integer AS value FROM access.live_grants($1)`, [leaver.accountId]),
    ).toBe(0);
    expect(await one(target, `SELECT count(*)::integer AS value FROM protection.suppression`)).toBe(1);
    expect(await one(target, `SELECT count(*)::integer AS value FROM identity.totp`)).toBe(0);
    const { rows } = await target.admin.query(
      `SELECT s.id, s.target_kind AS kind, c.suspended FROM ks.suspension s JOIN ks.scope c ON (c.kind, c.id) = (s.target_kind, s.target_id)
       WHERE s.lifted_at IS NULL ORDER BY s.target_kind`,
    );
    expect(rows).toEqual([
      { id: expect.any(String) as string, kind: 'all', suspended: true },
      { id: ordered, kind: 'area', suspended: true },
    ]);
    expect(
      await one(target, `SELECT suspended AS value FROM ks.scope WHERE id = $1`, [leaver.accountId]),
    ).toBe(false);
    expect(await one(target, `SELECT state AS value FROM jobs.job`)).toBe('cancelled');
    for (const gone of [
      'FROM identity.recovery_code',
      'FROM identity.client_secret',
      `FROM identity.account WHERE kind = 'client' AND closed_at IS NULL`,
      'FROM access.office_member WHERE until_at IS NULL',
      `FROM access.role_grant WHERE account_id = '${holder.accountId}' AND ended_at IS NULL`,
      `FROM protection.purpose WHERE code = 'voter-contact' AND ended_at IS NULL`,
    ])
      expect([gone, await one(target, `SELECT count(*)::integer AS value ${gone}`)]).toEqual([gone, 0]);
  });

  it('never comes back with an older state of the switch, nor with a token of before', async () => {
    expect(await one<number>(target, 'SELECT epoch::integer AS value FROM ks.state')).toBeGreaterThan(epoch);
    for (const scope of [leaver.accountId, wimbledon]) {
      const gen = 'SELECT gen::integer AS value FROM ks.scope WHERE id = $1';
      expect(await one<number>(target, gen, [scope])).toBeGreaterThanOrEqual(
        await one<number>(database, gen, [scope]),
      );
    }
    const again = await startTestServer({ ...target.environment, JOURNAL_FILE: journal });
    try {
      expect(
        await new ApiClient(again.url, organiser, 'voter-contact').get(
          `/v1/electors?constituencyId=${putney}`,
        ),
      ).toMatchObject({ status: 503 });
      expect(await new ApiClient(again.url, secretary).get('/v1/suspensions')).toMatchObject({ status: 401 });
      // His password was changed after the backup: that of before is none any more.
      expect(await signIn(again.url, holder)).toMatchObject({ status: 401 });
    } finally {
      await again.stop();
    }
  });

  it('tells what came of the journal, and begins a journal of its own beside the old one', async () => {
    expect(restored.stdout).toMatch(/Ended again: .*1 contact-kept.*1 departure/);
    expect(restored.stdout).toMatch(/TO SEE TO: 1 wishes of people on the doorstep/);
    expect(restored.stdout).toMatch(/npx rosette lift [0-9a-f-]{36}/);
    const heads = [journal, `${journal}.${manifest.lineage}`].map(
      (path) => JSON.parse(readFileSync(path, 'utf8').split('\n')[0]!) as { lineage: string },
    );
    expect(heads[0]!.lineage).toBe(await one(target, 'SELECT id AS value FROM ks.lineage'));
    expect(heads[1]!.lineage).toBe(manifest.lineage);
    // Nothing of a name, a reason or an address is in it.
    const text = readFileSync(journal, 'utf8');
    expect(text).not.toMatch(/@|nobody else needs|Surname|A Person|Olive/);
    // Every entry of the old line is in the new one.
    const ids = (path: string) =>
      new Set(
        [
          ...readFileSync(path, 'utf8').matchAll(
            /"id":"([0-9a-f-]{36})","at"|"id": ?"([0-9a-f-]{36})", ?"kind"/g,
          ),
        ].map(([all]) => all),
      );
    const fresh = ids(journal);
    expect([...ids(`${journal}.${manifest.lineage}`)].filter((id) => !fresh.has(id))).toEqual([]);
  });

  it('finds the journal where a server that was started too soon has put it aside', async () => {
    const aside = join(folder, 'aside.jsonl');
    copyFileSync(`${journal}.${manifest.lineage}`, `${aside}.${manifest.lineage}`);
    copyFileSync(journal, aside);
    const { stderr } = await said(target, { JOURNAL_FILE: aside }, 'restore', taken);
    expect(stderr).toContain('is not empty');
    rmSync(`${aside}.${manifest.lineage}`);
    const other = await said(target, { JOURNAL_FILE: aside }, 'restore', taken);
    expect(other.stderr).toContain('that of another database');
  });

  it('is restored without a journal where that is confirmed, and then revives whoever objected', async () => {
    const other = await createTestDatabase();
    try {
      const words = ['--without-journal', '--confirm', manifest.id];
      expect(await said(other, {}, 'restore', taken, ...words)).toMatchObject({ code: 0, stderr: '' });
      const sql = `SELECT objected_at IS NULL AS value FROM contact_creator.elector WHERE id = $1`;
      expect(await one(other, sql, [electorId])).toBe(true);
    } finally {
      await other.drop();
    }
  });
});
