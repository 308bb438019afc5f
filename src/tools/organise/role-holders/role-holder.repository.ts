import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';

export interface Tenure {
  memberId: string;
  office: string;
  branchId: string | null;
  fromOn: string;
  untilOn: string;
}

/** Who holds an office of the party, as it is written. Constraint of both writes: role_holder_<n>_one_tenure. */
@Injectable()
export class RoleHolderRepository {
  /** Locked until commit, with the day it is. Index: role_holder_pkey. */
  async lock(
    tx: Tx,
    constituencyId: string,
    id: string,
  ): Promise<(Tenure & { version: number; today: string }) | undefined> {
    return tx.first<Tenure & { version: number; today: string }>(
      `SELECT member_id AS "memberId", office, branch_id AS "branchId", from_on::text AS "fromOn", until_on::text AS "untilOn",
              version, current_date::text AS today
       FROM organise.role_holder WHERE constituency_id = $1 AND id = $2 FOR UPDATE`,
      [constituencyId, id],
    );
  }

  /** Whose tenure it is; the member of a tenure never changes. Index: role_holder_pkey. */
  async ownerOf(
    tx: Tx,
    constituencyId: string,
    id: string,
  ): Promise<{ memberId: string; version: number } | undefined> {
    return tx.first<{ memberId: string; version: number }>(
      `SELECT member_id AS "memberId", version FROM organise.role_holder WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id],
    );
  }

  /** Constraint: role_holder_tenure_at_most_five_years. */
  async add(tx: Tx, constituencyId: string, id: string, tenure: Tenure): Promise<void> {
    const { memberId, office, branchId, fromOn, untilOn } = tenure;
    await tx.run(
      `INSERT INTO organise.role_holder (constituency_id, id, member_id, office, branch_id, from_on, until_on)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [constituencyId, id, memberId, office, branchId, fromOn, untilOn],
    );
  }

  /** Constraint: role_holder_tenure_at_most_five_years. Index: role_holder_pkey. */
  async end(tx: Tx, constituencyId: string, id: string, untilOn: string, reason: string): Promise<void> {
    await tx.run(
      `UPDATE organise.role_holder SET until_on = $3, ended_reason = $4, version = version + 1
       WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id, untilOn, reason],
    );
  }
}
