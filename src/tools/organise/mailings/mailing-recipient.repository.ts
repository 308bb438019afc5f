import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { Bind, Condition } from '../../../targeting/field.js';
import type { MailingRecipient } from './recipient.dto.js';

/** What the job works by. */
export interface MailingText {
  state: 'draft' | 'preparing' | 'sending' | 'cancelled';
  subject: string;
  bodyText: string;
  segment: Record<string, unknown>;
}

/** Who is written to next. Without an address: gone since, or no longer in the segment. */
export interface PendingRecipient {
  memberId: string;
  title: string | null;
  forename: string;
  surname: string;
  membershipNumber: string;
  email: string | null;
}

export interface Settled {
  memberId: string;
  state: 'queued' | 'suppressed' | 'excluded' | 'failed';
  outboxId: string | null;
}

/** Whom a mailing is for, and what became of each. */
@Injectable()
export class MailingRecipientRepository {
  /** All whom a segment means, with how to reach them. Indexes: member_pkey, member_contact_detail_pkey. */
  matched(
    tx: Tx,
    constituencyId: string,
    condition: Condition,
  ): Promise<{ memberId: string; email: string | null }[]> {
    const { values, bind } = bindings(constituencyId);
    return tx.rows(
      `SELECT m.id AS "memberId", d.email FROM organise.member m
       LEFT JOIN organise.member_contact_detail d ON d.constituency_id = $1 AND d.member_id = m.id
       WHERE m.constituency_id = $1 AND ${condition(bind, constituencyId)}`,
      values,
    );
  }

  /** The mailing for the job, which nobody changes or cancels until this transaction ends. */
  text(tx: Tx, constituencyId: string, mailingId: string): Promise<MailingText | undefined> {
    return tx.first<MailingText & Record<string, unknown>>(
      `SELECT state, subject, body_text AS "bodyText", segment FROM organise.mailing
       WHERE constituency_id = $1 AND id = $2 FOR SHARE`,
      [constituencyId, mailingId],
    );
  }

  /** Writes down whom it is for, each once, and moves on. Indexes: as `matched`. */
  async freeze(tx: Tx, constituencyId: string, mailingId: string, condition: Condition): Promise<number> {
    const { values, bind } = bindings(constituencyId);
    const mailing = bind(mailingId);
    const frozen = await tx.run(
      `INSERT INTO organise.mailing_recipient (constituency_id, mailing_id, member_id)
       SELECT $1, ${mailing}::uuid, m.id FROM organise.member m
       JOIN organise.member_contact_detail d ON d.constituency_id = $1 AND d.member_id = m.id
       WHERE m.constituency_id = $1 AND d.email IS NOT NULL AND ${condition(bind, constituencyId)}
       ON CONFLICT DO NOTHING`,
      values,
    );
    await tx.run(
      `UPDATE organise.mailing SET state = 'sending' WHERE constituency_id = $1 AND id = $2 AND state = 'preparing'`,
      [constituencyId, mailingId],
    );
    return frozen;
  }

  /**
   * The next block, held until commit; whoever has left the segment since has no address here. Indexes:
   * mailing_recipient_pending, member_pkey, member_contact_detail_pkey.
   */
  pending(
    tx: Tx,
    constituencyId: string,
    mailingId: string,
    condition: Condition,
    limit: number,
  ): Promise<PendingRecipient[]> {
    const { sql, values } = pendingSql(constituencyId, mailingId, condition, limit);
    return tx.rows<PendingRecipient & Record<string, unknown>>(sql, values);
  }

  /** Index: mailing_recipient_pkey. */
  async settle(
    tx: Tx,
    constituencyId: string,
    mailingId: string,
    settled: readonly Settled[],
  ): Promise<void> {
    await tx.run(
      `UPDATE organise.mailing_recipient r SET state = s.state, outbox_id = s."outboxId", at = now()
       FROM jsonb_to_recordset($3::jsonb) AS s ("memberId" bigint, state text, "outboxId" uuid)
       WHERE r.constituency_id = $1 AND r.mailing_id = $2 AND r.member_id = s."memberId" AND r.state = 'pending'`,
      [constituencyId, mailingId, JSON.stringify(settled)],
    );
  }

  /** Nobody else is written to; answers the messages that are in the outbox. Index: mailing_recipient_pkey. */
  async cancel(tx: Tx, constituencyId: string, mailingId: string): Promise<string[]> {
    await tx.run(
      `UPDATE organise.mailing_recipient SET state = 'cancelled', at = now()
       WHERE constituency_id = $1 AND mailing_id = $2 AND state = 'pending'`,
      [constituencyId, mailingId],
    );
    const rows = await tx.rows<{ id: string }>(
      `SELECT outbox_id AS id FROM organise.mailing_recipient
       WHERE constituency_id = $1 AND mailing_id = $2 AND outbox_id IS NOT NULL`,
      [constituencyId, mailingId],
    );
    return rows.map(({ id }) => id);
  }

  /** In the order of their ids. Indexes: mailing_recipient_pkey, outbox_pkey. */
  page(
    tx: Tx,
    constituencyId: string,
    mailingId: string,
    limit: number,
    afterId: string,
  ): Promise<MailingRecipient[]> {
    return tx.rows<MailingRecipient & Record<string, unknown>>(recipientsSql, [
      constituencyId,
      mailingId,
      afterId,
      limit,
    ]);
  }
}

/** Also for the test that keeps its plan, as the next. */
export const recipientsSql = `
  SELECT r.member_id AS "memberId", organise.recipient_state(r.state, o.state, o.error_code, o.is_uncertain) AS state,
         coalesce(o.handed_over_at, r.at) AS at
  FROM organise.mailing_recipient r LEFT JOIN mail.outbox o ON o.id = r.outbox_id
  WHERE r.constituency_id = $1 AND r.mailing_id = $2 AND r.member_id > $3
  ORDER BY r.member_id LIMIT $4`;

export function pendingSql(
  constituencyId: string,
  mailingId: string,
  condition: Condition,
  limit: number,
): { sql: string; values: unknown[] } {
  const { values, bind } = bindings(constituencyId);
  const sql = `
    SELECT m.id AS "memberId", m.title, m.forename, m.surname, m.membership_number AS "membershipNumber",
           CASE WHEN ${condition(bind, constituencyId)} THEN d.email END AS email
    FROM organise.mailing_recipient r
    JOIN organise.member m ON m.constituency_id = $1 AND m.id = r.member_id
    LEFT JOIN organise.member_contact_detail d ON d.constituency_id = $1 AND d.member_id = r.member_id
    WHERE r.constituency_id = $1 AND r.mailing_id = ${bind(mailingId)} AND r.state = 'pending'
    ORDER BY r.member_id LIMIT ${bind(limit)}::integer FOR UPDATE OF r`;
  return { sql, values };
}

function bindings(constituencyId: string): { values: unknown[]; bind: Bind } {
  const values: unknown[] = [constituencyId];
  return { values, bind: (value) => `$${values.push(value)}` };
}
