import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Sealed } from './envelope.service.js';

/** Second factors: sealed seeds, codes that were used, recovery codes, and resets by two people. */
@Injectable()
export class TotpRepository {
  async isEnrolled(tx: Tx, accountId: string): Promise<boolean> {
    const row = await tx.first(
      'SELECT FROM identity.totp WHERE account_id = $1 AND confirmed_at IS NOT NULL',
      [accountId],
    );
    return row !== undefined;
  }

  async seedOf(tx: Tx, accountId: string, state: 'confirmed' | 'unconfirmed'): Promise<Sealed | undefined> {
    return tx.first<Sealed & { keyId: string }>(
      `SELECT key_id AS "keyId", sealed FROM identity.totp WHERE account_id = $1 AND (confirmed_at IS NOT NULL) = $2`,
      [accountId, state === 'confirmed'],
    );
  }

  /** Replaces a seed that was never confirmed; false if one was. */
  async putUnconfirmed(tx: Tx, accountId: string, { keyId, sealed }: Sealed): Promise<boolean> {
    const put = await tx.run(
      `INSERT INTO identity.totp AS t (account_id, key_id, sealed) VALUES ($1, $2, $3)
       ON CONFLICT (account_id) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed, created_at = now()
       WHERE t.confirmed_at IS NULL`,
      [accountId, keyId, sealed],
    );
    return put === 1;
  }

  async confirm(tx: Tx, accountId: string): Promise<boolean> {
    return (
      (await tx.run(
        'UPDATE identity.totp SET confirmed_at = now() WHERE account_id = $1 AND confirmed_at IS NULL',
        [accountId],
      )) === 1
    );
  }

  /** Whether the counter was not used before. Of two at once the second waits for the first. */
  async useCounter(tx: Tx, accountId: string, counter: number): Promise<boolean> {
    const used = await tx.run(
      'INSERT INTO identity.used_totp_counter (account_id, counter) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [accountId, counter],
    );
    // Counters out of the window cannot come back.
    await tx.run('DELETE FROM identity.used_totp_counter WHERE account_id = $1 AND counter < $2', [
      accountId,
      counter - 20,
    ]);
    return used === 1;
  }

  async putRecoveryCodes(tx: Tx, accountId: string, hashes: readonly Buffer[]): Promise<void> {
    await tx.run('DELETE FROM identity.recovery_code WHERE account_id = $1', [accountId]);
    await tx.run('INSERT INTO identity.recovery_code (account_id, hash) SELECT $1, unnest($2::bytea[])', [
      accountId,
      hashes,
    ]);
  }

  async useRecoveryCode(tx: Tx, accountId: string, hash: Buffer): Promise<boolean> {
    const used = await tx.run(
      'UPDATE identity.recovery_code SET used_at = now() WHERE account_id = $1 AND hash = $2 AND used_at IS NULL',
      [accountId, hash],
    );
    return used === 1;
  }

  async forgetFactor(tx: Tx, accountId: string): Promise<void> {
    await tx.run('DELETE FROM identity.totp WHERE account_id = $1', [accountId]);
    await tx.run('DELETE FROM identity.recovery_code WHERE account_id = $1', [accountId]);
  }

  /** The reset that one person asked for within a day and nobody has confirmed. Index: totp_reset_by_account. */
  async openReset(
    tx: Tx,
    accountId: string,
  ): Promise<{ id: string; askedBy: string; askedAt: Date } | undefined> {
    return tx.first(
      `SELECT id, asked_by AS "askedBy", asked_at AS "askedAt" FROM identity.totp_reset
       WHERE account_id = $1 AND confirmed_at IS NULL AND asked_at > now() - interval '1 day' ORDER BY asked_at DESC LIMIT 1`,
      [accountId],
    );
  }

  async askReset(tx: Tx, accountId: string, askedBy: string): Promise<Date> {
    const row = await tx.first<{ askedAt: Date }>(
      'INSERT INTO identity.totp_reset (account_id, asked_by) VALUES ($1, $2) RETURNING asked_at AS "askedAt"',
      [accountId, askedBy],
    );
    if (!row) throw new Error('a reset was not written');
    return row.askedAt;
  }

  async confirmReset(tx: Tx, id: string, confirmedBy: string): Promise<void> {
    await tx.run('UPDATE identity.totp_reset SET confirmed_by = $2, confirmed_at = now() WHERE id = $1', [
      id,
      confirmedBy,
    ]);
  }
}
