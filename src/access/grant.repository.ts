import { Injectable } from '@nestjs/common';
import type { Role, Tool } from '../config/vocabulary.js';
import type { Tx } from '../database/tx.js';
import type { Grant } from './grant.dto.js';
import type { GiversGrant } from './grant.rules.js';

/** A grant as it is written. It begins at `fromAt`, by default now; a renewal begins where the grant before ends. */
export interface NewGrant {
  id: string;
  accountId: string;
  role: Role;
  constituencyId: string | null;
  purposes: readonly string[];
  fromAt?: string;
  untilAt: string;
  renews?: string;
}

export type GiveOutcome = 'given' | 'absent' | 'closed' | 'departed' | 'persons-only' | 'not-renewable';
export type ApproveOutcome = 'approved' | 'absent' | 'ended' | 'already-approved' | 'same-person';
export type EndOutcome = 'ended' | 'absent' | 'already-ended' | 'last-administrator';

const columns = `
  g.id, g.account_id AS "accountId", g.role,
  json_build_object('kind', g.area_kind, 'constituencyId', g.constituency_id) AS area,
  g.purposes, g.from_at AS "fromAt", g.until_at AS "untilAt",
  CASE WHEN g.ended_at IS NOT NULL THEN 'ended' WHEN g.until_at <= now() THEN 'expired' WHEN g.approved_at IS NULL THEN 'pending'
       WHEN g.from_at > now() THEN 'scheduled' ELSE 'live' END AS state,
  g.granted_by AS "grantedBy", g.approved_by AS "approvedBy", g.approved_at AS "approvedAt", g.renews,
  g.ended_at AS "endedAt", g.ended_by AS "endedBy", g.ended_why AS "endedWhy"`;

/** Grants: read as they are, written through the definer functions of schema access alone. */
@Injectable()
export class GrantRepository {
  async give(tx: Tx, grant: NewGrant): Promise<GiveOutcome> {
    const row = await tx.first<{ outcome: GiveOutcome }>(
      'SELECT access.give_grant($1, $2, $3, $4, $5, $6, $7, $8) AS outcome',
      [
        grant.id,
        grant.accountId,
        grant.role,
        grant.constituencyId,
        grant.purposes,
        grant.fromAt ?? null,
        grant.untilAt,
        grant.renews ?? null,
      ],
    );
    return row?.outcome ?? 'absent';
  }

  async approve(tx: Tx, accountId: string, grantId: string): Promise<ApproveOutcome> {
    const row = await tx.first<{ outcome: ApproveOutcome }>(
      'SELECT access.approve_grant($1, $2) AS outcome',
      [accountId, grantId],
    );
    return row?.outcome ?? 'absent';
  }

  async end(tx: Tx, accountId: string, grantId: string, why: string): Promise<EndOutcome> {
    const row = await tx.first<{ outcome: EndOutcome }>('SELECT access.end_grant($1, $2, $3) AS outcome', [
      accountId,
      grantId,
      why,
    ]);
    return row?.outcome ?? 'absent';
  }

  /** Index: role_grant_pkey. */
  async byId(tx: Tx, accountId: string, grantId: string): Promise<Grant | undefined> {
    return tx.first<Grant & { id: string }>(
      `SELECT ${columns} FROM access.role_grant g WHERE g.id = $1 AND g.account_id = $2`,
      [grantId, accountId],
    );
  }

  /** All grants there ever were, newest first. Index: role_grant_by_account. */
  async pageOfAccount(
    tx: Tx,
    accountId: string,
    limit: number,
    afterId: string | undefined,
  ): Promise<Grant[]> {
    return tx.rows<Grant>(
      `SELECT ${columns} FROM access.role_grant g
       WHERE g.account_id = $1
         AND ($3::uuid IS NULL OR (g.created_at, g.id) < (SELECT a.created_at, a.id FROM access.role_grant a WHERE a.id = $3))
       ORDER BY g.created_at DESC, g.id DESC LIMIT $2`,
      [accountId, limit, afterId ?? null],
    );
  }

  /**
   * What whoever is in the sealed context holds now. As in the fence, a privileged role counts only in a session with a
   * second factor; the row says so, since a principal may be a second old. Indexes: session_pkey,
   * role_grant_live_by_account, role_rule_pkey.
   */
  async ofActor(tx: Tx, sessionId: string): Promise<GiversGrant[]> {
    return tx.rows<GiversGrant>(
      `SELECT g.role, g.constituency_id AS "constituencyId", g.purposes, g.until_at AS "untilAt"
       FROM identity.session s
       CROSS JOIN LATERAL access.live_grants(s.account_id) g
       JOIN access.role_rule r ON r.role = g.role AND (NOT r.is_privileged OR s.mfa_at IS NOT NULL)
       WHERE s.id = $1 AND s.account_id = (SELECT ks.actor())`,
      [sessionId],
    );
  }

  /** Those of the purposes that are live. Index: purpose_pkey. */
  async livePurposes(tx: Tx, codes: readonly string[]): Promise<{ code: string; tools: Tool[] }[]> {
    return tx.rows(`SELECT code, tools FROM protection.purpose WHERE code = ANY ($1) AND ended_at IS NULL`, [
      codes,
    ]);
  }
}
