import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';

export type OneTimeKind = 'invitation' | 'password-reset' | 'set-up';

/** Tokens that are mailed or printed, and used once. */
@Injectable()
export class OneTimeTokenRepository {
  async add(
    tx: Tx,
    kind: OneTimeKind,
    hash: Buffer,
    accountId: string | null,
    lifeSeconds: number,
  ): Promise<void> {
    await tx.run(
      `INSERT INTO identity.one_time_token (hash, kind, account_id, expires_at)
       VALUES ($1, $2, $3, now() + make_interval(secs => $4))`,
      [hash, kind, accountId, lifeSeconds],
    );
  }

  /** When the account's unused token expires; undefined where there is none. */
  async lastExpiry(tx: Tx, kind: OneTimeKind, accountId: string): Promise<Date | undefined> {
    const row = await tx.first<{ expiresAt: Date }>(
      `SELECT expires_at AS "expiresAt" FROM identity.one_time_token
       WHERE account_id = $1 AND kind = $2 AND used_at IS NULL ORDER BY expires_at DESC LIMIT 1`,
      [accountId, kind],
    );
    return row?.expiresAt;
  }

  /** Index: one_time_token_unused. */
  async dropUnused(tx: Tx, kind: OneTimeKind, accountId: string): Promise<void> {
    await tx.run(
      'DELETE FROM identity.one_time_token WHERE account_id = $1 AND kind = $2 AND used_at IS NULL',
      [accountId, kind],
    );
  }

  async wasIssuedWithin(tx: Tx, kind: OneTimeKind, accountId: string, seconds: number): Promise<boolean> {
    const row = await tx.first(
      `SELECT FROM identity.one_time_token
       WHERE account_id = $1 AND kind = $2 AND used_at IS NULL AND issued_at > now() - make_interval(secs => $3)`,
      [accountId, kind, seconds],
    );
    return row !== undefined;
  }

  /** Whose it is, while it is valid. */
  async ownerOf(
    tx: Tx,
    kind: OneTimeKind,
    hash: Buffer,
  ): Promise<{ accountId: string; username: string } | undefined> {
    return tx.first(
      `SELECT a.id AS "accountId", a.username FROM identity.one_time_token t JOIN identity.account a ON a.id = t.account_id
       WHERE t.hash = $1 AND t.kind = $2 AND t.used_at IS NULL AND t.expires_at > now() AND a.closed_at IS NULL`,
      [hash, kind],
    );
  }

  /** Whether it was still there to use: of two at once the second waits for the first and finds it used. */
  async use(tx: Tx, kind: OneTimeKind, hash: Buffer): Promise<boolean> {
    const used = await tx.run(
      'UPDATE identity.one_time_token SET used_at = now() WHERE hash = $1 AND kind = $2 AND used_at IS NULL AND expires_at > now()',
      [hash, kind],
    );
    return used === 1;
  }

  /** The new administrator's id; undefined if there is one, the name is taken, or the token is not valid. */
  async finishSetUp(
    tx: Tx,
    token: Buffer | null,
    username: string,
    displayName: string,
    hash: string,
  ): Promise<string | undefined> {
    const values = [token, username, displayName, hash];
    const row = await tx.first<{ id: string | null }>(
      'SELECT identity.finish_set_up($1, $2, $3, $4) AS id',
      values,
    );
    return row?.id ?? undefined;
  }

  /** When the last grant to administer ends of those that are live or still to begin; undefined where there is none. */
  async administeredUntil(tx: Tx): Promise<Date | undefined> {
    const row = await tx.first<{ until: Date | null }>('SELECT access.administered_until() AS until');
    return row?.until ?? undefined;
  }
}
