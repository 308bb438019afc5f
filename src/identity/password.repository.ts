import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';

/** Password hashes. */
@Injectable()
export class PasswordRepository {
  async hashOf(tx: Tx, accountId: string): Promise<string | undefined> {
    const row = await tx.first<{ hash: string }>('SELECT hash FROM identity.password WHERE account_id = $1', [
      accountId,
    ]);
    return row?.hash;
  }

  /** The account and hash to check a sign-in against; undefined where nobody can sign in so. Index: account_username_unique. */
  async ofUsername(tx: Tx, username: string): Promise<{ accountId: string; hash: string } | undefined> {
    return tx.first(
      `SELECT a.id AS "accountId", p.hash FROM identity.account a JOIN identity.password p ON p.account_id = a.id
       WHERE a.username = $1 AND a.kind = 'person' AND a.closed_at IS NULL`,
      [username],
    );
  }

  /** Whether this is the hash still, and it stays so until commit: whoever sets another waits. Index: password_pkey. */
  async keeps(tx: Tx, accountId: string, hash: string): Promise<boolean> {
    const row = await tx.first(
      'SELECT FROM identity.password WHERE account_id = $1 AND hash = $2 FOR SHARE',
      [accountId, hash],
    );
    return row !== undefined;
  }

  async put(tx: Tx, accountId: string, hash: string): Promise<void> {
    await tx.run(
      `INSERT INTO identity.password (account_id, hash) VALUES ($1, $2)
       ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, changed_at = now()`,
      [accountId, hash],
    );
  }
}
