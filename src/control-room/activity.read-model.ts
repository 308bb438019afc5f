import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { ActiveUser } from './activity.dto.js';

/** One tool in one minute in which something was disclosed; `tool` is null for what belongs to none. */
export interface CountedMinute {
  at: Date;
  tool: string | null;
  disclosures: number;
  rows: number;
}

/** What goes on now, as sums that definer functions make of the record: the record itself is not for these eyes. */
@Injectable()
export class ActivityReadModel {
  /**
   * Who did something in the minutes before `until` and has a session, who was shown most first. Indexes: account_pkey,
   * session_live_by_account, role_grant_live_by_account, office_member_pkey, and those of ledger.activity.
   */
  async activeUsers(
    tx: Tx,
    window: { since: Date; until: Date },
    limit: number,
    after: readonly [number, string] | undefined,
  ): Promise<ActiveUser[]> {
    const values = [window.since, window.until, after?.[0] ?? null, after?.[1] ?? null, limit];
    return tx.rows<ActiveUser & { id: string }>(
      `SELECT a.id, a.kind, a.username, a.display_name AS "displayName",
              ARRAY(SELECT DISTINCT g.role FROM access.live_grants(a.id) g ORDER BY g.role) AS roles,
              ARRAY(SELECT m.office_id::text FROM access.office_member m
                    WHERE m.account_id = a.id AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())
                    ORDER BY m.office_id) AS "officeIds",
              open.sessions, seen.last_seen_at AS "lastSeenAt", seen.disclosures, seen.rows::float8 AS rows, seen.refusals
       FROM ledger.activity($1, $2) seen JOIN identity.account a ON a.id = seen.account_id
         CROSS JOIN LATERAL (SELECT count(*)::integer AS sessions FROM identity.session s
                             WHERE s.account_id = a.id AND s.ended_at IS NULL AND s.expires_at > now()) open
       WHERE open.sessions > 0 AND ($3::integer IS NULL OR (seen.disclosures, a.id) < ($3, $4::uuid))
       ORDER BY seen.disclosures DESC, a.id DESC LIMIT $5`,
      values,
    );
  }

  /** The minutes of the last `minutes` that have anything, in any order. */
  async rates(tx: Tx, minutes: number): Promise<CountedMinute[]> {
    return tx.rows<CountedMinute & { at: Date }>(
      'SELECT at, tool, disclosures, rows::float8 AS rows FROM ledger.disclosure_rates($1)',
      [minutes],
    );
  }

  /** The database's clock, by which the record is kept. */
  async now(tx: Tx): Promise<Date> {
    const row = await tx.first<{ now: Date }>('SELECT now() AS now');
    return row?.now ?? new Date();
  }
}
