import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { Walk } from './walk.dto.js';

export type VersionedWalk = Walk & { version: number };

// How many a selection by opinions leads to is an answer about opinions.
const columns = `
  w.id, w.constituency_id AS "constituencyId", w.list_id AS "listId", w.position, w.polling_district_id AS "pollingDistrictId",
  w.road_group_id AS "roadGroupId", w.name, w.version,
  CASE WHEN NOT l.uses_opinions THEN w.door_count END AS doors,
  CASE WHEN NOT l.uses_opinions THEN w.elector_count END AS electors,
  CASE WHEN w.assigned_to IS NOT NULL THEN
    json_build_object('accountId', w.assigned_to, 'from', w.assigned_from, 'until', w.assigned_until) END AS assignment,
  CASE WHEN w.claim_expires_at > now() THEN
    json_build_object('accountId', w.claimed_by, 'since', w.claimed_at, 'expiresAt', w.claim_expires_at) END AS claim`;
// Index: list_pkey. Of a list that has expired nothing is shown.
const walkOfLiveList = `contact_creator.walk w
  JOIN contact_creator.list l ON l.constituency_id = $1 AND l.id = w.list_id AND l.expires_at > now()`;

/** Also for the test that keeps its plan. */
export const walksSql = `
  SELECT ${columns} FROM ${walkOfLiveList}
  WHERE w.constituency_id = $1 AND w.list_id = $2 AND w.position > $3 ORDER BY w.position LIMIT $4`;

/** Walks as who cuts and assigns them sees them. */
@Injectable()
export class WalkRepository {
  /** In the order of the list. Index: walk_position_unique. */
  async page(
    tx: Tx,
    constituencyId: string,
    listId: string,
    limit: number,
    afterPosition: number,
  ): Promise<VersionedWalk[]> {
    return tx.rows<VersionedWalk>(walksSql, [constituencyId, listId, afterPosition, limit]);
  }

  /** Index: walk_pkey. */
  async byId(tx: Tx, constituencyId: string, id: string): Promise<VersionedWalk | undefined> {
    return tx.first<VersionedWalk>(
      `SELECT ${columns} FROM ${walkOfLiveList} WHERE w.constituency_id = $1 AND w.id = $2`,
      [constituencyId, id],
    );
  }

  /** Locked until commit. Index: walk_pkey. */
  async lock(tx: Tx, constituencyId: string, id: string): Promise<VersionedWalk | undefined> {
    return tx.first<VersionedWalk>(
      `SELECT ${columns} FROM ${walkOfLiveList} WHERE w.constituency_id = $1 AND w.id = $2 FOR UPDATE OF w`,
      [constituencyId, id],
    );
  }

  async mayBeAssigned(
    tx: Tx,
    constituencyId: string,
    accountId: string,
    purpose: string,
  ): Promise<'yes' | 'not-live' | 'not-for-the-purpose'> {
    const row = await tx.first<{ answer: 'yes' | 'not-live' | 'not-for-the-purpose' }>(
      'SELECT contact_creator.may_be_assigned($1, $2, $3) AS answer',
      [constituencyId, accountId, purpose],
    );
    return row?.answer ?? 'not-live';
  }

  /**
   * Whoever else holds the walk loses it; a claim of the same person ends with the hours assigned. What either said until
   * now may still come in. Index: walk_pkey.
   */
  async assign(
    tx: Tx,
    constituencyId: string,
    id: string,
    assignment: { accountId: string; from: Date; until: Date } | null,
  ): Promise<void> {
    await tx.run('SELECT contact_creator.leave_walk($1, $2)', [constituencyId, id]);
    await tx.run(
      `UPDATE contact_creator.walk w
       SET assigned_to = $3, assigned_from = $4, assigned_until = $5, version = version + 1,
           claimed_by = CASE WHEN claimed_by = $3 THEN claimed_by END,
           claimed_at = CASE WHEN claimed_by = $3 THEN claimed_at END,
           claim_expires_at = CASE WHEN claimed_by = $3 THEN least(claim_expires_at, $5) END
       WHERE w.constituency_id = $1 AND w.id = $2`,
      [
        constituencyId,
        id,
        assignment?.accountId ?? null,
        assignment?.from ?? null,
        assignment?.until ?? null,
      ],
    );
  }
}
