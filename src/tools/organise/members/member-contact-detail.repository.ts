import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { MemberContactDetails } from './member-contact-detail.dto.js';

/** How members are reached: rows under a class of their own, and what a segment may ask of them on the member. */
@Injectable()
export class MemberContactDetailRepository {
  /** Also of a member of whom nothing is held. Indexes: member_pkey, member_contact_detail_pkey. */
  async byMember(
    tx: Tx,
    constituencyId: string,
    memberId: string,
  ): Promise<(MemberContactDetails & { version: number }) | undefined> {
    return tx.first<MemberContactDetails & { version: number }>(
      `SELECT m.id AS "memberId", d.email, d.mobile, d.landline, coalesce(d.address_lines, '{}') AS "addressLines", d.postcode, m.version
       FROM organise.member m
       LEFT JOIN organise.member_contact_detail d ON d.constituency_id = $1 AND d.member_id = m.id
       WHERE m.constituency_id = $1 AND m.id = $2`,
      [constituencyId, memberId],
    );
  }

  /** In place of what is held, with the flags of the member. Indexes: member_contact_detail_pkey, member_pkey. */
  async set(tx: Tx, constituencyId: string, details: MemberContactDetails): Promise<void> {
    const { memberId, email, mobile, landline, addressLines, postcode } = details;
    await tx.run(
      `INSERT INTO organise.member_contact_detail (constituency_id, member_id, email, mobile, landline, address_lines, postcode)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (constituency_id, member_id) DO UPDATE
       SET email = excluded.email, mobile = excluded.mobile, landline = excluded.landline,
           address_lines = excluded.address_lines, postcode = excluded.postcode`,
      [constituencyId, memberId, email, mobile, landline, addressLines, postcode],
    );
    await tx.run(
      `UPDATE organise.member SET has_email = $3, has_mobile = $4, version = version + 1 WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, memberId, email !== null, mobile !== null],
    );
  }
}
