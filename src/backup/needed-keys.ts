/**
 * In charge of the keys that a backup cannot do without. They are never in it: whoever finds the folder cannot open the
 * secrets in it, nor tell whose address a hash is.
 */
import { createHmac } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { readKeyFiles } from '../identity/key-file.js';
import { BackupFault } from './backup-fault.js';
import type { NeededKey } from './manifest.js';

const files = {
  envelope: /^envelope-([0-9]{13}-[0-9a-f]{8})\.key$/,
  tombstone: /^tombstone-([0-9]{13}-[0-9a-f]{8})\.key$/,
} as const;

/** The ids with what the keys in the folder are recognised by. */
export function withChecks(ids: readonly Omit<NeededKey, 'check'>[], keysFolder: string): NeededKey[] {
  return ids.map(({ kind, id }) => {
    const found = readKeyFiles(keysFolder, files[kind]).find((key) => key.id === id);
    return { kind, id, check: found ? checkOf(found.content) : null };
  });
}

/** Those that are not in the folder, or are others under the same name. */
export function missingKeys(needed: readonly NeededKey[], keysFolder: string): NeededKey[] {
  const here = withChecks(needed, keysFolder);
  return needed.filter(({ check }, index) => {
    const found = here[index]?.check ?? null;
    return found === null || (check !== null && check !== found);
  });
}

/** Errors: BackupFault where a copy of the one folder would hold the other. */
export function refuseTogether(backupFolder: string, keysFolder: string): void {
  const [backup, keys] = [real(backupFolder), real(keysFolder)];
  if (isWithin(keys, backup) || isWithin(backup, keys))
    throw new BackupFault(
      'The folder of the backup and that of the keys lie within each other: whoever had the one would have both. Choose another folder.',
    );
}

/** A key is 256 random bits: nothing about it follows from this. */
function checkOf(key: Buffer): string {
  return createHmac('sha256', key).update('rosette backup key check').digest('hex').slice(0, 32);
}

function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return resolve(folder);
    throw error;
  }
}

function isWithin(inner: string, outer: string): boolean {
  const path = relative(outer, inner);
  return path === '' || (path !== '..' && !path.startsWith(`..${sep}`) && resolve(outer, path) === inner);
}
