import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import type { Principal } from './access.js';

const freshMs = 1_000;
const maxKept = 10_000;

/**
 * Who a session belongs to, with live grants and offices. Kept for a second, since it only decides early refusals: the
 * fence resolves everything again in the transaction that reads. A refusal is never based on a kept answer.
 */
@Injectable()
export class PrincipalReadModel {
  private readonly kept = new Map<string, { principal: Principal; at: number }>();

  constructor(private readonly database: Database) {}

  /** The principal of a live session; undefined if it has ended. */
  async bySession(sessionId: string, isUrgent = false): Promise<Principal | undefined> {
    const known = this.kept.get(sessionId);
    if (known && performance.now() - known.at < freshMs) return known.principal;
    return this.load(sessionId, isUrgent);
  }

  /** As `bySession`, asking the database in any case. */
  async load(sessionId: string, isUrgent = false): Promise<Principal | undefined> {
    const at = performance.now();
    const principal = await this.database.read((tx) => tx.first<Principal>(oneSql, [sessionId]), isUrgent);
    this.kept.delete(sessionId);
    if (!principal) return undefined;
    if (this.kept.size >= maxKept) this.kept.delete(this.kept.keys().next().value as string);
    this.kept.set(sessionId, { principal, at });
    return principal;
  }

  /** Who each of these live sessions belongs to; of one that has ended, nothing. */
  async loadAll(tx: Tx, sessionIds: readonly string[]): Promise<Map<string, Principal>> {
    const rows = await tx.rows<Principal & { id: string }>(principalSql('= ANY ($1)'), [sessionIds]);
    return new Map(rows.map((row) => [row.sessionId, row]));
  }

  forgetAll(): void {
    this.kept.clear();
  }
}

// Indexes: session_pkey, account_pkey, office_member_pkey, role_grant_live_by_account, role_grant_by_account,
// client_scope_pkey.
const principalSql = (which: string) => `
  SELECT s.id AS "sessionId", a.id AS "accountId", a.kind, a.username, a.display_name AS "displayName",
    s.mfa_at IS NOT NULL AS "hasSecondFactor", coalesce(s.stepped_up_until > now(), false) AS "isSteppedUp",
    ARRAY(SELECT m.office_id::text FROM access.office_member m
          WHERE m.account_id = a.id AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())) AS "officeIds",
    coalesce((SELECT json_agg(json_build_object('role', g.role, 'constituencyId', g.constituency_id, 'purposes', g.purposes))
              FROM access.live_grants(a.id) g), '[]') AS grants,
    (SELECT coalesce(json_agg(DISTINCT jsonb_build_object('role', g.role, 'constituencyId', g.constituency_id)), '[]')
     FROM access.role_grant g
     WHERE g.account_id = a.id AND g.id NOT IN (SELECT l.id FROM access.live_grants(a.id) l)) AS "idleGrants",
    CASE a.kind WHEN 'client' THEN ARRAY(SELECT c.action FROM identity.client_scope c WHERE c.account_id = a.id) END AS scopes
  FROM identity.session s JOIN identity.account a ON a.id = s.account_id
  WHERE s.id ${which} AND s.ended_at IS NULL AND s.expires_at > now() AND a.closed_at IS NULL`;
const oneSql = principalSql('= $1');
