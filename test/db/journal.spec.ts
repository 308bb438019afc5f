import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { JournalDrain } from '../../src/backup/journal/journal-drain.js';
import { readJournal, type JournalEntry } from '../../src/backup/journal/journal-file.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('The journal', () => {
  let database: TestDatabase;
  let folder: string;
  const clients: Client[] = [];

  const connect = async (role: 'api' | 'superuser' = 'api') => {
    const client = new Client({ connectionString: database.url(role) });
    await client.connect();
    clients.push(client);
    return client;
  };
  let number = 0;
  const suppress = (client: Client, count = 1) => {
    number += 1;
    return client.query(
      `INSERT INTO protection.suppression (channel, address_hash, reason)
       SELECT 'email', '0000000000000-00000000:' || encode(sha256(($1 || ' ' || n)::bytea), 'hex'), 'objected' FROM generate_series(1, $2) n`,
      [String(number), count],
    );
  };
  const entriesOf = async (path: string): Promise<JournalEntry[]> => {
    const all: JournalEntry[] = [];
    await readJournal(path, async (batch) => void all.push(...batch));
    return all;
  };
  const idsOf = async (path: string) => (await entriesOf(path)).map(({ id }) => id).sort();
  const written = async () =>
    (await database.admin.query<{ id: string }>('SELECT id FROM ks.journal ORDER BY id')).rows.map(
      ({ id }) => id,
    );

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = database.environment.ROSETTE_DATA_DIR;
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await database.drop();
  });

  it('gets what commits late, in every file, whatever was appended before it', async () => {
    const [slow, quick, first, second] = [
      await connect('superuser'),
      await connect('superuser'),
      await connect(),
      await connect(),
    ];
    const drains = [
      { path: join(folder, 'late', 'one.jsonl'), client: first },
      { path: join(folder, 'late', 'two.jsonl'), client: second },
    ].map(({ path, client }) => ({ path, client, drain: new JournalDrain(path) }));
    await slow.query('BEGIN');
    await suppress(slow);
    await suppress(quick);
    for (const { drain, client } of drains) expect(await drain.round(client)).toBe(1);
    await slow.query('COMMIT');
    for (const { drain, client, path } of drains) {
      expect(await drain.round(client)).toBe(1);
      expect(await drain.round(client)).toBe(0);
      expect(await idsOf(path)).toEqual(await written());
    }
  });

  it('has one writer to a file at a time, and goes on where another stopped', async () => {
    const path = join(folder, 'shared', 'journal.jsonl');
    const writers = await Promise.all(
      [1, 2, 3].map(async () => ({ client: await connect(), drain: new JournalDrain(path) })),
    );
    for (let turn = 0; turn < 5; turn += 1) {
      await suppress(database.admin, 10);
      await Promise.all(writers.map(({ drain, client }) => drain.round(client)));
    }
    const [first] = writers;
    await first!.drain.round(first!.client);
    expect(await idsOf(path)).toEqual(await written());
  });

  it('is whole again after a writer was cut off in the midst of a batch', async () => {
    const path = join(folder, 'cut', 'journal.jsonl');
    const client = await connect();
    await new JournalDrain(path).round(client);
    const whole = readFileSync(path, 'utf8');
    const lines = whole.trimEnd().split('\n');
    writeFileSync(path, `${lines.slice(0, -1).join('\n')}\n{"id":"half a li`);
    expect(await entriesOf(path)).toEqual([]);
    await new JournalDrain(path).round(client);
    expect(await idsOf(path)).toEqual(await written());
    // What was cut off may be longer than what comes in its place.
    appendFileSync(path, `${lines[1]}\n`.repeat(50));
    await suppress(database.admin);
    await new JournalDrain(path).round(client);
    expect(await idsOf(path)).toEqual(await written());
  });

  it('is written page by page, and begun again where it was broken off', async () => {
    const path = join(folder, 'pages', 'journal.jsonl');
    const client = await connect();
    await suppress(database.admin, 4_100);
    await new JournalDrain(path).round(client);
    expect(await idsOf(path)).toEqual(await written());
    // Nothing but the first batch has reached the disk.
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, text.indexOf('\n', text.indexOf('{"end"')) + 1));
    expect(await entriesOf(path)).toHaveLength(2_000);
    await new JournalDrain(path).round(client);
    expect([...new Set(await idsOf(path))]).toEqual(await written());
  });

  it.each([
    ['a line was taken out', (text: string) => text.replace(/\n\{"at".*/, '')],
    ['a word was changed', (text: string) => text.replace('"objected"', '"bounced"')],
    ['a batch was taken out', (text: string) => text.replace(/\n(\{"at".*\n)+\{"end".*/, '')],
  ])('is not believed where %s', async (_, change) => {
    const path = join(folder, 'changed', 'journal.jsonl');
    const client = await connect();
    const drain = new JournalDrain(path);
    await drain.round(client);
    await suppress(database.admin);
    await drain.round(client);
    const text = readFileSync(path, 'utf8');
    expect(change(text)).not.toBe(text);
    writeFileSync(path, change(text));
    await expect(readJournal(path)).rejects.toThrow('has been changed, or something is missing');
    rmSync(path);
  });

  it('keeps the file of another database under another name', async () => {
    const path = join(folder, 'other', 'journal.jsonl');
    const lineage = '00000000-0000-4000-8000-00000000000a';
    mkdirSync(join(folder, 'other'), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ format: 1, file: lineage, lineage, startedAt: 'then' })}\n`);
    await new JournalDrain(path).round(await connect());
    expect(readFileSync(`${path}.${lineage}`, 'utf8')).toContain('then');
    expect(await idsOf(path)).toEqual(await written());
    // A half line, as a machine that lost its power leaves it.
    appendFileSync(path, '\0\0\0');
    expect(await idsOf(path)).toEqual(await written());
  });

  it('is written by what ends something, and by the application in no other way', async () => {
    const client = await connect();
    for (const sql of [
      `INSERT INTO ks.journal (kind, entry) VALUES ('flip', '{}')`,
      'DELETE FROM ks.journal',
      `SELECT ks.journal_member_status('E14001434', 1, 'current')`,
      `SELECT ks.replay_journal('[]')`,
      'SELECT ks.settle_restored()',
    ])
      await expect(client.query(sql)).rejects.toThrow(/permission denied|not in a context/);
  });
});
