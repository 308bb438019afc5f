/**
 * In charge of checkpoints as text: the C2SP signed note with an Ed25519 signature (c2sp.org/signed-note), whose text is the
 * C2SP checkpoint of a log (c2sp.org/tlog-checkpoint): origin, size, root. Witnesses and verifiers that others wrote read it.
 */
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { bytesOf } from './strict-base64.js';

const ed25519 = 0x01;
const dash = '\u2014';

export interface Checkpoint {
  origin: string;
  size: number;
  root: Buffer;
}

export interface Signer {
  /** The key's name: the origin of the log that it signs for. */
  name: string;
  privateKey: KeyObject;
}

/** A checkpoint's text, signed by all of them. */
export function signCheckpoint({ origin, size, root }: Checkpoint, signers: readonly Signer[]): string {
  const text = `${origin}\n${size}\n${root.toString('base64')}\n`;
  const lines = signers.map(({ name, privateKey }) => {
    const signature = sign(null, Buffer.from(text), privateKey);
    const id = keyId(name, rawPublicKey(createPublicKey(privateKey)));
    return `${dash} ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/** A public key as verifiers name it: name, key id, algorithm and key. */
export function verifierKey(name: string, publicKey: KeyObject): string {
  const raw = rawPublicKey(publicKey);
  const typed = Buffer.concat([Buffer.from([ed25519]), raw]);
  return `${name}+${keyId(name, raw).toString('hex')}+${typed.toString('base64')}`;
}

/** The text of a note and whose signatures of these keys it carries. Why it is none, otherwise. */
export function openNote(
  note: string,
  keys: readonly string[],
): { text: string; signedBy: string[] } | string {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return 'it is no signed note';
  const text = note.slice(0, end + 1);
  const known = new Map(keys.flatMap((key) => verifierOf(key) ?? []));
  const signedBy: string[] = [];
  for (const line of note
    .slice(end + 2)
    .split('\n')
    .slice(0, -1)) {
    const [, name, encoded] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
    const bytes = bytesOf(encoded);
    if (name === undefined || !bytes) return 'it has a line that is no signature';
    const key = known.get(`${name}+${bytes.subarray(0, 4).toString('hex')}`);
    // Of a witness, or a key that nobody here trusts.
    if (!key) continue;
    if (!verify(null, Buffer.from(text), key, bytes.subarray(4))) return 'a signature is of another text';
    signedBy.push(name);
  }
  return signedBy.length === 0 ? 'no trusted key has signed it' : { text, signedBy };
}

/** The checkpoint, where it is one and a key of its log, of these, has signed it. Why not, otherwise. */
export function openCheckpoint(note: string, keys: readonly string[]): Checkpoint | string {
  const opened = openNote(note, keys);
  if (typeof opened === 'string') return opened;
  const checkpoint = checkpointOf(opened.text);
  if (!checkpoint) return 'it is no checkpoint';
  return opened.signedBy.includes(checkpoint.origin) ? checkpoint : 'its log has not signed it';
}

function checkpointOf(text: string): Checkpoint | undefined {
  const [origin = '', digits = '', encoded = ''] = text.split('\n');
  if (origin === '' || !/^(0|[1-9][0-9]{0,15})$/.test(digits)) return undefined;
  const root = bytesOf(encoded);
  if (root?.length !== 32) return undefined;
  return { origin, size: Number(digits), root };
}

/** Whether it is a public key as verifiers name it, and its parts agree. */
export function isVerifierKey(key: unknown): boolean {
  return typeof key === 'string' && verifierOf(key) !== undefined;
}

function verifierOf(key: string): [string, KeyObject][] | undefined {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(key);
  if (!found) return undefined;
  const [, name = '', id = '', encoded = ''] = found;
  const typed = bytesOf(encoded);
  const raw = typed?.subarray(1);
  if (!typed || !raw || typed[0] !== ed25519 || raw.length !== 32 || keyId(name, raw).toString('hex') !== id)
    return undefined;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') };
  return [[`${name}+${id}`, createPublicKey({ key: jwk, format: 'jwk' })]];
}

function rawPublicKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
}

function keyId(name: string, raw: Buffer): Buffer {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.from([ed25519]))
    .update(raw)
    .digest()
    .subarray(0, 4);
}
