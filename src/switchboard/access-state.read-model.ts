import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { ScopeKey } from '../kill-switch/scopes.rules.js';
import type { SuspendedScope } from './access-state.dto.js';

/** What is suspended among scopes, through ks.notices: the API role reads no table of the switch. */
@Injectable()
export class AccessStateReadModel {
  /** Oldest first. `everyArea` adds each constituency. Index: suspension_in_force. */
  async suspendedAmong(tx: Tx, keys: readonly ScopeKey[], everyArea: boolean): Promise<SuspendedScope[]> {
    return tx.rows<SuspendedScope>(
      `SELECT n.suspension_id AS "suspensionId", split_part(n.scope, ':', 1) AS kind, split_part(n.scope, ':', 2) AS id,
              n.notice, n.appeal_note AS "appealNote", n.in_force_at AS "inForceAt"
       FROM ks.notices($1::text[] || ARRAY(SELECT 'area:' || c.id FROM geography.constituency c WHERE $2)) n`,
      [keys, everyArea],
    );
  }
}
