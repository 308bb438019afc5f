import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { NamedSignUp, SignUp } from './sign-up.dto.js';
import type { SignUpRole, SignUpState } from './event-vocabulary.js';

export type VersionedSignUp = SignUp & { version: number };
export type NumberedSignUp = NamedSignUp & { number: number };

const columns = `
  s.id, s.constituency_id AS "constituencyId", s.event_id AS "eventId", s.member_id AS "memberId", s.role, s.state,
  CASE WHEN s.state = 'waiting' THEN (
    SELECT count(*)::integer FROM organise.sign_up w
    WHERE w.constituency_id = $1 AND w.event_id = s.event_id AND w.state = 'waiting' AND w.number <= s.number) END AS position,
  s.signed_up_by AS "signedUpBy", s.signed_up_at AS "signedUpAt", s.checked_in_at AS "checkedInAt",
  s.cancelled_at AS "cancelledAt"`;

/** In the order of signing up. Indexes: sign_up_number_unique, sign_up_waiting for the places, member_pkey. */
export const signUpsSql = `
  SELECT ${columns}, s.number, m.forename, m.surname FROM organise.sign_up s
  JOIN organise.member m ON m.constituency_id = $1 AND m.id = s.member_id
  WHERE s.constituency_id = $1 AND s.event_id = $2 AND s.number > $4 AND ($5::text IS NULL OR s.state = $5)
  ORDER BY s.number LIMIT $3`;

/** Who comes to an event. Whatever is written here is written under the lock of the event's row. */
@Injectable()
export class SignUpRepository {
  async page(
    tx: Tx,
    constituencyId: string,
    eventId: string,
    state: SignUpState | undefined,
    limit: number,
    afterNumber: number,
  ): Promise<NumberedSignUp[]> {
    return tx.rows<NumberedSignUp>(signUpsSql, [constituencyId, eventId, limit, afterNumber, state ?? null]);
  }

  /** Index: sign_up_pkey. */
  async byId(tx: Tx, constituencyId: string, id: string): Promise<VersionedSignUp | undefined> {
    return tx.first<VersionedSignUp>(
      `SELECT ${columns}, s.version FROM organise.sign_up s WHERE s.constituency_id = $1 AND s.id = $2`,
      [constituencyId, id],
    );
  }

  /** Indexes: sign_up_pkey, member_pkey. */
  async namedById(
    tx: Tx,
    constituencyId: string,
    id: string,
  ): Promise<(NamedSignUp & { version: number }) | undefined> {
    return tx.first<NamedSignUp & { version: number }>(
      `SELECT ${columns}, s.version, m.forename, m.surname FROM organise.sign_up s
       JOIN organise.member m ON m.constituency_id = $1 AND m.id = s.member_id
       WHERE s.constituency_id = $1 AND s.id = $2`,
      [constituencyId, id],
    );
  }

  /** Index: sign_up_live_unique. */
  async isSignedUp(tx: Tx, constituencyId: string, eventId: string, memberId: string): Promise<boolean> {
    const row = await tx.first(
      `SELECT FROM organise.sign_up
       WHERE constituency_id = $1 AND event_id = $2 AND member_id = $3 AND state <> 'cancelled'`,
      [constituencyId, eventId, memberId],
    );
    return row !== undefined;
  }

  /** Index: member_pkey. */
  async memberStatus(tx: Tx, constituencyId: string, memberId: string): Promise<string | undefined> {
    const row = await tx.first<{ status: string }>(
      'SELECT status FROM organise.member WHERE constituency_id = $1 AND id = $2',
      [constituencyId, memberId],
    );
    return row?.status;
  }

  /** At the end of the list, waiting for a place until the event is settled. Indexes: event_pkey. */
  async add(
    tx: Tx,
    constituencyId: string,
    signUp: { id: string; eventId: string; memberId: string; role: SignUpRole },
  ): Promise<void> {
    await tx.run(
      `WITH numbered AS (
         UPDATE organise.event SET last_number = last_number + 1
         WHERE constituency_id = $1 AND id = $3 RETURNING last_number)
       INSERT INTO organise.sign_up (constituency_id, id, event_id, member_id, number, role, state, signed_up_by)
       SELECT $1, $2, $3, $4, n.last_number, $5, 'waiting', ks.actor() FROM numbered n`,
      [constituencyId, signUp.id, signUp.eventId, signUp.memberId, signUp.role],
    );
  }

  /** Index: sign_up_pkey. */
  async changeRole(tx: Tx, constituencyId: string, id: string, role: SignUpRole): Promise<void> {
    await tx.run(
      'UPDATE organise.sign_up SET role = $3, version = version + 1 WHERE constituency_id = $1 AND id = $2',
      [constituencyId, id, role],
    );
  }

  /** Index: sign_up_pkey. */
  async cancel(tx: Tx, constituencyId: string, id: string): Promise<void> {
    await tx.run(
      `UPDATE organise.sign_up SET state = 'cancelled', cancelled_at = now(), cancelled_by = ks.actor(), version = version + 1
       WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id],
    );
  }

  /** Index: sign_up_pkey. */
  async checkIn(tx: Tx, constituencyId: string, id: string): Promise<void> {
    await tx.run(
      `UPDATE organise.sign_up SET state = 'attended', checked_in_at = now(), checked_in_by = ks.actor(), version = version + 1
       WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id],
    );
  }

  /** Index: sign_up_pkey. */
  async undoCheckIn(tx: Tx, constituencyId: string, id: string): Promise<void> {
    await tx.run(
      `UPDATE organise.sign_up SET state = 'going', checked_in_at = NULL, checked_in_by = NULL, version = version + 1
       WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id],
    );
  }
}
