import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { firstKeyId, readKeyFiles, writeKeyFile } from '../identity/key-file.js';

/**
 * In charge of the keys by which somebody is recognised who may not be stored: HMAC-SHA-256, 32 bytes a file,
 * `tombstone-<id>.key`, mode 0600. Without the file, a copy of the database does not say who was meant.
 */
export interface TombstoneKey {
  id: string;
  key: Buffer;
}

const file = /^tombstone-([0-9]{13}-[0-9a-f]{8})\.key$/;
const keyBytes = 32;

/** All tombstone keys of a directory, newest first. Throws, naming the file, if one is readable by others. */
export function readTombstoneKeys(directory: string): TombstoneKey[] {
  return readKeyFiles(directory, file).map(({ id, path, content }) => {
    if (content.length !== keyBytes) throw new Error(`The key ${path} must have ${keyBytes} bytes.`);
    return { id, key: content };
  });
}

/** Makes the first key of a directory that has none; of several processes at once, one succeeds and all use its key. */
export function ensureTombstoneKey(directory: string): void {
  if (readTombstoneKeys(directory).length > 0) return;
  writeKeyFile(join(directory, `tombstone-${firstKeyId}.key`), directory, randomBytes(keyBytes));
}

/** `<key id>:<hash>`, so that a new key does not make old hashes unreadable. */
export function tombstoneOf(key: TombstoneKey, text: string): string {
  return `${key.id}:${createHmac('sha256', key.key).update(text).digest('hex')}`;
}
