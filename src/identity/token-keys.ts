import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

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
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .flatMap((name) => {
      const kid = file.exec(name)?.[1];
      return kid === undefined ? [] : [{ kid, path: join(directory, name) }];
    })
    .sort((a, b) => (a.kid < b.kid ? 1 : -1))
    .map(({ kid, path }) => {
      if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
        throw new Error(`The key ${path} can be read by others: its mode must be 0600.`);
      }
      const privateKey = createPrivateKey(readFileSync(path));
      if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`The key ${path} is not an Ed25519 key.`);
      return { kid, privateKey, publicKey: createPublicKey(privateKey) };
    });
}

/** Writes a new key beside the present ones. */
export function addTokenKey(directory: string, now = Date.now()): void {
  const kid = `${String(now).padStart(13, '0')}-${randomUUID().slice(0, 8)}`;
  writeKey(directory, join(directory, `token-${kid}.pem`));
}

/** Makes the first key of an empty directory; of several processes that try at once, one succeeds and all use its key. */
export function ensureTokenKey(directory: string): void {
  if (readTokenKeys(directory).length > 0) return;
  writeKey(directory, join(directory, 'token-0000000000000-00000000.pem'));
}

function writeKey(directory: string, path: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const { privateKey } = generateKeyPairSync('ed25519');
  const temporary = join(directory, `.${randomUUID()}`);
  writeFileSync(temporary, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary);
  }
}
