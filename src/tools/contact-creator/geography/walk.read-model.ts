import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import { walkedSideSql, walkOrderSql, type SideMode } from '../register/walk-order.rules.js';
import type { RoadGroupDoor } from './road-group.dto.js';

/** The doors of a road group as they are walked. A group has a few thousand doors at most, so the walk is numbered whole. */
@Injectable()
export class WalkReadModel {
  /** Ids of the doors in walk order. Indexes: street_by_road_group, door_by_street. */
  async doorIds(
    tx: Tx,
    constituencyId: string,
    roadGroupId: string,
    sideMode: SideMode | undefined,
  ): Promise<string[]> {
    const rows = await tx.rows<{ id: string }>(
      `SELECT d.id
       FROM (SELECT id, walk_position, name_folded, coalesce($3, side_mode) AS side_mode FROM contact_creator.street
             WHERE constituency_id = $1 AND road_group_id = $2) s
       JOIN contact_creator.door d ON d.constituency_id = $1 AND d.street_id = s.id
       WHERE ${walkedSideSql('d', 's')}
       ORDER BY s.walk_position NULLS LAST, s.name_folded, s.id, ${walkOrderSql('d', 's')}, d.id`,
      [constituencyId, roadGroupId, sideMode ?? null],
    );
    return rows.map(({ id }) => id);
  }

  /** Electors by door, current ones alone; a door without any is absent. Index: elector_by_door. */
  async electorsAt(tx: Tx, constituencyId: string, doorIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await tx.rows<{ id: string; electors: number }>(
      'SELECT door_id AS id, electors FROM contact_creator.electors_at_doors($1, $2::bigint[])',
      [constituencyId, doorIds],
    );
    return new Map(rows.map(({ id, electors }) => [id, electors]));
  }

  /** In the order of the ids. Indexes: door_pkey, street_pkey. */
  async doors(
    tx: Tx,
    constituencyId: string,
    doorIds: readonly string[],
  ): Promise<Omit<RoadGroupDoor, 'position' | 'electors'>[]> {
    return tx.rows<Omit<RoadGroupDoor, 'position' | 'electors'>>(
      `SELECT d.id, d.street_id AS "streetId", s.name AS street, d.address_lines AS "addressLines", d.postcode
       FROM contact_creator.door d
       JOIN contact_creator.street s ON s.constituency_id = $1 AND s.id = d.street_id
       WHERE d.constituency_id = $1 AND d.id = ANY ($2::bigint[])
       ORDER BY array_position($2::bigint[], d.id)`,
      [constituencyId, doorIds],
    );
  }
}
