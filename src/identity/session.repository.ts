import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { SessionEntity } from './session.entity.js';

/** Why a session ended before its time. */
export type SessionEnd =
  | 'signed-out'
  | 'ended-by-owner'
  | 'password-changed'
  | 'password-reset'
  | 'second-factor-enrolled'
  | 'second-factor-reset'
  | 'refresh-reused'
  | 'secret-rotated'
  | 'account-closed';

/** A session as its owner sees it. */
export interface SessionRow {
  id: string;
  createdAt: string;
  expiresAt: string;
  lastRefreshedAt: string | null;
  hasSecondFactor: boolean;
}

const steppedUpSeconds = 300;
const fromNow = (seconds: number) => `now() + make_interval(secs => ${Math.trunc(seconds)})`;

/**
 * Sessions. Ending one ends its access and refresh tokens in the same moment, since the fence asks this table, and is a flip:
 * whoever does it waits for the barrier after the commit.
 */
@Injectable()
export class SessionRepository {
  /**
   * Opens one that lives `lifeSeconds` from now, by the database's clock. Whoever opens it with a second factor has stepped up:
   * in an emergency nobody should wait half a minute for the next code.
   */
  async open(tx: Tx, accountId: string, lifeSeconds: number, hasSecondFactor: boolean): Promise<string> {
    const { identifiers } = await tx.manager.insert(SessionEntity, {
      accountId,
      expiresAt: () => fromNow(lifeSeconds),
      ...(hasSecondFactor ? { mfaAt: () => 'now()', steppedUpUntil: () => fromNow(steppedUpSeconds) } : {}),
    });
    return (identifiers[0] as { id: string }).id;
  }

  /**
   * How many of the account's sessions it ended. The last statement of its transaction: until commit it holds back
   * suspensions. Index: session_live_by_account.
   */
  async endAll(tx: Tx, accountId: string, why: SessionEnd, exceptSessionId?: string): Promise<number> {
    const values = [accountId, why, exceptSessionId ?? null];
    const row = await tx.first<{ ended: number }>(
      'SELECT identity.end_sessions($1, $2, NULL, $3) AS ended',
      values,
    );
    return row?.ended ?? 0;
  }

  /** Whether there was such a session of the account. The last statement, as `endAll`. */
  async endOne(tx: Tx, accountId: string, id: string, why: SessionEnd): Promise<boolean> {
    const values = [accountId, why, id];
    const row = await tx.first<{ ended: number }>(
      'SELECT identity.end_sessions($1, $2, $3, NULL) AS ended',
      values,
    );
    return row?.ended === 1;
  }

  async stepUp(tx: Tx, id: string): Promise<Date> {
    const row = await tx.first<{ until: Date }>(
      `UPDATE identity.session SET stepped_up_until = ${fromNow(steppedUpSeconds)} WHERE id = $1
       RETURNING stepped_up_until AS until`,
      [id],
    );
    if (!row) throw new Error('a session vanished inside the fence');
    return row.until;
  }

  async gainSecondFactor(tx: Tx, id: string): Promise<void> {
    await tx.manager.update(SessionEntity, { id }, { mfaAt: () => 'now()' });
  }

  /** Newest first. Indexes: session_live_by_account, refresh_token_by_session. */
  async liveOf(tx: Tx, accountId: string): Promise<SessionRow[]> {
    return tx.rows<SessionRow>(
      `SELECT s.id, s.created_at AS "createdAt", s.expires_at AS "expiresAt", s.mfa_at IS NOT NULL AS "hasSecondFactor",
         (SELECT max(t.issued_at) FROM identity.refresh_token t WHERE t.session_id = s.id) AS "lastRefreshedAt"
       FROM identity.session s
       WHERE s.account_id = $1 AND s.ended_at IS NULL AND s.expires_at > now()
       ORDER BY s.created_at DESC, s.id LIMIT 200`,
      [accountId],
    );
  }
}
