import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Ward } from './geography.dto.js';

/** Wards by the constituency in which they lie, whole or in part. */
@Injectable()
export class WardReadModel {
  /** By GSS code. Indexes: ward_constituency_pkey, ward_pkey, ward_constituency_by_ward. */
  async pageInConstituency(
    tx: Tx,
    constituencyId: string,
    limit: number,
    afterId: string | undefined,
  ): Promise<Ward[]> {
    return tx.rows<Ward & { id: string }>(
      `SELECT w.id, w.name, w.lad_code AS "localAuthorityId",
              ARRAY(SELECT o.constituency_id FROM geography.ward_constituency o WHERE o.ward_id = w.id ORDER BY o.constituency_id)
                AS "constituencyIds"
       FROM geography.ward_constituency c JOIN geography.ward w ON w.id = c.ward_id
       WHERE c.constituency_id = $1 AND c.ward_id > $2
       ORDER BY c.ward_id LIMIT $3`,
      [constituencyId, afterId ?? '', limit],
    );
  }

  /** Whether some of a ward lies in the constituency. Index: ward_constituency_pkey. */
  async isInConstituency(tx: Tx, wardId: string, constituencyId: string): Promise<boolean> {
    const found = await tx.first(
      'SELECT 1 AS one FROM geography.ward_constituency WHERE constituency_id = $1 AND ward_id = $2',
      [constituencyId, wardId],
    );
    return found !== undefined;
  }

  /** Those of the wards of which some lies in the constituency. Index: ward_constituency_pkey. */
  async thoseInConstituency(tx: Tx, wardIds: readonly string[], constituencyId: string): Promise<string[]> {
    const rows = await tx.rows<{ id: string }>(
      'SELECT ward_id AS id FROM geography.ward_constituency WHERE constituency_id = $1 AND ward_id = ANY ($2::text[])',
      [constituencyId, wardIds],
    );
    return rows.map(({ id }) => id);
  }
}
