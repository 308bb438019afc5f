import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { firstKeyId, newKeyId, readKeyFiles, writeKeyFile } from './key-file.js';

/**
 * In charge of the keys that sign access tokens: Ed25519, one PEM file a key, `token-<kid>.pem`, mode 0600. The newest
 * signs; every one present verifies, so that two are valid while a key is being replaced. No key is in the database.
 */
export interface TokenKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const file = /^token-([0-9]{13}-[0-9a-f]{8})\.pem$/;

/** All token keys of a directory, newest first. Throws, naming the file, if one is readable by others. */
export function readTokenKeys(directory: string): TokenKey[] {
  return readKeyFiles(directory, file).map(({ id, path, content }) => {
    const privateKey = createPrivateKey(content);
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`The key ${path} is not an Ed25519 key.`);
    return { kid: id, privateKey, publicKey: createPublicKey(privateKey) };
  });
}

/** Writes a new key beside the present ones. */
export function addTokenKey(directory: string, now = Date.now()): void {
  writeKey(directory, newKeyId(now));
}

/** Makes the first key of an empty directory; of several processes that try at once, one succeeds and all use its key. */
export function ensureTokenKey(directory: string): void {
  if (readTokenKeys(directory).length === 0) writeKey(directory, firstKeyId);
}

function writeKey(directory: string, kid: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeKeyFile(join(directory, `token-${kid}.pem`), directory, pem);
}
