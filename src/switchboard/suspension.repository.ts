import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Suspension, SuspensionTarget } from './suspension.dto.js';

export type LiftOutcome = 'absent' | 'already-lifted' | 'own-suspension' | 'asked' | 'same-person' | 'lifted';

const columns = `
  id, json_build_object('kind', target_kind, 'id', target_id) AS target, reason, notice, in_force_at AS "inForceAt",
  epoch::integer AS epoch, ordered_by AS "orderedBy",
  CASE WHEN lifted_at IS NOT NULL THEN 'lifted' WHEN lift_asked_at IS NOT NULL THEN 'lift-asked' ELSE 'in-force' END AS state,
  lift_asked_by AS "liftAskedBy", lift_asked_at AS "liftAskedAt", lift_reason AS "liftReason",
  lifted_by AS "liftedBy", lifted_at AS "liftedAt",
  report ->> 'completeAt' AS "completeAt", report -> 'database' AS database, coalesce(report -> 'replicas', '[]') AS replicas,
  report -> 'bound' AS bound`;
const suspensions = 'ks.suspensions() LEFT JOIN LATERAL ks.flip_report(epoch) AS report ON true';

/** The switch's tables, through the definer functions of schema ks; the API role can reach them no other way. */
@Injectable()
export class SuspensionRepository {
  /** The epoch the suspension made; null if there is no such scope. */
  async suspend(
    tx: Tx,
    id: string,
    target: SuspensionTarget,
    reason: string,
    notice?: string,
  ): Promise<string | null> {
    const row = await tx.first<{ epoch: string | null }>('SELECT ks.suspend($1, $2, $3, $4, $5) AS epoch', [
      id,
      target.kind,
      target.id,
      reason,
      notice ?? null,
    ]);
    return row?.epoch ?? null;
  }

  async lift(tx: Tx, id: string, reason: string): Promise<LiftOutcome> {
    const row = await tx.first<{ outcome: LiftOutcome }>('SELECT outcome FROM ks.lift($1, $2)', [id, reason]);
    return row?.outcome ?? 'absent';
  }

  async byId(tx: Tx, id: string): Promise<Suspension | undefined> {
    return tx.first<Suspension & { id: string }>(`SELECT ${columns} FROM ${suspensions} WHERE id = $1`, [id]);
  }

  /** Newest first. */
  async page(tx: Tx, limit: number, belowEpoch: number | undefined): Promise<Suspension[]> {
    return tx.rows<Suspension>(
      `SELECT ${columns} FROM ${suspensions} WHERE $2::bigint IS NULL OR epoch < $2 ORDER BY epoch DESC LIMIT $1`,
      [limit, belowEpoch ?? null],
    );
  }

  async inForce(tx: Tx): Promise<{ id: string; kind: string; targetId: string }[]> {
    return tx.rows(
      `SELECT id, target_kind AS kind, target_id AS "targetId" FROM ks.suspensions() WHERE lifted_at IS NULL ORDER BY epoch`,
    );
  }
}
