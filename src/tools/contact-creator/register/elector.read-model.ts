import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import { isPlain, type ElectorSearch } from './elector-search.rules.js';
import type { Elector, ElectorDistrict } from './elector.dto.js';

export type FoundElector = Elector & { nameFolded: string };

export interface ElectorRecord extends Elector {
  isCurrent: boolean;
  street: string | null;
  pollingDistrict: ElectorDistrict;
  franchise: string;
  attainsOn: string | null;
  isOptedOut: boolean;
  today: string;
}

/** An `Elector` of the elector `e` and the door `d`. Index of the door: door_pkey. */
export const electorColumns = `
  e.id, e.constituency_id AS "constituencyId", e.entry_kind AS "entryKind", e.title, e.forename,
  e.middle_names AS "middleNames", e.surname, e.name_suffix AS "nameSuffix", e.name_is_uncertain AS "nameIsUncertain",
  e.polling_district_id AS "pollingDistrictId", e.door_id AS "doorId", d.address_lines AS "addressLines", d.postcode,
  e.number_prefix || '-' || e.number_text
    || CASE WHEN e.number_suffix = '' THEN '' ELSE '/' || e.number_suffix END AS "electorNumber"`;
/** The longest that may be asked for, and the one row more that proves a next page. */
const longestPage = 501;
const withDoor = `LEFT JOIN contact_creator.door d ON d.constituency_id = $1 AND d.id = e.door_id`;

/**
 * Rich queries over electors. Under a policy only leakproof operators reach an index, so names are searched as ranges
 * in "C" order, and every query binds the constituency as a value.
 */
@Injectable()
export class ElectorReadModel {
  /**
   * Current electors: by name where a name is searched, else in the order in which they were first seen. Indexes:
   * elector_by_name, elector_by_number, elector_by_door, door_by_postcode, street_name_unique with door_by_street, elector_pkey.
   */
  async search(
    tx: Tx,
    search: ElectorSearch,
    limit: number,
    after: { name?: string; id: string } | undefined,
  ): Promise<FoundElector[]> {
    const { sql, values } = searchSql(search, limit, after);
    return isPlain(search) ? tx.keptRows<FoundElector>(sql, values) : tx.rows<FoundElector>(sql, values);
  }

  /** An elector, current or not. Indexes: elector_pkey, door_pkey, street_pkey, polling_district_pkey. */
  async byId(tx: Tx, constituencyId: string, id: string): Promise<ElectorRecord | undefined> {
    const [record] = await tx.keptRows<ElectorRecord & { id: string }>(
      `SELECT ${electorColumns}, e.is_current AS "isCurrent", e.franchise, e.attains_on AS "attainsOn",
              e.is_opted_out AS "isOptedOut", s.name AS street, current_date AS today,
              json_build_object('id', p.id::text, 'code', p.code, 'name', p.name, 'wardId', p.ward_id) AS "pollingDistrict"
       FROM contact_creator.elector e
       JOIN contact_creator.polling_district p ON p.constituency_id = $1 AND p.id = e.polling_district_id
       ${withDoor}
       LEFT JOIN contact_creator.street s ON s.constituency_id = $1 AND s.id = d.street_id
       WHERE e.constituency_id = $1 AND e.id = $2`,
      [constituencyId, id],
    );
    return record;
  }
}

/** Also for the test that keeps its plans. */
export function searchSql(
  search: ElectorSearch,
  limit: number,
  after: { name?: string; id: string } | undefined,
): { sql: string; values: unknown[] } {
  const values: unknown[] = [search.constituencyId];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const where = ['e.constituency_id = $1', 'e.is_current'];
  if (search.doorId !== undefined) where.push(`e.door_id = ${bind(search.doorId)}`);
  if (search.pollingDistrictId !== undefined)
    where.push(`e.polling_district_id = ${bind(search.pollingDistrictId)}`);
  if (search.number) {
    const { prefix, number, suffix } = search.number;
    where.push(
      `e.number_prefix = ${bind(prefix)} AND e.number_text = ${bind(number)} AND e.number_suffix = ${bind(suffix)}`,
    );
  }
  if (search.postcode !== undefined) {
    where.push(
      `e.door_id IN (SELECT id FROM contact_creator.door WHERE constituency_id = $1 AND postcode = ${bind(search.postcode)})`,
    );
  }
  if (search.street) {
    const [from, to] = search.street;
    where.push(
      `e.door_id IN (SELECT o.id FROM contact_creator.street t
                     JOIN contact_creator.door o ON o.constituency_id = $1 AND o.street_id = t.id
                     WHERE t.constituency_id = $1 AND t.name_folded >= ${bind(from)} AND t.name_folded < ${bind(to)})`,
    );
  }
  let order = 'e.id';
  if (search.name) {
    const [from, to] = search.name;
    where.push(`e.name_folded >= ${bind(from)} AND e.name_folded < ${bind(to)}`);
    // The first half repeats the second for the index: a row comparison is not leakproof.
    if (after) {
      const name = bind(after.name);
      where.push(`e.name_folded >= ${name} AND (e.name_folded > ${name} OR e.id > ${bind(after.id)})`);
    }
    order = 'e.name_folded, e.id';
  } else if (after) {
    where.push(`e.id > ${bind(after.id)}`);
  }
  const found = `SELECT ${electorColumns}, e.name_folded AS "nameFolded"
          FROM contact_creator.elector e ${withDoor}
          WHERE ${where.join(' AND ')}
          ORDER BY ${order}`;
  if (!isPlain(search)) return { sql: `${found} LIMIT ${bind(limit)}`, values };
  // Planned once for all values, LIMIT $n would be taken for a tenth of the register, which is read and sorted for it.
  const longest = Math.max(limit, longestPage);
  return { sql: `SELECT * FROM (${found} LIMIT ${longest}) AS page LIMIT ${bind(limit)}`, values };
}
