import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { firstKeyId, newKeyId, readKeyFiles, writeKeyFile } from '../../identity/key-file.js';

/**
 * In charge of the keys that sign checkpoints of the ledger: Ed25519, one PEM file a key, `checkpoint-<id>.pem`, mode 0600. All
 * that are there sign, so that a new key stands beside the old one until everybody who verifies knows it.
 */
export interface CheckpointKey {
  id: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const file = /^checkpoint-([0-9]{13}-[0-9a-f]{8})\.pem$/;

/** Newest first. Throws, naming the file, if one is readable by others. */
export function readCheckpointKeys(directory: string): CheckpointKey[] {
  return readKeyFiles(directory, file).map(({ id, path, content }) => {
    const privateKey = createPrivateKey(content);
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`The key ${path} is not an Ed25519 key.`);
    return { id, privateKey, publicKey: createPublicKey(privateKey) };
  });
}

/** Writes a new key beside the present ones. */
export function addCheckpointKey(directory: string, now = Date.now()): void {
  writeKey(directory, newKeyId(now));
}

/** Makes the first key of an empty directory; of several processes that try at once, one succeeds and all use its key. */
export function ensureCheckpointKey(directory: string): void {
  if (readCheckpointKeys(directory).length === 0) writeKey(directory, firstKeyId);
}

function writeKey(directory: string, id: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeKeyFile(join(directory, `checkpoint-${id}.pem`), directory, pem);
}
