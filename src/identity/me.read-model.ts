import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Me } from './me.dto.js';

/** What a session's owner may know of himself: account, live grants, second factor, undertaking. */
@Injectable()
export class MeReadModel {
  /** Indexes: session_pkey, account_pkey, role_grant_live_by_account, totp_pkey. */
  async ofSession(tx: Tx, sessionId: string): Promise<Me | undefined> {
    return tx.first<Me & { id: string }>(
      `SELECT a.id, a.kind, a.username, a.display_name AS "displayName", s.id AS "sessionId",
         s.mfa_at IS NOT NULL AS "hasSecondFactor",
         EXISTS (SELECT FROM identity.totp t WHERE t.account_id = a.id AND t.confirmed_at IS NOT NULL) AS "isTotpEnrolled",
         EXISTS (SELECT FROM access.live_grants(a.id) g JOIN access.role_rule r ON r.role = g.role AND r.is_privileged) AS "isSecondFactorRequired",
         CASE WHEN s.stepped_up_until > now() THEN s.stepped_up_until END AS "steppedUpUntil",
         coalesce((SELECT json_agg(json_build_object('role', g.role, 'constituencyId', g.constituency_id, 'purposes', g.purposes, 'untilAt', g.until_at)
                                   ORDER BY g.role, g.constituency_id)
                   FROM access.live_grants(a.id) g), '[]') AS grants,
         (SELECT json_build_object('version', u.version, 'isAccepted', EXISTS (
                   SELECT FROM protection.undertaking_acceptance x WHERE x.account_id = a.id AND x.version = u.version))
          FROM protection.undertaking u WHERE u.in_force_at <= now() ORDER BY u.version DESC LIMIT 1) AS undertaking
       FROM identity.session s JOIN identity.account a ON a.id = s.account_id WHERE s.id = $1`,
      [sessionId],
    );
  }
}
