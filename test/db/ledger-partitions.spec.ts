import { randomUUID } from 'node:crypto';
import { migrate } from '../../src/database/migrate.js';
import { declared } from '../../src/declared.js';
import { until } from '../support/embedded-postgres-processes.js';
import { startTestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('The partitions of the record', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
    // As it is when months have passed since they were made: the last of the three is not there.
    for (const table of ['disclosure', 'action']) await database.admin.query(`DROP TABLE ${lastOf(table)}`);
  });

  afterEach(() => database.drop());

  const startOf = (months: number) => {
    const now = new Date();
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
  };
  const lastOf = (table: string) =>
    `ledger.${table}_${startOf(2).toISOString().slice(0, 7).replace('-', '_')}`;
  const ahead = async (at: Date): Promise<string> => {
    const id = randomUUID();
    await database.admin.query(
      `INSERT INTO ledger.action (id, at, action, outcome, detail) VALUES ($1, $2, 'session.open', 'done', '{"n": 1}')`,
      [id, at],
    );
    await database.admin.query(
      `INSERT INTO ledger.disclosure (id, at, account_id, session_id, role, action, purpose, data_classes, request_id,
                                      address_class, rows, subject_ids)
       VALUES ($1, $2, $1, $1, 'organiser', 'elector.read', 'voter-contact', '{identity}', $1, 'public', 1, '{7}')`,
      [id, at],
    );
    return id;
  };
  const liesIn = async (table: string, id: string) =>
    (
      await database.admin.query<{ place: string }>(
        `SELECT tableoid::regclass::text AS place FROM ledger.${table} WHERE id = $1`,
        [id],
      )
    ).rows.map(({ place }) => place);
  const isThere = async () =>
    (
      await database.admin.query<{ there: boolean }>(
        `SELECT to_regclass($1) IS NOT NULL AND to_regclass($2) IS NOT NULL AS there`,
        [lastOf('action'), lastOf('disclosure')],
      )
    ).rows[0]!.there;

  it('are made by a server, and take in what the default partition has caught of their month', async () => {
    const month = startOf(2);
    const first = await ahead(month);
    const last = await ahead(new Date(startOf(3).getTime() - 1));
    const beyond = await ahead(startOf(3));
    expect(await liesIn('action', first)).toEqual(['ledger.action_other']);
    const server = await startTestServer(database.environment);
    try {
      await until(isThere, 'the partitions');
    } finally {
      await server.stop();
    }
    for (const table of ['action', 'disclosure']) {
      for (const id of [first, last]) expect(await liesIn(table, id)).toEqual([lastOf(table)]);
      expect(await liesIn(table, beyond)).toEqual([`ledger.${table}_other`]);
      expect(await liesIn(table, await ahead(month))).toEqual([lastOf(table)]);
    }
    const { rows } = await database.admin.query('SELECT detail FROM ledger.action WHERE id = $1', [first]);
    expect(rows).toEqual([{ detail: { n: 1 } }]);
  });

  it('are made by a migration that has nothing else to do', async () => {
    const caught = await ahead(startOf(2));
    await migrate(database.url('migrator'), declared(), () => undefined);
    expect(await liesIn('action', caught)).toEqual([lastOf('action')]);
  });

  it('have the indexes and constraints of those that were made at first', async () => {
    await database.admin.query('SELECT ledger.ensure_partitions()');
    const shapeOf = async (table: string) => {
      const { rows } = await database.admin.query<{ shape: string }>(
        `SELECT pg_get_indexdef(indexrelid) AS shape FROM pg_index WHERE indrelid = $1::regclass
         UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = $1::regclass
         UNION ALL SELECT attname || attnum::text || attstorage::text FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0`,
        [table],
      );
      return rows.map(({ shape }) => shape.replace(/_\d{4}_\d{2}/g, '')).sort();
    };
    const before = (table: string) =>
      `ledger.${table}_${startOf(1).toISOString().slice(0, 7).replace('-', '_')}`;
    for (const table of ['action', 'disclosure'])
      expect(await shapeOf(lastOf(table))).toEqual(await shapeOf(before(table)));
  });

  it('are left alone by those that come later, on a day when there is nothing to make', async () => {
    await database.admin.query('SELECT ledger.ensure_partitions()');
    await database.admin.query('BEGIN; SELECT ledger.ensure_partitions()');
    const { rows } = await database.admin.query(
      `SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND mode IN ('AccessExclusiveLock', 'ShareUpdateExclusiveLock')
         AND relation::regclass::text LIKE 'ledger.%'`,
    );
    await database.admin.query('ROLLBACK');
    expect(rows).toEqual([]);
  });
});
