import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { Elector } from './elector.dto.js';

/** Rich queries over electors. Index: elector_pkey (constituency_id, id). */
@Injectable()
export class ElectorReadModel {
  async pageInConstituency(
    tx: Tx,
    constituencyId: string,
    limit: number,
    afterId: string | undefined,
  ): Promise<Elector[]> {
    return tx.rows<Elector>(
      `SELECT id, constituency_id AS "constituencyId", forename, surname,
              number_prefix || '-' || number || CASE WHEN number_suffix = '' THEN '' ELSE '/' || number_suffix END AS "electorNumber"
       FROM contact_creator.elector
       WHERE constituency_id = $1 AND id > $2
       ORDER BY constituency_id, id LIMIT $3`,
      [constituencyId, afterId ?? '0', limit],
    );
  }
}
