/**
 * In charge of the manifest of a backup: what is in it, by which the rest is judged. It is written last, so that a folder
 * without one holds no backup.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackupFault } from './backup-fault.js';
import { syncFolder } from './journal/journal-file.js';

export interface BackedUpTable {
  /** With its schema. */
  name: string;
  columns: string[];
  /** Of a table that is partitioned by time: those that a new database may not have. */
  partitions: { name: string; bound: string }[];
  file: string;
  rows: number;
  /** As PostgreSQL wrote it, and as it lies on disk. */
  bytes: number;
  storedBytes: number;
  sha256: string;
}

export interface NeededKey {
  kind: 'envelope' | 'tombstone';
  id: string;
  /** By which the same key is recognised, without giving it away; null where the machine of the backup did not have it. */
  check: string | null;
}

export interface Manifest {
  format: 1;
  id: string;
  postgres: string;
  takenAt: string;
  takenBy: string;
  /** The line of the database, the entries of its journal and the state of its switch. */
  lineage: string;
  journalEntries: number;
  epoch: number;
  migrations: string[];
  keys: NeededKey[];
  /** Such that what a table refers to comes before it. */
  tables: BackedUpTable[];
  sequences: { name: string; value: string; isCalled: boolean }[];
}

const name = 'manifest.json';

export function writeManifest(folder: string, manifest: Manifest): void {
  const draft = join(folder, `${name}.part`);
  writeFileSync(draft, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  const file = openSync(draft, 'r');
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, join(folder, name));
  syncFolder(join(folder, name));
}

/** Errors: BackupFault where there is none, or not one of this format. */
export function readManifest(folder: string): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Manifest;
  } catch (error) {
    throw new BackupFault(
      `${folder} holds no backup: there is no manifest in it that can be read. One that was broken off has none.`,
      { cause: error },
    );
  }
  if (manifest.format !== 1)
    throw new BackupFault(`The backup in ${folder} was made by a Rosette that this one does not know.`);
  return manifest;
}
