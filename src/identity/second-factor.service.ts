import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Secret, TOTP } from 'otpauth';
import type { Tx } from '../database/tx.js';
import { Envelope } from './envelope.service.js';
import { sha256 } from './secret.js';
import { TotpRepository } from './totp.repository.js';

export interface FactorGiven {
  code?: string | null;
  recoveryCode?: string | null;
}

const periodSeconds = 30;
/** Codes of the step before and after count too, for clocks that are off by half a minute. */
const window = 1;
const alphabet = 'abcdefghjkmnpqrstvwxyz0123456789';

/** In charge of checking second factors (RFC 6238): a code counts once, and so does a recovery code. */
@Injectable()
export class SecondFactor {
  constructor(
    private readonly totps: TotpRepository,
    private readonly envelope: Envelope,
  ) {}

  isEnrolled(tx: Tx, accountId: string): Promise<boolean> {
    return this.totps.isEnrolled(tx, accountId);
  }

  /** Whether the factor is right and was not used; uses it up if so. */
  async accepts(tx: Tx, accountId: string, { code, recoveryCode }: FactorGiven): Promise<boolean> {
    if (code != null) return this.acceptsCode(tx, accountId, code, 'confirmed');
    return (
      recoveryCode != null && this.totps.useRecoveryCode(tx, accountId, recoveryHash(accountId, recoveryCode))
    );
  }

  async acceptsCode(
    tx: Tx,
    accountId: string,
    code: string,
    state: 'confirmed' | 'unconfirmed',
  ): Promise<boolean> {
    const seed = await this.totps.seedOf(tx, accountId, state);
    if (!seed) return false;
    const totp = totpOf(Secret.fromBase32(this.envelope.open(seed, accountId)));
    const now = Date.now();
    const delta = totp.validate({ token: code, timestamp: now, window });
    if (delta === null) return false;
    return this.totps.useCounter(tx, accountId, totp.counter({ timestamp: now }) + delta);
  }
}

export function totpOf(secret: Secret, label = ''): TOTP {
  return new TOTP({ issuer: 'Rosette', label, algorithm: 'SHA1', digits: 6, period: periodSeconds, secret });
}

/** Eighty random bits, in letters that are hard to confuse. */
export function newRecoveryCode(): string {
  const letters = [...randomBytes(16)].map((byte) => alphabet.charAt(byte % alphabet.length)).join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}

/** However it was typed: capitals, spaces and dashes do not count. */
export function recoveryHash(accountId: string, code: string): Buffer {
  return sha256(`${accountId}:${code.toLowerCase().replace(/[\s-]/g, '')}`);
}
