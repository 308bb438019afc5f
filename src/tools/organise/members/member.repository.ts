import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { MemberKind, MemberStatus } from './member-standing.rules.js';

export interface MemberContent {
  kind: MemberKind;
  title: string | null;
  forename: string;
  middleNames: string | null;
  surname: string;
  joinedOn: string | null;
  branchId: string | null;
}
export type HeldMember = MemberContent & {
  version: number;
  status: MemberStatus;
  leftOn: string | null;
  today: string;
};

/** Members as they are written, each with the line of history that its standing asks for. */
@Injectable()
export class MemberRepository {
  /** Locked until commit, with the day it is. Index: member_pkey. */
  async lock(tx: Tx, constituencyId: string, id: string): Promise<HeldMember | undefined> {
    return tx.first<HeldMember>(
      `SELECT version, kind, status, title, forename, middle_names AS "middleNames", surname, joined_on::text AS "joinedOn",
              left_on::text AS "leftOn", branch_id AS "branchId", current_date::text AS today
       FROM organise.member WHERE constituency_id = $1 AND id = $2 FOR UPDATE`,
      [constituencyId, id],
    );
  }

  /** When a membership ended, null while it lasts; what is read stays until commit. Index: member_pkey. */
  async keepStanding(
    tx: Tx,
    constituencyId: string,
    id: string,
  ): Promise<{ leftOn: string | null } | undefined> {
    return tx.first<{ leftOn: string | null }>(
      `SELECT left_on::text AS "leftOn" FROM organise.member WHERE constituency_id = $1 AND id = $2 FOR SHARE`,
      [constituencyId, id],
    );
  }

  /** Index: member_pkey. */
  async versionOf(tx: Tx, constituencyId: string, id: string): Promise<number | undefined> {
    const row = await tx.first<{ version: number }>(
      'SELECT version FROM organise.member WHERE constituency_id = $1 AND id = $2',
      [constituencyId, id],
    );
    return row?.version;
  }

  /** A current member; undefined where the number is taken. Constraint: member_number_unique. */
  async add(
    tx: Tx,
    constituencyId: string,
    membershipNumber: string,
    nameFolded: string,
    content: MemberContent,
  ): Promise<string | undefined> {
    const { kind, title, forename, middleNames, surname, joinedOn, branchId } = content;
    const row = await tx.first<{ id: string }>(
      `INSERT INTO organise.member (constituency_id, membership_number, kind, title, forename, middle_names, surname, name_folded,
                                    joined_on, branch_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT (constituency_id, membership_number) DO NOTHING RETURNING id`,
      [
        constituencyId,
        membershipNumber,
        kind,
        title,
        forename,
        middleNames,
        surname,
        nameFolded,
        joinedOn,
        branchId,
      ],
    );
    return row?.id;
  }

  /** Index: member_pkey. */
  async change(
    tx: Tx,
    constituencyId: string,
    id: string,
    nameFolded: string,
    content: MemberContent & { status: MemberStatus; leftOn: string | null },
  ): Promise<void> {
    const { kind, title, forename, middleNames, surname, joinedOn, branchId, status, leftOn } = content;
    await tx.run(
      `UPDATE organise.member
       SET kind = $3, title = $4, forename = $5, middle_names = $6, surname = $7, name_folded = $8, joined_on = $9,
           branch_id = $10, status = $11, left_on = $12, version = version + 1
       WHERE constituency_id = $1 AND id = $2`,
      [
        constituencyId,
        id,
        kind,
        title,
        forename,
        middleNames,
        surname,
        nameFolded,
        joinedOn,
        branchId,
        status,
        leftOn,
      ],
    );
  }

  /** A line of history, in the name of whoever entered the fence. */
  async recordStatus(
    tx: Tx,
    constituencyId: string,
    id: string,
    change: { from: MemberStatus | null; to: MemberStatus; reason: string | null },
  ): Promise<void> {
    await tx.run(
      `INSERT INTO organise.member_status_change (constituency_id, member_id, from_status, to_status, reason, changed_by)
       VALUES ($1, $2, $3, $4, $5, ks.actor())`,
      [constituencyId, id, change.from, change.to, change.reason],
    );
    await tx.run('SELECT ks.journal_member_status($1, $2, $3)', [constituencyId, id, change.to]);
  }

  /** Whoever left holds no office from that day on; how many tenures that ended. Index: role_holder_by_member. */
  async endTenures(tx: Tx, constituencyId: string, id: string, leftOn: string): Promise<number> {
    return tx.run(
      `UPDATE organise.role_holder
       SET until_on = greatest(from_on, $3::date), ended_reason = 'the membership ended', version = version + 1
       WHERE constituency_id = $1 AND member_id = $2 AND until_on > greatest(from_on, $3::date)`,
      [constituencyId, id, leftOn],
    );
  }
}
