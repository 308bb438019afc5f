/**
 * In charge of a restore from beginning to end: what it refuses before it touches anything, the order of its steps, and what it
 * tells. The database is loaded in one transaction and comes out of it suspended as a whole: either nothing has happened, or
 * all of it. What the journal changes in it, the database knows.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { migrate, type Declared } from '../database/migrate.js';
import { inOwnerTransaction } from '../database/owner-transaction.js';
import { Barrier } from '../kill-switch/flip/barrier.service.js';
import { BackupFault } from './backup-fault.js';
import { JournalFault, readJournal, type JournalTail } from './journal/journal-file.js';
import { loadBackup, type Loaded } from './load-backup.js';
import { readManifest, type Manifest } from './manifest.js';
import { missingKeys } from './needed-keys.js';
import { amountOf, type Say } from './progress.js';
import { lostWithoutJournal, outcomesInWords } from './restore-in-words.js';
import { quoted } from './table-catalogue.js';

export interface RestoreOptions {
  folder: string;
  keysFolder: string;
  by: string;
  /** Undefined: none is known. */
  journal: string | undefined;
  withoutJournal: boolean;
  confirm: string | undefined;
  declared: Declared;
  logger: Logger;
  say: Say;
}

/** What has been looked at, before a database is. */
export interface Examined {
  manifest: Manifest;
  journal: { path: string; tail: JournalTail } | undefined;
}

/** Errors: BackupFault, in words for the operator; nothing has been changed. */
export async function examine(options: Omit<RestoreOptions, 'declared' | 'logger'>): Promise<Examined> {
  const { folder, keysFolder, withoutJournal, confirm, say } = options;
  const manifest = readManifest(folder);
  for (const { file, storedBytes } of manifest.tables) {
    if (statSync(join(folder, file), { throwIfNoEntry: false })?.size !== storedBytes)
      throw new BackupFault(`${join(folder, file)} is not there, or not as long as the backup made it.`);
  }
  const missing = missingKeys(manifest.keys, keysFolder);
  if (missing.length > 0)
    throw new BackupFault(
      [
        `These keys are not in ${keysFolder}, and without them what they sealed or hashed is lost:`,
        ...missing.map(({ kind, id }) => `  ${kind}-${id}.key`),
        'Put the keys of the lost machine there: they are never in a backup.',
      ].join('\n'),
    );
  if (!withoutJournal) return { manifest, journal: await examineJournal(manifest, options.journal) };
  if (confirm !== manifest.id) throw new BackupFault(lostWithoutJournal(manifest));
  say('There is no journal: nothing that has ended since the backup is known.');
  return { manifest, journal: undefined };
}

async function examineJournal(
  manifest: Manifest,
  named: string | undefined,
): Promise<{ path: string; tail: JournalTail }> {
  // Where a server has begun one for another database, it has put this one aside.
  const aside = `${named}.${manifest.lineage}`;
  const path = named !== undefined && existsSync(aside) ? aside : named;
  const ways = 'Name one with --journal; if none is left: --without-journal.';
  if (path === undefined || !existsSync(path))
    throw new BackupFault(
      `There is no journal${path === undefined ? '' : ` at ${path}`}. Each server keeps one, at JOURNAL_FILE. ${ways}`,
    );
  let tail: JournalTail;
  try {
    tail = await readJournal(path);
  } catch (error) {
    if (error instanceof JournalFault)
      throw new BackupFault(`${error.message} Another server's may be whole. ${ways}`, { cause: error });
    throw error;
  }
  if (tail.head.lineage !== manifest.lineage)
    throw new BackupFault(`The journal at ${path} is that of another database than the backup. ${ways}`);
  if (tail.entries < manifest.journalEntries)
    throw new BackupFault(`The journal at ${path} ends before the backup was made. ${ways}`);
  return { path, tail };
}

/** Into the database of this address. Errors: BackupFault; nothing has been changed, but that tables may have been made. */
export async function restore(url: string, examined: Examined, options: RestoreOptions): Promise<Loaded> {
  const { manifest, journal } = examined;
  const { folder, by, declared, logger, say } = options;
  await migrate(url, declared, () => undefined, manifest.migrations);
  const begunAt = performance.now();
  const loaded = await inOwnerTransaction(url, 'change', (client) =>
    loadBackup(client, { manifest, folder, journal: journal?.path, by, say }),
  );
  const seconds = (performance.now() - begunAt) / 1_000;
  // What is newer than the backup comes on top of it.
  await migrate(url, declared, say);
  await analyse(url, manifest);
  await proveSuspended(url, logger);
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  say(`Restored ${rows.toLocaleString('en-GB')} rows, ${amountOf(manifest.tables, seconds)}.`);
  for (const line of outcomesInWords(manifest, journal?.tail, loaded)) say(line);
  return loaded;
}

/** Nothing has ever counted these rows, and the first requests would be planned for empty tables. */
async function analyse(url: string, { tables }: Manifest): Promise<void> {
  const filled = tables.filter(({ rows }) => rows > 0).map(({ name }) => quoted(name));
  await inOwnerTransaction(url, 'change', (client) => client.query(`ANALYZE ${filled.join(', ')}`));
}

/** No replica can be running yet, so that this is a formality; without it the first to start would finish it. */
async function proveSuspended(url: string, logger: Logger): Promise<void> {
  const address = new URL(url);
  address.searchParams.set('options', '-c role=rosette_owner');
  const barrier = new Barrier({ DATABASE_DIRECT_URL: address.href }, logger);
  try {
    await barrier.completeOpen();
  } finally {
    await barrier.onApplicationShutdown();
  }
}
