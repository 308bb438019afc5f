import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { PrefixRange } from '../../../intake/fold.rules.js';
import type { Member, MemberDetail, MemberStatusChange } from './member.dto.js';
import type { MemberKind, MemberStatus } from './member-standing.rules.js';

export type FoundMember = Member & { nameFolded: string };

export interface MemberSearch {
  constituencyId: string;
  name?: PrefixRange;
  status?: MemberStatus;
  kind?: MemberKind;
  branchId?: string;
}

/** A `Member` of the member `m`. */
const memberColumns = `
  m.id, m.constituency_id AS "constituencyId", m.membership_number AS "membershipNumber", m.kind, m.status, m.title, m.forename,
  m.middle_names AS "middleNames", m.surname, m.joined_on::text AS "joinedOn", m.left_on::text AS "leftOn",
  m.branch_id AS "branchId", m.has_email AS "hasEmail", m.has_mobile AS "hasMobile"`;

/** Rich queries over members. Names are searched as ranges in "C" order: under a policy only leakproof operators reach an index. */
@Injectable()
export class MemberReadModel {
  /**
   * By name where a name is searched, else as they were entered. Indexes: member_by_name; with a branch member_by_branch;
   * else member_pkey, whose rows of one constituency are few enough to be looked through for a status.
   */
  async search(
    tx: Tx,
    search: MemberSearch,
    limit: number,
    after: { name?: string; id: string } | undefined,
  ): Promise<FoundMember[]> {
    const { sql, values } = memberSearchSql(search, limit, after);
    return tx.rows<FoundMember>(sql, values);
  }

  /** Indexes: member_pkey, member_status_change_by_member. */
  async byId(
    tx: Tx,
    constituencyId: string,
    id: string,
  ): Promise<(MemberDetail & { version: number }) | undefined> {
    const member = await tx.first<Member & { version: number }>(
      `SELECT ${memberColumns}, m.version FROM organise.member m WHERE m.constituency_id = $1 AND m.id = $2`,
      [constituencyId, id],
    );
    if (!member) return undefined;
    const statusHistory = await tx.rows<MemberStatusChange & { to: MemberStatus }>(
      `SELECT from_status AS "from", to_status AS "to", reason, changed_at AS "changedAt", changed_by AS "changedBy",
              import_id AS "importId"
       FROM organise.member_status_change WHERE constituency_id = $1 AND member_id = $2
       ORDER BY changed_at DESC, id LIMIT 100`,
      [constituencyId, id],
    );
    return Object.assign(member, { statusHistory });
  }
}

/** Also for the test that keeps its plans. */
export function memberSearchSql(
  search: MemberSearch,
  limit: number,
  after: { name?: string; id: string } | undefined,
): { sql: string; values: unknown[] } {
  const values: unknown[] = [search.constituencyId];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const where = ['m.constituency_id = $1'];
  if (search.branchId !== undefined) where.push(`m.branch_id = ${bind(search.branchId)}`);
  if (search.status !== undefined) where.push(`m.status = ${bind(search.status)}`);
  if (search.kind !== undefined) where.push(`m.kind = ${bind(search.kind)}`);
  if (search.name) {
    const [from, to] = search.name;
    where.push(`m.name_folded >= ${bind(from)} AND m.name_folded < ${bind(to)}`);
    // The first half repeats the second for the index: a row comparison is not leakproof.
    if (after) {
      const name = bind(after.name);
      where.push(`m.name_folded >= ${name} AND (m.name_folded > ${name} OR m.id > ${bind(after.id)})`);
    }
  } else if (after) {
    where.push(`m.id > ${bind(after.id)}`);
  }
  return {
    sql: `SELECT ${memberColumns}, m.name_folded AS "nameFolded" FROM organise.member m
          WHERE ${where.join(' AND ')}
          ORDER BY ${search.name ? 'm.name_folded, m.id' : 'm.id'} LIMIT ${bind(limit)}`,
    values,
  };
}
