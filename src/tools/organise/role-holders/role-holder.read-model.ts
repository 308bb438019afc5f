import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { RoleHolder } from './role-holder.dto.js';

export interface RoleHolderSearch {
  constituencyId: string;
  on?: string;
  memberId?: string;
  branchId?: string;
}

/** The tenure `r` with its member `m`. Index of the member: member_pkey. */
const select = `
  SELECT r.id, r.constituency_id AS "constituencyId", r.office, r.branch_id AS "branchId", r.from_on::text AS "fromOn",
         r.until_on::text AS "untilOn", r.ended_reason AS "endedReason", r.version,
         json_build_object('id', m.id::text, 'title', m.title, 'forename', m.forename, 'surname', m.surname) AS member
  FROM organise.role_holder r
  JOIN organise.member m ON m.constituency_id = $1 AND m.id = r.member_id`;

/** Tenures as they are read: with the name of who holds them. */
@Injectable()
export class RoleHolderReadModel {
  /** What ends first comes first. Indexes: role_holder_by_office; with a member role_holder_by_member. */
  async search(
    tx: Tx,
    search: RoleHolderSearch,
    limit: number,
    after: { untilOn: string; id: string } | undefined,
  ): Promise<(RoleHolder & { version: number })[]> {
    const { sql, values } = roleHolderSql(search, limit, after);
    return tx.rows<RoleHolder & { version: number }>(sql, values);
  }

  /** Index: role_holder_pkey. */
  async byId(
    tx: Tx,
    constituencyId: string,
    id: string,
  ): Promise<(RoleHolder & { version: number }) | undefined> {
    return tx.first<RoleHolder & { version: number }>(
      `${select} WHERE r.constituency_id = $1 AND r.id = $2`,
      [constituencyId, id],
    );
  }
}

/** Also for the test that keeps its plans. */
export function roleHolderSql(
  search: RoleHolderSearch,
  limit: number,
  after: { untilOn: string; id: string } | undefined,
): { sql: string; values: unknown[] } {
  const values: unknown[] = [search.constituencyId];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const where = ['r.constituency_id = $1'];
  if (search.memberId !== undefined) where.push(`r.member_id = ${bind(search.memberId)}`);
  if (search.branchId !== undefined) where.push(`r.branch_id = ${bind(search.branchId)}`);
  if (search.on !== undefined) {
    const on = bind(search.on);
    where.push(`r.until_on > ${on}::date AND r.from_on <= ${on}::date`);
  }
  if (after) {
    const until = bind(after.untilOn);
    where.push(`r.until_on >= ${until}::date AND (r.until_on > ${until}::date OR r.id > ${bind(after.id)})`);
  }
  return {
    sql: `${select} WHERE ${where.join(' AND ')} ORDER BY r.until_on, r.id LIMIT ${bind(limit)}`,
    values,
  };
}
