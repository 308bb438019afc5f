/**
 * In charge of taking a backup: every table as of one moment, each as a file, and last the manifest. It needs nothing but the
 * database and reads it as its owner does; the record says who took it before anything has left.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { inOwnerTransaction } from '../database/owner-transaction.js';
import { BackupFault } from './backup-fault.js';
import { writeManifest, type BackedUpTable, type Manifest } from './manifest.js';
import { refuseTogether, withChecks } from './needed-keys.js';
import { keyIdsOf, quoted, sequencesOf, tablesOf } from './table-catalogue.js';
import { writeTable } from './table-file.js';
import { amountOf, progressOf, type Say } from './progress.js';

export interface BackupOptions {
  url: string;
  folder: string;
  keysFolder: string;
  by: string;
  say: Say;
}

/** Errors: BackupFault, in words for the operator. */
export async function takeBackup({ url, folder, keysFolder, by, say }: BackupOptions): Promise<Manifest> {
  refuseTogether(folder, keysFolder);
  prepareFolder(folder, say);
  const id = randomUUID();
  await inOwnerTransaction(url, 'change', (client) => record(client, 'backup.take', id, { operator: by }));
  const begunAt = performance.now();
  const manifest = await inOwnerTransaction(url, 'snapshot', async (client): Promise<Manifest> => {
    const shapes = await tablesOf(client);
    // Nothing may alter or drop them meanwhile; all else goes on.
    await client.query(
      `LOCK TABLE ${shapes.map(({ name }) => quoted(name)).join(', ')} IN ACCESS SHARE MODE`,
    );
    const about = await aboutDatabase(client);
    const tables: BackedUpTable[] = [];
    for (const shape of shapes) {
      const file = `${shape.name}.copy.gz`;
      const passed = progressOf(shape.name, say);
      const written = await writeTable(client, shape, join(folder, file), passed);
      const { name, columns, partitions } = shape;
      tables.push({ name, columns, partitions, file, ...written });
    }
    const keys = withChecks(await keyIdsOf(client), keysFolder);
    const sequences = await sequencesOf(client);
    return { format: 1, id, takenBy: by, ...about, keys, tables, sequences };
  });
  const seconds = (performance.now() - begunAt) / 1_000;
  writeManifest(folder, manifest);
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  await inOwnerTransaction(url, 'change', (client) =>
    record(client, 'backup.finish', id, { operator: by, rows }),
  );
  say(
    `Backup ${id} of ${manifest.takenAt}: ${rows.toLocaleString('en-GB')} rows, ${amountOf(manifest.tables, seconds)}. It is in ${folder}.`,
  );
  return manifest;
}

/** What a backup that was broken off has left is taken away; anything else is not ours. */
function prepareFolder(folder: string, say: Say): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const there = readdirSync(folder);
  if (existsSync(join(folder, 'manifest.json')))
    throw new BackupFault(`${folder} holds a backup already: take each into a folder of its own.`);
  if (!there.every((name) => /^[a-z_.]+\.copy\.gz$|^manifest\.json\.part$/.test(name)))
    throw new BackupFault(`${folder} is not empty.`);
  if (there.length === 0) return;
  say(`${folder} holds a backup that was broken off; it is taken again.`);
  for (const name of there) rmSync(join(folder, name));
}

async function aboutDatabase(
  client: ClientBase,
): Promise<Pick<Manifest, 'postgres' | 'takenAt' | 'lineage' | 'journalEntries' | 'epoch' | 'migrations'>> {
  const { rows } = await client.query<{
    postgres: string;
    takenAt: Date;
    lineage: string;
    journalEntries: number;
    epoch: number;
    migrations: string[];
  }>(
    `SELECT current_setting('server_version') AS postgres, now() AS "takenAt", (SELECT id FROM ks.lineage) AS lineage,
            (SELECT count(*)::integer FROM ks.journal) AS "journalEntries", (SELECT epoch::integer FROM ks.state) AS epoch,
            (SELECT array_agg(m.name::text ORDER BY m.id) FROM public.migration m) AS migrations`,
  );
  const about = rows[0]!;
  return { ...about, takenAt: about.takenAt.toISOString() };
}

async function record(client: ClientBase, action: string, id: string, detail: object): Promise<void> {
  await client.query(
    `INSERT INTO ledger.action (action, outcome, target_kind, target_id, detail)
     VALUES ($1, 'done', 'backup', $2, $3::jsonb || jsonb_build_object('by', 'operator', 'databaseRole', session_user))`,
    [action, id, JSON.stringify(detail)],
  );
}
