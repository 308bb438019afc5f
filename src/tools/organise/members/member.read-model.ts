import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { Member } from './member.dto.js';

/** Rich queries over members. Index: member_pkey (constituency_id, id). */
@Injectable()
export class MemberReadModel {
  async pageInConstituency(
    tx: Tx,
    constituencyId: string,
    limit: number,
    afterId: string | undefined,
  ): Promise<Member[]> {
    return tx.rows<Member>(
      `SELECT id, constituency_id AS "constituencyId", membership_number AS "membershipNumber", forename, surname
       FROM organise.member
       WHERE constituency_id = $1 AND id > $2
       ORDER BY constituency_id, id LIMIT $3`,
      [constituencyId, afterId ?? '0', limit],
    );
  }
}
