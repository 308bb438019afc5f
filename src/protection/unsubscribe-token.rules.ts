/**
 * In charge of the token in an unsubscribe link. It says itself which address it is for, as a keyed hash, and carries a
 * seal under the same key: nothing has to be kept for each message, it works for ever, and it can be made by nobody else.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TombstoneKey } from './tombstone-keys.js';

/** Whom a token speaks of. */
export interface Unsubscriber {
  /** `<key id>:<hash>`, as suppressions keep it. */
  addressHash: string;
  subjectId: string;
}

const idLength = 22;
const hashBytes = 32;
const subjectBytes = 8;
const sealBytes = 16;
const wholeBytes = idLength + hashBytes + subjectBytes + sealBytes;

/** The hash must have been made with the key. */
export function unsubscribeToken(key: TombstoneKey, { addressHash, subjectId }: Unsubscriber): string {
  const subject = Buffer.alloc(subjectBytes);
  subject.writeBigInt64BE(BigInt(subjectId));
  const hash = Buffer.from(addressHash.slice(addressHash.indexOf(':') + 1), 'hex');
  const said = Buffer.concat([Buffer.from(key.id, 'latin1'), hash, subject]);
  return Buffer.concat([said, sealOf(key, said)]).toString('base64url');
}

/** Undefined for what no key of ours has sealed. */
export function readUnsubscribeToken(keys: readonly TombstoneKey[], token: string): Unsubscriber | undefined {
  const bytes = /^[\w-]{104}$/.test(token) ? Buffer.from(token, 'base64url') : Buffer.alloc(0);
  const id = bytes.toString('latin1', 0, idLength);
  const key = keys.find((candidate) => candidate.id === id);
  if (!key || bytes.length !== wholeBytes) return undefined;
  const said = bytes.subarray(0, -sealBytes);
  if (!timingSafeEqual(sealOf(key, said), bytes.subarray(-sealBytes))) return undefined;
  const hash = said.toString('hex', idLength, idLength + hashBytes);
  return {
    addressHash: `${id}:${hash}`,
    subjectId: said.readBigInt64BE(idLength + hashBytes).toString(),
  };
}

function sealOf({ key }: TombstoneKey, said: Buffer): Buffer {
  return createHmac('sha256', key).update('unsubscribe|').update(said).digest().subarray(0, sealBytes);
}
