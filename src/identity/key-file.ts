import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** In charge of key files on disk: who may read them, and that one is written whole or not at all. */
export interface KeyFile {
  id: string;
  path: string;
  content: Buffer;
}

/** The files of a directory whose names match; the id is the pattern's first group. Newest id first. */
export function readKeyFiles(directory: string, pattern: RegExp): KeyFile[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .flatMap((name) => {
      const id = pattern.exec(name)?.[1];
      return id === undefined ? [] : [{ id, path: join(directory, name) }];
    })
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .map(({ id, path }) => {
      if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
        throw new Error(`The key ${path} can be read by others: its mode must be 0600.`);
      }
      return { id, path, content: readFileSync(path) };
    });
}

/** Writes a file that is not there yet; of several processes that try at once, one succeeds and all use its key. */
export function writeKeyFile(path: string, directory: string, content: string | Buffer): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const temporary = join(directory, `.${randomUUID()}`);
  writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary);
  }
}

/** The id of a key made now: sorts by age. */
export function newKeyId(now = Date.now()): string {
  return `${String(now).padStart(13, '0')}-${randomUUID().slice(0, 8)}`;
}

/** The id of the first key, the same in every process that makes one at once. */
export const firstKeyId = '0000000000000-00000000';
