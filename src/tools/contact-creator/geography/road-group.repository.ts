import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { RoadGroup } from './road-group.dto.js';

export type VersionedRoadGroup = RoadGroup & { version: number };

// Indexes: street_by_road_group, door_by_street.
const columns = `
  g.id, g.constituency_id AS "constituencyId", g.polling_district_id AS "pollingDistrictId", g.name, g.version,
  ARRAY(SELECT s.id::text FROM contact_creator.street s
        WHERE s.constituency_id = $1 AND s.road_group_id = g.id ORDER BY s.walk_position, s.id) AS "streetIds",
  (SELECT count(*)::integer FROM contact_creator.street s
   JOIN contact_creator.door d ON d.constituency_id = $1 AND d.street_id = s.id
   WHERE s.constituency_id = $1 AND s.road_group_id = g.id) AS doors`;

/** Road groups: the streets that one team walks, in order. */
@Injectable()
export class RoadGroupRepository {
  /** As they were made. Indexes: road_group_pkey; with a district road_group_by_district. */
  async page(
    tx: Tx,
    constituencyId: string,
    districtId: string | undefined,
    limit: number,
    afterId: string | undefined,
  ): Promise<VersionedRoadGroup[]> {
    const values = [constituencyId, afterId ?? '0', limit];
    const ofDistrict = districtId === undefined ? '' : 'AND g.polling_district_id = $4';
    return tx.rows<VersionedRoadGroup>(
      `SELECT ${columns} FROM contact_creator.road_group g
       WHERE g.constituency_id = $1 AND g.id > $2 ${ofDistrict} ORDER BY g.id LIMIT $3`,
      districtId === undefined ? values : [...values, districtId],
    );
  }

  /** Index: road_group_by_district. */
  async inDistrict(tx: Tx, constituencyId: string, districtId: string): Promise<VersionedRoadGroup[]> {
    return tx.rows<VersionedRoadGroup>(
      `SELECT ${columns} FROM contact_creator.road_group g
       WHERE g.constituency_id = $1 AND g.polling_district_id = $2 ORDER BY g.id`,
      [constituencyId, districtId],
    );
  }

  /** Index: road_group_pkey. */
  async byId(tx: Tx, constituencyId: string, id: string): Promise<VersionedRoadGroup | undefined> {
    return tx.first<VersionedRoadGroup>(
      `SELECT ${columns} FROM contact_creator.road_group g WHERE g.constituency_id = $1 AND g.id = $2`,
      [constituencyId, id],
    );
  }

  /** Locks a group; read it by `byId` afterwards. Index: road_group_pkey. */
  async lock(
    tx: Tx,
    constituencyId: string,
    id: string,
  ): Promise<{ version: number; pollingDistrictId: string } | undefined> {
    return tx.first<{ version: number; pollingDistrictId: string }>(
      `SELECT version, polling_district_id AS "pollingDistrictId" FROM contact_creator.road_group
       WHERE constituency_id = $1 AND id = $2 FOR UPDATE`,
      [constituencyId, id],
    );
  }

  /** Ids are from the one number space of the schema; a table has no sequence of its own. */
  async add(tx: Tx, constituencyId: string, districtId: string, names: readonly string[]): Promise<string[]> {
    const rows = await tx.rows<{ id: string }>(
      `INSERT INTO contact_creator.road_group (constituency_id, id, polling_district_id, name)
       SELECT $1, nextval('protection.subject_id'), $2, n.name
       FROM unnest($3::text[]) WITH ORDINALITY AS n (name, position) ORDER BY n.position RETURNING id`,
      [constituencyId, districtId, names],
    );
    return rows.map(({ id }) => id).sort((a, b) => Number(BigInt(a) - BigInt(b)));
  }

  async rename(tx: Tx, constituencyId: string, id: string, name: string): Promise<void> {
    await tx.run(
      'UPDATE contact_creator.road_group SET name = $3, version = version + 1 WHERE constituency_id = $1 AND id = $2',
      [constituencyId, id, name],
    );
  }

  /**
   * Makes the streets those of the groups, in the order given; whatever else the groups had leaves them. `placed` has one
   * row per street. Every group that loses or gains is another version. Indexes: street_pkey, street_by_road_group.
   */
  async placeStreets(
    tx: Tx,
    constituencyId: string,
    groupIds: readonly string[],
    placed: readonly { groupId: string; streetId: string; position: number }[],
  ): Promise<void> {
    const streets = placed.map(({ streetId }) => streetId);
    await tx.run(
      `UPDATE contact_creator.road_group SET version = version + 1
       WHERE constituency_id = $1 AND id IN (
         SELECT unnest($2::bigint[])
         UNION SELECT s.road_group_id FROM contact_creator.street s WHERE s.constituency_id = $1 AND s.id = ANY ($3::bigint[]))`,
      [constituencyId, groupIds, streets],
    );
    await tx.run(
      `UPDATE contact_creator.street SET road_group_id = NULL, walk_position = NULL, version = version + 1
       WHERE constituency_id = $1 AND road_group_id = ANY ($2::bigint[]) AND id <> ALL ($3::bigint[])`,
      [constituencyId, groupIds, streets],
    );
    await tx.run(
      `UPDATE contact_creator.street s SET road_group_id = p.group_id, walk_position = p.position, version = s.version + 1
       FROM unnest($2::bigint[], $3::bigint[], $4::integer[]) AS p (street_id, group_id, position)
       WHERE s.constituency_id = $1 AND s.id = p.street_id`,
      [constituencyId, streets, placed.map(({ groupId }) => groupId), placed.map(({ position }) => position)],
    );
  }
}
