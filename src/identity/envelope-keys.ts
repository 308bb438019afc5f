import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { firstKeyId, newKeyId, readKeyFiles, writeKeyFile } from './key-file.js';

/**
 * In charge of the keys that seal secrets kept in the database: AES-256, 32 bytes a file, `envelope-<id>.key`, mode
 * 0600. The newest seals; every one present opens. Without the file, a copy of the database gives no seed away.
 */
export interface EnvelopeKey {
  id: string;
  key: Buffer;
}

const file = /^envelope-([0-9]{13}-[0-9a-f]{8})\.key$/;
const keyBytes = 32;

/** All envelope keys of a directory, newest first. Throws, naming the file, if one is readable by others. */
export function readEnvelopeKeys(directory: string): EnvelopeKey[] {
  return readKeyFiles(directory, file).map(({ id, path, content }) => {
    if (content.length !== keyBytes) throw new Error(`The key ${path} must have ${keyBytes} bytes.`);
    return { id, key: content };
  });
}

/** Writes a new key beside the present ones. */
export function addEnvelopeKey(directory: string, now = Date.now()): void {
  writeKey(directory, newKeyId(now));
}

/** Makes the first key of a directory that has none; of several processes at once, one succeeds and all use its key. */
export function ensureEnvelopeKey(directory: string): void {
  if (readEnvelopeKeys(directory).length === 0) writeKey(directory, firstKeyId);
}

function writeKey(directory: string, id: string): void {
  writeKeyFile(join(directory, `envelope-${id}.key`), directory, randomBytes(keyBytes));
}
