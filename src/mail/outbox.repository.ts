import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { ScopeKey } from '../kill-switch/scopes.rules.js';
import type { fitMessage } from './message.rules.js';

/** A message in line, without its content: incarnation and claim together are the fencing token. */
export interface Ticket {
  id: string;
  incarnation: string;
  claim: number;
  kind: 'account' | 'mailing';
  scopes: ScopeKey[];
  messageId: string;
  attempts: number;
}

/** What is handed over, read under the fence immediately before. */
export interface Letter {
  to: string;
  subject: string;
  text: string;
  html: string | null;
  headers: Record<string, string>;
  createdAt: Date;
}

const held = `id = $1 AND incarnation = $2 AND claim = $3 AND state IN ('queued', 'handing-over')`;

/** The outbox. The API role cannot select addresses or words: they leave by mail.begin_hand_over alone. */
@Injectable()
export class OutboxRepository {
  async insert(tx: Tx, id: string, messageId: string, message: ReturnType<typeof fitMessage>): Promise<void> {
    const { kind, scopes, to, subject, text, html, headers, recipientHashes } = message;
    await tx.run(
      `INSERT INTO mail.outbox (id, kind, scopes, message_id, to_address, subject, text, html, headers, recipient_hashes)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [id, kind, scopes, messageId, to, subject, text, html, JSON.stringify(headers), recipientHashes],
    );
  }

  /** As `insert`, many at once. */
  async insertAll(
    tx: Tx,
    messages: readonly (ReturnType<typeof fitMessage> & { id: string; messageId: string })[],
  ): Promise<void> {
    await tx.run(
      `INSERT INTO mail.outbox (id, kind, scopes, message_id, to_address, subject, text, html, headers, recipient_hashes)
       SELECT x.id, x.kind, x.scopes, x."messageId", x."to", x.subject, x.text, x.html, x.headers, x."recipientHashes"
       FROM jsonb_to_recordset($1::jsonb) AS x (id uuid, kind text, scopes text[], "messageId" text, "to" text, subject text,
                                                text text, html text, headers jsonb, "recipientHashes" text[])`,
      [JSON.stringify(messages)],
    );
  }

  /**
   * Takes what is due, account messages first, leaving alone what is suspended. A message whose hand-over was begun and
   * never ended may have left: it is marked uncertain and goes again under the same Message-ID. Index: outbox_due.
   */
  async claim(tx: Tx, incarnation: string, most: number, leaseMs: number): Promise<Ticket[]> {
    return tx.rows<Ticket & Record<string, unknown>>(
      `WITH blocked AS MATERIALIZED (SELECT ks.suspended_keys() AS keys),
            due AS (SELECT o.id FROM mail.outbox o, blocked
                    WHERE o.state IN ('queued', 'handing-over') AND o.next_at <= now()
                      AND (o.lease_until IS NULL OR o.lease_until < now()) AND NOT o.scopes && blocked.keys
                    ORDER BY o.kind, o.next_at LIMIT $2 FOR UPDATE OF o SKIP LOCKED)
       UPDATE mail.outbox o
       SET incarnation = $1, claim = o.claim + 1, lease_until = clock_timestamp() + make_interval(secs => $3 / 1000.0),
           is_uncertain = o.is_uncertain OR o.state = 'handing-over', state = 'queued'
       FROM due WHERE o.id = due.id
       RETURNING o.id, o.incarnation, o.claim, o.kind, o.scopes, o.message_id AS "messageId", o.attempts`,
      [incarnation, most, leaseMs],
    );
  }

  /** Enters the fence and opens the message; undefined if the claim has passed on. */
  async beginHandOver(tx: Tx, ticket: Ticket, leaseMs: number): Promise<Letter | undefined> {
    return tx.first<Letter & Record<string, unknown>>(
      `SELECT to_address AS "to", subject, text, html, headers, created_at AS "createdAt"
       FROM mail.begin_hand_over($1, $2, $3, make_interval(secs => $4 / 1000.0))`,
      [ticket.id, ticket.incarnation, ticket.claim, leaseMs],
    );
  }

  /** Counts also when the lease has run out: nobody has taken the message since, and it has left. */
  async handedOver(tx: Tx, ticket: Ticket): Promise<void> {
    await tx.run(
      `UPDATE mail.outbox
       SET state = 'handed-over', handed_over_at = clock_timestamp(), error_code = NULL, incarnation = NULL, lease_until = NULL
       WHERE ${held}`,
      [ticket.id, ticket.incarnation, ticket.claim],
    );
  }

  async failed(tx: Tx, ticket: Ticket, errorCode: string): Promise<void> {
    await tx.run(
      `UPDATE mail.outbox SET state = 'failed', error_code = $4, incarnation = NULL, lease_until = NULL WHERE ${held}`,
      [ticket.id, ticket.incarnation, ticket.claim, errorCode],
    );
  }

  /** Back in line after an attempt that failed for now. `isUncertain`: it may have left all the same. */
  async retryLater(
    tx: Tx,
    ticket: Ticket,
    delayMs: number,
    errorCode: string,
    isUncertain: boolean,
  ): Promise<void> {
    await tx.run(
      `UPDATE mail.outbox
       SET state = 'queued', next_at = clock_timestamp() + make_interval(secs => $4 / 1000.0), error_code = $5,
           is_uncertain = is_uncertain OR $6, incarnation = NULL, lease_until = NULL
       WHERE ${held}`,
      [ticket.id, ticket.incarnation, ticket.claim, delayMs, errorCode, isUncertain],
    );
  }

  /** Back in line, untried: suspended, stopping, or the server is away. What was begun and cut off is uncertain. */
  async release(tx: Tx, ticket: Ticket, begun: 'no' | 'unsent' | 'cut'): Promise<void> {
    await tx.run(
      `UPDATE mail.outbox
       SET state = 'queued', attempts = attempts - CASE $4 WHEN 'no' THEN 0 ELSE 1 END, is_uncertain = is_uncertain OR $4 = 'cut',
           incarnation = NULL, lease_until = NULL
       WHERE ${held}`,
      [ticket.id, ticket.incarnation, ticket.claim, begun],
    );
  }

  /** Index: outbox_waiting_by_scope. What is being handed over this moment is cancelled too, and may yet arrive. */
  async cancelInScope(tx: Tx, scope: ScopeKey): Promise<number> {
    return tx.run(
      `UPDATE mail.outbox
       SET state = 'cancelled', is_uncertain = is_uncertain OR state = 'handing-over', incarnation = NULL, lease_until = NULL
       WHERE state IN ('queued', 'handing-over') AND scopes @> ARRAY[$1]`,
      [scope],
    );
  }

  /** Index: outbox_pkey. As `cancelInScope`. */
  async cancel(tx: Tx, ids: readonly string[]): Promise<number> {
    return tx.run(
      `UPDATE mail.outbox
       SET state = 'cancelled', is_uncertain = is_uncertain OR state = 'handing-over', incarnation = NULL, lease_until = NULL
       WHERE state IN ('queued', 'handing-over') AND id = ANY ($1::uuid[])`,
      [ids],
    );
  }

  /** Index: outbox_due. */
  async countWaiting(tx: Tx): Promise<number> {
    const row = await tx.first<{ n: number }>(
      `SELECT count(*)::integer AS n FROM mail.outbox WHERE state IN ('queued', 'handing-over')`,
    );
    return row?.n ?? 0;
  }
}
