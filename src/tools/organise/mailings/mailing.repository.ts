import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { CreateMailing, Mailing, MailingState } from './mailing.dto.js';

/** A mailing as the table has it: what it is called at last follows from its job and its messages. */
export type MailingRow = Omit<Mailing, 'state' | 'counts'> & {
  version: number;
  storedState: 'draft' | 'preparing' | 'sending' | 'cancelled';
  jobState: string | null;
  counted: Record<string, number>;
};

const columns = `
  x.id, x.constituency_id AS "constituencyId", x.name, x.subject, x.body_text AS "bodyText", x.segment, x.purpose,
  x.state AS "storedState", j.state AS "jobState", x.created_by AS "createdBy", x.created_at AS "createdAt",
  x.sent_by AS "sentBy", x.sent_at AS "sentAt", x.version,
  coalesce((SELECT json_object_agg(c.state, c.n) FROM organise.mailing_counts($1, x.id) c), '{}') AS counted`;
const from = 'organise.mailing x LEFT JOIN jobs.job j ON j.id = x.job_id';

/** Mailings themselves; whom they are for is another repository's. */
@Injectable()
export class MailingRepository {
  /** Newest first. `after` is microseconds since 1970 and an id. Indexes: mailing_newest, job_pkey, mailing_recipient_pkey. */
  page(
    tx: Tx,
    constituencyId: string,
    limit: number,
    after: readonly [number, string] | undefined,
  ): Promise<(MailingRow & { key: string })[]> {
    return tx.rows(
      `SELECT ${columns}, (extract(epoch FROM x.created_at) * 1000000)::bigint AS key FROM ${from}
       WHERE x.constituency_id = $1 AND ($2::bigint IS NULL
         OR x.created_at < to_timestamp(0) + $2 * interval '1 microsecond'
         OR (x.created_at = to_timestamp(0) + $2 * interval '1 microsecond' AND x.id > $3))
       ORDER BY x.created_at DESC, x.id LIMIT $4`,
      [constituencyId, after?.[0] ?? null, after?.[1] ?? null, limit],
    );
  }

  /** Indexes: mailing_pkey, job_pkey, mailing_recipient_pkey. */
  byId(tx: Tx, constituencyId: string, id: string): Promise<MailingRow | undefined> {
    return tx.first<MailingRow>(`SELECT ${columns} FROM ${from} WHERE x.constituency_id = $1 AND x.id = $2`, [
      constituencyId,
      id,
    ]);
  }

  async add(tx: Tx, constituencyId: string, id: string, wanted: CreateMailing): Promise<void> {
    await tx.run(
      `INSERT INTO organise.mailing (constituency_id, id, name, subject, body_text, segment, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, ks.actor())`,
      [constituencyId, id, wanted.name, wanted.subject, wanted.bodyText, JSON.stringify(wanted.segment)],
    );
  }

  /** Whoever sends, changes or cancels it takes turns here. Index: mailing_pkey. */
  async lock(tx: Tx, constituencyId: string, id: string): Promise<MailingRow | undefined> {
    await tx.run('SELECT FROM organise.mailing WHERE constituency_id = $1 AND id = $2 FOR UPDATE', [
      constituencyId,
      id,
    ]);
    return this.byId(tx, constituencyId, id);
  }

  async change(tx: Tx, constituencyId: string, id: string, content: CreateMailing): Promise<void> {
    await tx.run(
      `UPDATE organise.mailing SET name = $3, subject = $4, body_text = $5, segment = $6, version = version + 1
       WHERE constituency_id = $1 AND id = $2 AND state = 'draft'`,
      [constituencyId, id, content.name, content.subject, content.bodyText, JSON.stringify(content.segment)],
    );
  }

  async discard(tx: Tx, constituencyId: string, id: string): Promise<void> {
    await tx.run(`DELETE FROM organise.mailing WHERE constituency_id = $1 AND id = $2 AND state = 'draft'`, [
      constituencyId,
      id,
    ]);
  }

  /** Under way, by this job. One that failed goes on where it was. */
  async begin(tx: Tx, constituencyId: string, id: string, jobId: string): Promise<void> {
    await tx.run(
      `UPDATE organise.mailing
       SET state = CASE state WHEN 'draft' THEN 'preparing' ELSE state END, job_id = $3, sent_by = ks.actor(), sent_at = now(),
           version = version + 1
       WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id, jobId],
    );
  }

  /** Stops it; answers the job to be stopped too. */
  async cancel(tx: Tx, constituencyId: string, id: string): Promise<string | undefined> {
    const row = await tx.first<{ jobId: string }>(
      `UPDATE organise.mailing SET state = 'cancelled', version = version + 1
       WHERE constituency_id = $1 AND id = $2 AND state IN ('preparing', 'sending') RETURNING job_id AS "jobId"`,
      [constituencyId, id],
    );
    return row?.jobId;
  }

  /** Stops what the departed had sent, in every constituency; answers the jobs. Inside a departure alone. */
  async cancelOfDeparted(tx: Tx, accountIds: readonly string[]): Promise<string[]> {
    const row = await tx.first<{ jobIds: string[] }>('SELECT organise.cancel_mailings_of($1) AS "jobIds"', [
      accountIds,
    ]);
    return row?.jobIds ?? [];
  }
}

/** A mailing is sent when nothing of it waits; it has failed when its job is over and somebody is left. */
export function stateOf({ storedState, jobState, counted }: MailingRow): MailingState {
  const isWaiting = { pending: Boolean(counted['pending']), queued: Boolean(counted['queued']) };
  if (storedState === 'sending' && !isWaiting.pending && !isWaiting.queued) return 'sent';
  const isLeft = storedState === 'preparing' || (storedState === 'sending' && isWaiting.pending);
  return isLeft && (jobState === 'failed' || jobState === 'cancelled') ? 'failed' : storedState;
}
