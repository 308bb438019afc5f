import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import { wasTriedSql } from '../../../targeting/fatigue.rules.js';
import { walkedSideSql, walkOrderSql } from '../register/walk-order.rules.js';
import type { NewList } from './list.repository.js';

export interface CutCounts {
  walks: number;
  doors: number;
  electors: number;
}

/**
 * Cuts the answer of a frozen selection into walks, in one statement. A unit (a road group, or a whole polling district)
 * of n doors becomes ceil(n / most) walks whose sizes differ by one at most; no walk leaves its polling district.
 */
@Injectable()
export class ListCutRepository {
  /**
   * Doors in the order of WalkReadModel, of electors who may be called on now. Indexes: selection_member_pkey, then whole
   * tables of the constituency by hash, for a selection may be most of it.
   */
  async cut(tx: Tx, list: NewList): Promise<CutCounts> {
    const counts = await tx.first<{ walks: number; doors: number; electors: number }>(cutSql, [
      list.constituencyId,
      list.id,
      list.selectionId,
      list.cutBy,
      list.sideMode,
      list.maxDoorsPerWalk,
      list.fatigueDays,
    ]);
    return counts ?? { walks: 0, doors: 0, electors: 0 };
  }
}

const chosenSql = `
  SELECT e.id, e.door_id FROM contact_creator.selection_member m
  JOIN contact_creator.elector e ON e.constituency_id = $1 AND e.id = m.elector_id
  WHERE m.constituency_id = $1 AND m.selection_id = $3 AND e.is_current AND e.entry_kind = 'ordinary' AND e.door_id IS NOT NULL
    AND e.objected_at IS NULL AND NOT e.is_deceased AND NOT e.has_moved
    AND (e.do_not_return_until IS NULL OR e.do_not_return_until < current_date)
    AND NOT ${wasTriedSql('e.last_attempt_at', '$7::integer')}`;

const cutSql = `
  WITH chosen AS (${chosenSql}
  ), door AS (
    SELECT d.id, c.electors, p.id AS district_id, p.code, s.group_id, g.name AS group_name, u.unit_id,
           row_number() OVER (PARTITION BY p.id, u.unit_id ORDER BY s.group_id NULLS LAST,
             s.walk_position NULLS LAST, s.name_folded, s.id, ${walkOrderSql('d', 's')}, d.id) AS n,
           count(*) OVER (PARTITION BY p.id, u.unit_id) AS doors
    FROM (SELECT door_id, count(*) AS electors FROM chosen GROUP BY door_id) c
    JOIN contact_creator.door d ON d.constituency_id = $1 AND d.id = c.door_id AND d.do_not_knock_at IS NULL
    JOIN (SELECT id, polling_district_id, road_group_id AS group_id, walk_position, name_folded,
                 coalesce($5::text, side_mode) AS side_mode
          FROM contact_creator.street WHERE constituency_id = $1) s ON s.id = d.street_id
    JOIN contact_creator.polling_district p ON p.constituency_id = $1 AND p.id = s.polling_district_id
    LEFT JOIN contact_creator.road_group g ON g.constituency_id = $1 AND g.id = s.group_id
    -- Streets without a road group are a unit of their own, the last of the district.
    CROSS JOIN LATERAL (SELECT CASE WHEN $4 = 'road-group' THEN coalesce(s.group_id, 9223372036854775807) ELSE 0 END AS unit_id) u
    WHERE ${walkedSideSql('d', 's')}
  ), parted AS (
    SELECT *, (doors + $6::integer - 1) / $6 AS parts, (n - 1) * ((doors + $6 - 1) / $6) / doors AS part FROM door
  ), numbered AS (
    SELECT *, dense_rank() OVER (ORDER BY code, district_id, unit_id, part) AS walk FROM parted
  ), made AS (
    INSERT INTO contact_creator.walk (constituency_id, id, list_id, position, polling_district_id, road_group_id, name,
                                      door_count, elector_count)
    SELECT $1, gen_random_uuid(), $2, walk, min(district_id),
           CASE WHEN count(group_id) = count(*) AND min(group_id) = max(group_id) THEN min(group_id) END,
           CASE WHEN $4 = 'size' THEN min(code) || ' ' || min(part) + 1
                ELSE coalesce(min(group_name), min(code) || ', other streets')
                     || CASE WHEN min(parts) = 1 THEN '' ELSE format(' (%s of %s)', min(part) + 1, min(parts)) END END,
           count(*), sum(electors)
    FROM numbered GROUP BY walk
    RETURNING id, position
  ), placed AS (
    INSERT INTO contact_creator.walk_door (constituency_id, walk_id, position, door_id)
    SELECT $1, w.id, row_number() OVER (PARTITION BY w.id ORDER BY o.n), o.id FROM numbered o JOIN made w ON w.position = o.walk
    RETURNING 1
  ), meant AS (
    INSERT INTO contact_creator.walk_elector (constituency_id, walk_id, door_id, elector_id)
    SELECT $1, w.id, c.door_id, c.id FROM chosen c JOIN numbered o ON o.id = c.door_id JOIN made w ON w.position = o.walk
    RETURNING 1
  )
  SELECT (SELECT count(*)::integer FROM made) AS walks, (SELECT count(*)::integer FROM placed) AS doors,
         (SELECT count(*)::integer FROM meant) AS electors`;
