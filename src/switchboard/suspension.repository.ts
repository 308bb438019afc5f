import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { CutAnswer } from './cut.dto.js';
import type { OrderSuspension } from './suspension-order.dto.js';
import type { Suspension, SuspensionTarget } from './suspension.dto.js';

export type OrderOutcome =
  | 'absent'
  | 'starts-too-early'
  | 'starts-too-late'
  | 'expires-too-early'
  | 'expires-too-late'
  | 'reviewed-too-early'
  | 'reviewed-too-late'
  | 'scheduled'
  | 'in-force';
export type LiftOutcome =
  | 'absent'
  | 'already-lifted'
  | 'own-suspension'
  | 'needs-epoch'
  | 'stale'
  | 'asked'
  | 'same-person'
  | 'lifted'
  | 'cancelled';

/** A lift that was asked for before the newest suspension of the scope is void. */
const columns = `
  id, json_build_object('kind', target_kind, 'id', target_id) AS target, reason, notice, appeal_note AS "appealNote",
  ordered_at AS "orderedAt", starts_at AS "startsAt", expires_at AS "expiresAt", review_at AS "reviewAt",
  lifted_at IS NULL AND epoch IS NOT NULL AND review_at <= now() AS "isReviewDue", in_force_at AS "inForceAt",
  epoch::integer AS epoch, scope_epoch::integer AS "scopeEpoch", ordered_by AS "orderedBy",
  ordered_by_operator AS "orderedByOperator",
  CASE WHEN is_expired THEN 'expired' WHEN lifted_at IS NOT NULL AND epoch IS NULL THEN 'cancelled'
       WHEN lifted_at IS NOT NULL THEN 'lifted' WHEN epoch IS NULL THEN 'scheduled'
       WHEN lift_asked_epoch = scope_epoch THEN 'lift-asked' ELSE 'in-force' END AS state,
  lift_asked_by AS "liftAskedBy", lift_asked_at AS "liftAskedAt", lift_reason AS "liftReason",
  lifted_by AS "liftedBy", lifted_by_operator AS "liftedByOperator", lifted_at AS "liftedAt",
  report ->> 'completeAt' AS "completeAt", report -> 'database' AS database, coalesce(report -> 'replicas', '[]') AS replicas,
  report -> 'bound' AS bound,
  CASE WHEN ledger.is_signed(ks.certificate_of(id)) THEN '/v1/suspensions/' || id || '/certificate' END AS "certificateUrl",
  CASE WHEN lifted_at IS NULL AND (SELECT count(*) FROM ks.lifters()) < 2 THEN 'npx rosette lift ' || id END AS "breakGlass"`;
const suspensions = `ks.suspensions() s LEFT JOIN LATERAL ks.flip_report(epoch) AS report ON true
  CROSS JOIN LATERAL ks.scope_epoch(s.target_kind, s.target_id) AS scope_epoch`;

/** The switch's tables, through the definer functions of schema ks; the API role can reach them no other way. */
@Injectable()
export class SuspensionRepository {
  async suspend(
    tx: Tx,
    id: string,
    target: SuspensionTarget,
    order: OrderSuspension,
  ): Promise<{ outcome: OrderOutcome; epoch: string | null }> {
    const { reason, notice, appealNote, startsAt, expiresAt, reviewAt } = order;
    const row = await tx.first<{ outcome: OrderOutcome; epoch: string | null }>(
      'SELECT outcome, epoch FROM ks.suspend($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      [id, target.kind, target.id, reason, notice ?? null, appealNote ?? null, startsAt, expiresAt, reviewAt],
    );
    return row ?? { outcome: 'absent', epoch: null };
  }

  async lift(tx: Tx, id: string, reason: string, expectedEpoch?: number): Promise<LiftOutcome> {
    const row = await tx.first<{ outcome: LiftOutcome }>('SELECT outcome FROM ks.lift($1, $2, $3)', [
      id,
      reason,
      expectedEpoch ?? null,
    ]);
    return row?.outcome ?? 'absent';
  }

  async byId(tx: Tx, id: string): Promise<Suspension | undefined> {
    return tx.first<Suspension & { id: string }>(`SELECT ${columns} FROM ${suspensions} WHERE id = $1`, [id]);
  }

  /** Newest order first; `after` is microseconds since 1970 and an id. */
  async page(
    tx: Tx,
    limit: number,
    isReviewDue: boolean,
    after: readonly [number, string] | undefined,
  ): Promise<(Suspension & { key: string })[]> {
    return tx.rows(
      `SELECT ${columns}, (extract(epoch FROM ordered_at) * 1000000)::bigint AS key FROM ${suspensions}
       WHERE ($2::bigint IS NULL OR (ordered_at, id) < (to_timestamp(0) + $2 * interval '1 microsecond', $3::uuid))
         AND (NOT $4 OR lifted_at IS NULL AND epoch IS NOT NULL AND review_at <= now())
       ORDER BY ordered_at DESC, id DESC LIMIT $1`,
      [limit, after?.[0] ?? null, after?.[1] ?? null, isReviewDue],
    );
  }

  /** What was cut for it, in the order in which it was written down. */
  async cuts(tx: Tx, id: string, limit: number, after: number): Promise<(CutAnswer & { key: string })[]> {
    return tx.rows(
      `SELECT replica, at, what, is_late AS "isLate", why, request_id AS "requestId", account_id AS "accountId",
              session_id AS "sessionId", route, action, bytes::float8 AS bytes, rows, number AS key
       FROM ks.cuts_of_suspension($1, $2, $3)`,
      [id, after, limit],
    );
  }

  async inForce(tx: Tx): Promise<{ id: string; kind: string; targetId: string }[]> {
    return tx.rows(
      `SELECT id, target_kind AS kind, target_id AS "targetId" FROM ks.suspensions()
       WHERE lifted_at IS NULL AND epoch IS NOT NULL ORDER BY epoch`,
    );
  }

  /** How many people can lift a suspension now. */
  async lifters(tx: Tx): Promise<number> {
    const row = await tx.first<{ lifters: number }>('SELECT count(*)::integer AS lifters FROM ks.lifters()');
    return row?.lifters ?? 0;
  }
}
