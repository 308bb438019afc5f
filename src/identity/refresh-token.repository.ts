import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { RefreshState } from './refresh.rules.js';

/** Whose session a refresh token belongs to. */
export interface RefreshOwner {
  sessionId: string;
  accountId: string;
  isLive: boolean;
}

/** Refresh tokens, known by their hash. */
@Injectable()
export class RefreshTokenRepository {
  async add(tx: Tx, hash: Buffer, sessionId: string, parent?: Buffer): Promise<void> {
    await tx.run('INSERT INTO identity.refresh_token (hash, session_id, parent) VALUES ($1, $2, $3)', [
      hash,
      sessionId,
      parent ?? null,
    ]);
  }

  /** Locks the session, so that refreshes of one session are one after another. Index: refresh_token_pkey. */
  async lockOwner(tx: Tx, hash: Buffer): Promise<RefreshOwner | undefined> {
    return tx.first(
      `SELECT s.id AS "sessionId", s.account_id AS "accountId",
         s.ended_at IS NULL AND s.expires_at > now() AND a.closed_at IS NULL AS "isLive"
       FROM identity.refresh_token t
       JOIN identity.session s ON s.id = t.session_id
       JOIN identity.account a ON a.id = s.account_id
       WHERE t.hash = $1 FOR NO KEY UPDATE OF s`,
      [hash],
    );
  }

  /** To be asked after the lock, in a statement of its own. Index: refresh_token_by_parent. */
  async stateOf(tx: Tx, hash: Buffer): Promise<RefreshState> {
    const row = await tx.first<{
      rotatedSecondsAgo: number | null;
      isSiblingRotated: boolean;
      isChildRotated: boolean;
    }>(
      `SELECT extract(epoch FROM clock_timestamp() - t.rotated_at)::float8 AS "rotatedSecondsAgo",
         EXISTS (SELECT FROM identity.refresh_token o WHERE o.parent = t.parent AND o.hash <> t.hash AND o.rotated_at IS NOT NULL) AS "isSiblingRotated",
         EXISTS (SELECT FROM identity.refresh_token o WHERE o.parent = t.hash AND o.rotated_at IS NOT NULL) AS "isChildRotated"
       FROM identity.refresh_token t WHERE t.hash = $1`,
      [hash],
    );
    if (!row) throw new Error('a refresh token vanished under its lock');
    return row;
  }

  async markRotated(tx: Tx, hash: Buffer): Promise<void> {
    await tx.run(
      'UPDATE identity.refresh_token SET rotated_at = clock_timestamp() WHERE hash = $1 AND rotated_at IS NULL',
      [hash],
    );
  }

  /** Slides the session's end, never beyond `absoluteSeconds` after it was opened. */
  async prolong(tx: Tx, sessionId: string, slidingSeconds: number, absoluteSeconds: number): Promise<void> {
    await tx.run(
      `UPDATE identity.session
       SET expires_at = least(now() + make_interval(secs => $2), created_at + make_interval(secs => $3)) WHERE id = $1`,
      [sessionId, slidingSeconds, absoluteSeconds],
    );
  }

  /** Forgets the tokens of the account's sessions that are over. Indexes: refresh_token_by_session. */
  async forgetOver(tx: Tx, accountId: string): Promise<void> {
    await tx.run(
      `DELETE FROM identity.refresh_token t USING identity.session s
       WHERE s.id = t.session_id AND s.account_id = $1 AND (s.expires_at < now() OR s.ended_at < now() - interval '1 day')`,
      [accountId],
    );
  }
}
