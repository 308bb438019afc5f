import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { KeyRing } from './key-ring.js';
import { readEnvelopeKeys, type EnvelopeKey } from './envelope-keys.js';

/** A secret as the database keeps it: nonce, tag and ciphertext, beside the id of the key. */
export interface Sealed {
  keyId: string;
  sealed: Buffer;
}

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * In charge of sealing secrets with AES-256-GCM (NIST SP 800-38D). The owner's id is authenticated with the value, so
 * that a value copied to another account's row does not open.
 */
@Injectable()
export class Envelope {
  private readonly keys: KeyRing<EnvelopeKey>;

  constructor(@Inject(ENVIRONMENT) environment: Environment) {
    this.keys = new KeyRing(environment.ROSETTE_KEYS_DIR, readEnvelopeKeys, 'envelope');
  }

  seal(secret: string, ownerId: string): Sealed {
    const { id, key } = this.keys.newest();
    const nonce = randomBytes(nonceBytes);
    const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes }).setAAD(
      Buffer.from(ownerId),
    );
    const text = Buffer.concat([sealing.update(secret, 'utf8'), sealing.final()]);
    return { keyId: id, sealed: Buffer.concat([nonce, sealing.getAuthTag(), text]) };
  }

  /** Throws if the key is gone, or the value was changed or belongs to another owner. */
  open({ keyId, sealed }: Sealed, ownerId: string): string {
    const key = this.keys.all().find(({ id }) => id === keyId)?.key;
    if (!key) throw new Error(`The envelope key ${keyId} is not among the key files.`);
    const opening = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    opening.setAAD(Buffer.from(ownerId)).setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([opening.update(sealed.subarray(nonceBytes + tagBytes)), opening.final()]).toString(
      'utf8',
    );
  }
}
