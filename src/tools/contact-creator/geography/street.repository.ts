import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { ChangeStreet, Street } from './street.dto.js';

export type VersionedStreet = Street & { version: number; nameFolded: string };

// Index: door_by_street.
const columns = `
  s.id, s.constituency_id AS "constituencyId", s.polling_district_id AS "pollingDistrictId", s.name,
  s.name_folded AS "nameFolded", s.road_group_id AS "roadGroupId", s.side_mode AS "sideMode",
  s.walk_position AS "walkPosition", s.version,
  (SELECT count(*)::integer FROM contact_creator.door d WHERE d.constituency_id = $1 AND d.street_id = s.id) AS doors`;

/** Streets. They come with the register; here they are put into groups and into an order. */
@Injectable()
export class StreetRepository {
  /** By name. Index: street_name_unique. */
  async page(
    tx: Tx,
    constituencyId: string,
    districtId: string,
    limit: number,
    afterName: string | undefined,
  ): Promise<VersionedStreet[]> {
    return tx.rows<VersionedStreet>(
      `SELECT ${columns} FROM contact_creator.street s
       WHERE s.constituency_id = $1 AND s.polling_district_id = $2 AND ($3::text IS NULL OR s.name_folded > $3)
       ORDER BY s.name_folded LIMIT $4`,
      [constituencyId, districtId, afterName ?? null, limit],
    );
  }

  /** Index: street_pkey. */
  async byId(tx: Tx, constituencyId: string, id: string): Promise<VersionedStreet | undefined> {
    return tx.first<VersionedStreet>(
      `SELECT ${columns} FROM contact_creator.street s WHERE s.constituency_id = $1 AND s.id = $2`,
      [constituencyId, id],
    );
  }

  /** Locks a street. Index: street_pkey. */
  async lock(tx: Tx, constituencyId: string, id: string): Promise<VersionedStreet | undefined> {
    return tx.first<VersionedStreet>(
      `SELECT ${columns} FROM contact_creator.street s WHERE s.constituency_id = $1 AND s.id = $2 FOR UPDATE OF s`,
      [constituencyId, id],
    );
  }

  /** What is absent from `change` stays. The street's group shows its order, so it is another version too. */
  async change(tx: Tx, held: VersionedStreet, change: ChangeStreet): Promise<VersionedStreet> {
    const { sideMode = held.sideMode, walkPosition = held.walkPosition } = change;
    await tx.run(
      `UPDATE contact_creator.street SET side_mode = $3, walk_position = $4, version = version + 1
       WHERE constituency_id = $1 AND id = $2`,
      [held.constituencyId, held.id, sideMode, walkPosition],
    );
    if (held.roadGroupId !== null) {
      await tx.run(
        'UPDATE contact_creator.road_group SET version = version + 1 WHERE constituency_id = $1 AND id = $2',
        [held.constituencyId, held.roadGroupId],
      );
    }
    const changed = await this.byId(tx, held.constituencyId, held.id);
    if (!changed) throw new Error('a locked street vanished');
    return changed;
  }

  /** Locks those of the streets that belong to the district; answers their ids. Index: street_pkey. */
  async lockInDistrict(
    tx: Tx,
    constituencyId: string,
    districtId: string,
    ids: readonly string[],
  ): Promise<string[]> {
    const rows = await tx.rows<{ id: string }>(
      `SELECT id FROM contact_creator.street
       WHERE constituency_id = $1 AND polling_district_id = $2 AND id = ANY ($3::bigint[]) ORDER BY id FOR UPDATE`,
      [constituencyId, districtId, ids],
    );
    return rows.map(({ id }) => id);
  }

  /** The streets of a district with their doors, in walk order as far as there is one. Index: street_name_unique. */
  async sizesInDistrict(
    tx: Tx,
    constituencyId: string,
    districtId: string,
  ): Promise<{ id: string; doors: number }[]> {
    return tx.rows<{ id: string; doors: number }>(
      `SELECT ${columns} FROM contact_creator.street s
       WHERE s.constituency_id = $1 AND s.polling_district_id = $2
       ORDER BY s.walk_position NULLS LAST, s.name_folded`,
      [constituencyId, districtId],
    );
  }
}
