import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Office, OfficeMembership, OpenOffice } from './office.dto.js';

export type LeaveOutcome = 'left' | 'absent' | 'represents';
export type JoinOutcome = 'joined' | 'absent' | 'no-account' | 'departed';

// Index: office_member_by_office.
const columns = `
  o.id, o.name, o.kind, o.constituency_id AS "constituencyId", o.representative_id AS "representativeId", o.created_at AS "openedAt",
  ARRAY(SELECT m.account_id::text FROM access.office_member m WHERE m.office_id = o.id AND m.until_at IS NULL ORDER BY m.account_id) AS "memberIds"`;

/** Offices: read as they are, written through the definer functions of schema access alone. */
@Injectable()
export class OfficeRepository {
  async open(tx: Tx, id: string, office: OpenOffice): Promise<void> {
    const { name, kind, constituencyId, representativeId } = office;
    await tx.run('SELECT access.open_office($1, $2, $3, $4, $5)', [
      id,
      name,
      kind,
      constituencyId ?? null,
      representativeId ?? null,
    ]);
  }

  async join(tx: Tx, officeId: string, accountId: string): Promise<JoinOutcome> {
    const row = await tx.first<{ outcome: JoinOutcome }>('SELECT access.join_office($1, $2) AS outcome', [
      officeId,
      accountId,
    ]);
    return row?.outcome ?? 'absent';
  }

  async leave(tx: Tx, officeId: string, accountId: string): Promise<LeaveOutcome> {
    const row = await tx.first<{ outcome: LeaveOutcome }>('SELECT access.leave_office($1, $2) AS outcome', [
      officeId,
      accountId,
    ]);
    return row?.outcome ?? 'absent';
  }

  /** Index: office_pkey. */
  async byId(tx: Tx, id: string): Promise<Office | undefined> {
    return tx.first<Office & { id: string }>(`SELECT ${columns} FROM access.office o WHERE o.id = $1`, [id]);
  }

  /** By name. Index: office_by_name. */
  async page(tx: Tx, limit: number, after: { name: string; id: string } | undefined): Promise<Office[]> {
    return tx.rows<Office>(
      `SELECT ${columns} FROM access.office o WHERE $3::uuid IS NULL OR (o.name, o.id) > ($2, $3) ORDER BY o.name, o.id LIMIT $1`,
      [limit, after?.name ?? null, after?.id ?? null],
    );
  }

  /** The latest membership. Index: office_member_pkey. */
  async membership(tx: Tx, officeId: string, accountId: string): Promise<OfficeMembership | undefined> {
    return tx.first<OfficeMembership & { officeId: string }>(
      `SELECT office_id AS "officeId", account_id AS "accountId", from_at AS "fromAt", until_at AS "untilAt"
       FROM access.office_member WHERE account_id = $2 AND office_id = $1 ORDER BY from_at DESC LIMIT 1`,
      [officeId, accountId],
    );
  }

  /** The offices that a user represents. Index: office_by_representative. */
  async representedBy(tx: Tx, accountId: string): Promise<string[]> {
    const rows = await tx.rows<{ id: string }>(
      'SELECT id FROM access.office WHERE representative_id = $1 ORDER BY id',
      [accountId],
    );
    return rows.map(({ id }) => id);
  }
}
