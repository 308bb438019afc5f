import fc from 'fast-check';
import { Client } from 'pg';
import { pino } from 'pino';
import { canonicalJson } from '../../src/ledger/canonical-json.js';
import { GrowingTree, leafHash } from '../../src/ledger/merkle.rules.js';
import { openCheckpoint } from '../../src/ledger/signed-note.rules.js';
import { Sealer } from '../../src/switchboard/sealing/sealer.service.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Sealed {
  is_done: boolean;
  is_more: boolean;
  size: string;
  root: Buffer;
}

describe('The sealed record', () => {
  let database: TestDatabase;
  let sealer: Sealer;
  const clients: Client[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    sealer = new Sealer(database.environment, pino({ level: 'silent' }));
    await seal();
  });

  afterAll(async () => {
    await sealer.onApplicationShutdown();
    for (const client of clients) await client.end();
    await database.drop();
  });

  const connect = async (url = database.url('superuser')) => {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  const write = (client: Client, count = 1, detail: unknown = {}) =>
    client.query(
      `INSERT INTO ledger.action (action, outcome, detail) SELECT 'test', 'done', $2 FROM generate_series(1, $1::integer)`,
      [count, JSON.stringify(detail)],
    );
  const seal = async (client = database.admin) => {
    const { rows } = await client.query<Sealed>('SELECT * FROM ledger.seal(0)');
    return { ...rows[0]!, size: Number(rows[0]!.size) };
  };
  const unsealed = async () => {
    const { rows } = await database.admin.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM ledger.action a WHERE NOT EXISTS (SELECT FROM ledger.leaf l WHERE l.id = a.id)`,
    );
    return rows[0]!.count;
  };
  /** What a third party would compute from the events and salts. */
  const rootOfEvents = async () => {
    const { rows } = await database.admin.query<{ position: string; salt: Buffer; event: string }>(
      `SELECT position, uuid_send(salt) AS salt, coalesce(
         (SELECT ledger.disclosure_event(d) FROM ledger.disclosure d WHERE d.at = l.at AND d.id = l.id),
         (SELECT ledger.action_event(a) FROM ledger.action a WHERE a.at = l.at AND a.id = l.id)) AS event
       FROM ledger.leaf l ORDER BY position`,
    );
    const tree = new GrowingTree();
    for (const [place, { position, salt, event }] of rows.entries()) {
      expect(Number(position)).toBe(place);
      tree.append(leafHash(salt, Buffer.from(event)));
    }
    return { size: tree.size, root: tree.root().toString('hex') };
  };
  const expectWhole = async (sealed: { size: number; root: Buffer }) =>
    expect({ size: sealed.size, root: sealed.root.toString('hex') }).toEqual(await rootOfEvents());

  it('gives every row a position and a leaf of its event, and its root is that of RFC 6962', async () => {
    await write(database.admin, 3);
    await database.admin.query(
      `INSERT INTO ledger.disclosure (account_id, session_id, role, tool, action, purpose, data_classes, constituencies,
                                      request_id, address_class, rows, subject_ids)
       VALUES (gen_random_uuid(), gen_random_uuid(), 'organiser', 'contact-creator', 'elector.read', 'voter-contact',
               '{identity}', '{E14001434}', gen_random_uuid(), 'public', 2, '{9007199254740993,1042}')`,
    );
    await expectWhole(await seal());
    const { rows } = await database.admin.query<{ event: string; at: Date }>(
      'SELECT ledger.disclosure_event(d) AS event, d.at FROM ledger.disclosure d',
    );
    const event = JSON.parse(rows[0]!.event) as Record<string, unknown>;
    expect(canonicalJson(event)).toBe(rows[0]!.event);
    expect(event).toMatchObject({ record: 'disclosure', subjectIds: ['9007199254740993', '1042'], rows: 2 });
    expect(new Date(event['at'] as string)).toEqual(rows[0]!.at);
  });

  it('keeps its root right while tiles of 256 fill, in whatever steps', async () => {
    let { size } = await seal();
    for (const count of [1, 256 - ((size + 1) % 256) - 1, 1, 1, 255, 256, 300]) {
      await write(database.admin, count);
      const sealed = await seal();
      expect(sealed.size).toBe(size + count);
      ({ size } = sealed);
      await expectWhole(sealed);
    }
  });

  it('takes a late commit in a later round, and waits for nobody', async () => {
    const late = await connect();
    // A write transaction in another database of the server holds the oldest transaction of all back.
    const elsewhere = await connect(database.url('superuser').replace(database.name, 'postgres'));
    await elsewhere.query('BEGIN; SELECT pg_current_xact_id()');
    await late.query('BEGIN');
    await write(late, 2);
    await write(database.admin, 3);
    const first = await seal();
    expect(await unsealed()).toBe(0);
    await write(database.admin, 1);
    expect((await seal()).size).toBe(first.size + 1);
    await late.query('COMMIT');
    const last = await seal();
    expect(last.size).toBe(first.size + 3);
    expect(await seal()).toMatchObject({ size: last.size });
    await elsewhere.query('ROLLBACK');
    await expectWhole(last);
    expect(await unsealed()).toBe(0);
  });

  it('is sealed by one at a time, and a flip ends a round that does not end', async () => {
    const stuck = await connect(database.url('api'));
    await stuck.query('BEGIN');
    await stuck.query('SELECT ledger.seal(0)');
    expect(await seal()).toMatchObject({ is_done: false });
    await write(database.admin);
    const begunAt = performance.now();
    expect(await sealer.sealNow()).toBe(true);
    expect(performance.now() - begunAt).toBeGreaterThan(200);
    expect(performance.now() - begunAt).toBeLessThan(1_000);
    expect(await unsealed()).toBe(0);
    await expect(stuck.query('SELECT 1')).rejects.toThrow(/terminat|not queryable|closed/);
  });

  it('is dense and whole when several replicas seal while many write', async () => {
    const writers = await Promise.all([connect(), connect(), connect()]);
    const sealers = await Promise.all([connect(), connect()]);
    const writing = new AbortController();
    const isOver = writing.signal;
    const sealing = sealers.map(async (client) => {
      while (!isOver.aborted) await seal(client);
    });
    await Promise.all(
      writers.map(async (client) => {
        for (let n = 0; n < 60; n += 1) {
          await client.query('BEGIN');
          await write(client, 1);
          await client.query(n % 7 === 0 ? 'ROLLBACK' : 'COMMIT');
        }
      }),
    );
    writing.abort();
    await Promise.all(sealing);
    const sealed = await seal();
    expect(await unsealed()).toBe(0);
    await expectWhole(sealed);
  });

  it('goes on after a restore into another server, whose transactions count anew', async () => {
    const before = await seal();
    await database.admin.query(
      `UPDATE ledger.round SET cluster = cluster + 1;
       UPDATE ledger.action SET xid = '900000000'; UPDATE ledger.disclosure SET xid = '900000000';
       UPDATE ledger.round SET snapshot = '900000000:900000000:' WHERE size = (SELECT max(size) FROM ledger.round)`,
    );
    await write(database.admin, 2);
    expect(await seal()).toMatchObject({ size: before.size + 2 });
    await write(database.admin, 1);
    const sealed = await seal();
    expect(sealed.size).toBe(before.size + 3);
    await expectWhole(sealed);
    const { rows } = await database.admin.query(`SELECT FROM ledger.action WHERE xid = '900000000'`);
    expect(rows).toHaveLength(0);
  });

  it('is signed: the checkpoint names the log, its size and its root', async () => {
    await write(database.admin);
    expect(await sealer.sealNow()).toBe(true);
    const { size, root } = await seal();
    const { rows } = await database.admin.query<{ note: string; origin: string; keys: string[] }>(
      `SELECT note, origin, ARRAY(SELECT name FROM ledger.checkpoint_key) AS keys FROM ledger.checkpoint, ledger.log WHERE size = $1`,
      [size],
    );
    const { note, origin, keys } = rows[0]!;
    expect(openCheckpoint(note, keys)).toEqual({ origin, size, root });
    expect(openCheckpoint(note.replace(`\n${size}\n`, `\n${size + 1}\n`), keys)).toMatch(/another text/);
    expect(openCheckpoint(note, [])).toMatch(/no trusted key/);
  });

  it('signs what another replica has sealed and left unsigned', async () => {
    await write(database.admin);
    const { size } = await seal();
    expect(await sealer.sealNow()).toBe(true);
    const { rows } = await database.admin.query('SELECT FROM ledger.checkpoint WHERE size = $1', [size]);
    expect(rows).toHaveLength(1);
  });

  it('keeps salts and events from the API role, which can neither sign for another log nor write a leaf', async () => {
    const api = await connect(database.url('api'));
    for (const sql of [
      'SELECT salt FROM ledger.leaf',
      'SELECT snapshot FROM ledger.round',
      `INSERT INTO ledger.leaf (position, record, at, id, hash) VALUES (1e9, 'action', now(), gen_random_uuid(), '')`,
      `SELECT ledger.grow_tree(0, 1)`,
      `DELETE FROM ledger.checkpoint`,
    ])
      await expect(api.query(sql)).rejects.toThrow(/permission denied/);
    // Outside of a context in which the record is read there is no entry.
    const { rows } = await database.admin.query<{ id: string }>('SELECT id FROM ledger.leaf LIMIT 5');
    for (const { id } of rows)
      expect((await api.query('SELECT FROM ledger.entry($1)', [id])).rows).toHaveLength(0);
    await expect(
      api.query(
        `SELECT ledger.put_checkpoint((SELECT max(size) FROM ledger.round), E'another\\n1\\nAA==\\n\\n', '{}')`,
      ),
    ).rejects.toThrow('a checkpoint of what was not sealed');
  });

  it('writes JSON as RFC 8785 has it, whatever is in it', async () => {
    const same = async (value: unknown) => {
      const { rows } = await database.admin.query<{ text: string }>('SELECT ledger.canonical($1) AS text', [
        JSON.stringify(value),
      ]);
      expect(rows[0]!.text).toBe(canonicalJson(value));
    };
    await same([
      0, -0, 1e21, 1e-7, 123456789012345680000, 5e-324, 1.7976931348623157e308, 0.1, 1e-6, 4.35, -2.5e-10,
    ]);
    await same({
      '\u20ac': 1,
      '\r': 2,
      '\ufb33': 3,
      '1': 4,
      '\ud83d\ude00': 5,
      '\u0080': 6,
      '\u00f6': 7,
      '\\': 8,
      a: 9,
      A: 10,
      '\u0001\u00e9': 11,
      '\u0002\ue000': 12,
    });
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ stringUnit: 'binary', maxDepth: 3 }), async (value) => {
        const text = JSON.stringify(value);
        // PostgreSQL's jsonb holds neither, so that the ledger never does.
        fc.pre(!/\\u0000|\\ud[89a-f]/.test(text));
        await same(value);
      }),
      { numRuns: 100 },
    );
  });

  it('takes no more than a round may, and all of it in the end', async () => {
    const before = await seal();
    await write(database.admin, 10_500);
    const first = await seal();
    expect(first).toMatchObject({ is_more: true, size: before.size + 10_000 });
    const second = await seal();
    expect(second).toMatchObject({ is_more: false, size: before.size + 10_500 });
    await expectWhole(second);
    expect(await unsealed()).toBe(0);
  });
});
