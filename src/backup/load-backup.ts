/**
 * In charge of what a restore does to the database, in one transaction: the rows, what no longer goes on, what the journal says,
 * and the suspension of everything. It refuses a database that holds anything.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { BackupFault } from './backup-fault.js';
import { readJournal } from './journal/journal-file.js';
import type { BackedUpTable, Manifest } from './manifest.js';
import { progressOf, type Say } from './progress.js';
import { quoted, tablesOf } from './table-catalogue.js';
import { readTable } from './table-file.js';

/** How many entries of a kind came to which outcome. */
export interface ReplayOutcome {
  kind: string;
  outcome: string;
  entries: number;
}

export interface Loaded {
  /** By which everything is stopped. */
  suspensionId: string;
  epoch: number;
  replayed: ReplayOutcome[];
}

interface LoadOptions {
  manifest: Manifest;
  folder: string;
  journal: string | undefined;
  by: string;
  say: Say;
}

export async function loadBackup(client: ClientBase, options: LoadOptions): Promise<Loaded> {
  const { manifest, folder, journal, by, say } = options;
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('rosette.restore'))`);
  await refuseUnlessEmpty(client);
  const filled = manifest.tables.filter(({ rows }) => rows > 0);
  const areForced = await refuseOtherShape(client, manifest);
  const forced = filled.map(({ name }) => name).filter((name) => areForced.includes(name));
  await triggers(client, 'DISABLE', 'any');
  for (const table of forced) await client.query(`ALTER TABLE ${quoted(table)} NO FORCE ROW LEVEL SECURITY`);
  await client.query(`TRUNCATE ${manifest.tables.map(({ name }) => quoted(name)).join(', ')} CASCADE`);
  for (const table of filled) {
    await makePartitions(client, table);
    await readTable(client, table, join(folder, table.file), progressOf(table.name, say));
  }
  for (const table of forced) await client.query(`ALTER TABLE ${quoted(table)} FORCE ROW LEVEL SECURITY`);
  await triggers(client, 'ENABLE', 'any');
  for (const { name, value, isCalled } of manifest.sequences)
    await client.query('SELECT setval($1::regclass, $2, $3)', [quoted(name), value, isCalled]);
  // What the journal says is written down as the journal says it, not a second time as something new.
  await triggers(client, 'DISABLE', 'journal');
  await client.query('SELECT ks.end_what_went_on()');
  const replayed = journal === undefined ? [] : await replay(client, journal);
  await triggers(client, 'ENABLE', 'journal');
  await client.query('SELECT ks.settle_restored()');
  return { replayed, ...(await suspendAll(client, manifest, by)) };
}

async function refuseUnlessEmpty(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ holds: boolean; servers: number }>(
    `SELECT EXISTS (SELECT FROM identity.account) OR EXISTS (SELECT FROM ks.suspension) AS holds,
            (SELECT count(*)::integer FROM pg_stat_activity
             WHERE datname = current_database() AND usename = 'rosette_api') AS servers`,
  );
  const { holds, servers } = rows[0]!;
  if (servers > 0) throw new BackupFault('A server is connected to this database. Stop the servers first.');
  if (holds)
    throw new BackupFault(
      'This database is not empty: it has accounts or suspensions. Restore into a new one.',
    );
}

/** Answers which tables are under forced policies. */
async function refuseOtherShape(client: ClientBase, { tables }: Manifest): Promise<string[]> {
  const here = await tablesOf(client);
  const shape = (all: readonly { name: string; columns: string[] }[]) =>
    all.map(({ name, columns }) => `${name} (${columns.join(', ')})`).sort();
  const [theirs, ours] = [shape(tables), shape(here)];
  const differs = [...theirs.filter((t) => !ours.includes(t)), ...ours.filter((t) => !theirs.includes(t))];
  if (differs.length > 0)
    throw new BackupFault(`The tables of the backup are not those of this database: ${differs.join('; ')}.`);
  return here.filter(({ isForced }) => isForced).map(({ name }) => name);
}

async function makePartitions(client: ClientBase, { name, partitions }: BackedUpTable): Promise<void> {
  for (const partition of partitions)
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${quoted(partition.name)} PARTITION OF ${quoted(name)} ${partition.bound}`,
    );
}

async function triggers(
  client: ClientBase,
  what: 'DISABLE' | 'ENABLE',
  which: 'any' | 'journal',
): Promise<void> {
  const { rows } = await client.query<{ table: string; trigger: string }>(
    `SELECT n.nspname || '.' || c.relname AS "table", t.tgname AS trigger
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT t.tgisinternal AND NOT c.relispartition AND ($1 = 'any' OR t.tgfoid = 'ks.journal_row()'::regprocedure)`,
    [which],
  );
  for (const { table, trigger } of rows)
    await client.query(`ALTER TABLE ${quoted(table)} ${what} TRIGGER ${quoted(trigger)}`);
}

async function replay(client: ClientBase, path: string): Promise<ReplayOutcome[]> {
  const counts = new Map<string, ReplayOutcome>();
  await readJournal(path, async (entries) => {
    const { rows } = await client.query<ReplayOutcome>(
      'SELECT kind, outcome, entries FROM ks.replay_journal($1)',
      [JSON.stringify(entries)],
    );
    for (const row of rows) {
      const known = counts.get(`${row.kind} ${row.outcome}`);
      counts.set(`${row.kind} ${row.outcome}`, { ...row, entries: row.entries + (known?.entries ?? 0) });
    }
  });
  return [...counts.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

async function suspendAll(
  client: ClientBase,
  { id, takenAt }: Manifest,
  by: string,
): Promise<{ suspensionId: string; epoch: number }> {
  const suspensionId = randomUUID();
  const reason = `Restored from the backup of ${takenAt}.`;
  const notice = 'Rosette is being restored from a backup.';
  const { rows } = await client.query<{ epoch: number }>(
    `SELECT ks.break_glass_suspend($1, 'all', '*', $2, $3, $4)::integer AS epoch`,
    [suspensionId, reason, notice, by],
  );
  await client.query(
    `INSERT INTO ledger.action (action, outcome, target_kind, target_id, detail)
     VALUES ('backup.restore', 'done', 'backup', $1, jsonb_build_object('by', 'operator', 'operator', $2::text,
             'databaseRole', session_user, 'takenAt', $3::text))`,
    [id, by, takenAt],
  );
  return { suspensionId, epoch: rows[0]!.epoch };
}
