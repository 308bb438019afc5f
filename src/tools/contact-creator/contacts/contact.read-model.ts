import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { Contact } from './contact.dto.js';

/** Contacts that count for an elector, latest first. Indexes: contact_subject_pkey, contact_pkey, contact_answer_pkey. */
export const contactsSql = `
  SELECT c.id, c.constituency_id AS "constituencyId", c.elector_id AS "electorId", c.door_id AS "doorId", c.walk_id AS "walkId",
         c.method, c.outcome, c.do_not_return_until AS "doNotReturnUntil", c.device_at AS "deviceAt", c.effective_at AS "effectiveAt",
         c.recorded_at AS "recordedAt", c.recorded_by AS "recordedBy", c.released_by AS "releasedBy",
         CASE WHEN a.contact_id IS NOT NULL THEN json_build_object(
           'votingIntentionCode', a.vi_code, 'category', a.vi_category, 'party', a.vi_party, 'secondPreference', a.second_preference,
           'likelihood', a.likelihood, 'answers', a.answers, 'flags', a.flags, 'flagsCleared', a.flags_cleared) END AS opinion,
         CASE WHEN c.ended_at IS NOT NULL THEN json_build_object(
           'at', c.ended_at, 'accountId', c.ended_by, 'reason', c.end_reason, 'replacedBy', c.replaced_by) END AS ended
  FROM contact_creator.contact_subject s
  JOIN contact_creator.contact c ON c.constituency_id = $1 AND c.id = s.contact_id
  LEFT JOIN contact_creator.contact_answer a ON a.constituency_id = $1 AND a.contact_id = s.contact_id
  WHERE s.constituency_id = $1 AND s.elector_id = $2
    AND ($4::double precision IS NULL OR (c.effective_at, c.id) < (to_timestamp($4::double precision / 1000), $5::uuid))
  ORDER BY c.effective_at DESC, c.id DESC LIMIT $3`;

/** What was recorded of somebody, with what was taken back and why. */
@Injectable()
export class ContactReadModel {
  /** Effective times are whole milliseconds, so that a position in the list can be told. */
  async ofElector(
    tx: Tx,
    constituencyId: string,
    electorId: string,
    limit: number,
    after: { effectiveMs: number; id: string } | undefined,
  ): Promise<Contact[]> {
    return tx.rows<Contact & { id: string }>(contactsSql, [
      constituencyId,
      electorId,
      limit,
      after?.effectiveMs ?? null,
      after?.id ?? null,
    ]);
  }
}
