import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Drill } from './drill.dto.js';

/** How a drill ended. */
export interface DrillEnd {
  isOk: boolean;
  wasRefused: boolean;
  /** Null: it was not proved in time. */
  barrierMs: number | null;
  answerMs: number;
}

const columns = `
  d.id, d.suspension_id AS "suspensionId", d.epoch::integer AS epoch, d.ordered_by AS "orderedBy", d.is_scheduled AS "isScheduled",
  d.started_at AS "startedAt", d.ended_at AS "endedAt", d.is_ok AS "isOk", d.was_refused AS "wasRefused",
  d.in_force_at AS "inForceAt", report ->> 'completeAt' AS "completeAt", d.barrier_ms AS "barrierMs", d.answer_ms AS "answerMs",
  report -> 'database' AS database, coalesce(report -> 'replicas', '[]') AS replicas, report -> 'bound' AS bound`;
const drills = 'ks.drills() d LEFT JOIN LATERAL ks.flip_report(d.epoch) AS report ON true';

/** Drills, through the definer functions of schema ks. */
@Injectable()
export class DrillRepository {
  /** False while another is under way. Only inside the fence. */
  async begin(tx: Tx, id: string): Promise<boolean> {
    const row = await tx.first<{ epoch: string | null }>('SELECT ks.begin_drill($1) AS epoch', [id]);
    return row?.epoch != null;
  }

  /** As the system; undefined where none is due. */
  async beginScheduled(tx: Tx, id: string, everyHours: number): Promise<Drill | undefined> {
    const row = await tx.first<{ epoch: string | null }>('SELECT ks.begin_scheduled_drill($1, $2) AS epoch', [
      id,
      everyHours,
    ]);
    return row?.epoch == null ? undefined : this.byId(tx, id);
  }

  async end(tx: Tx, id: string, { isOk, wasRefused, barrierMs, answerMs }: DrillEnd): Promise<void> {
    await tx.run('SELECT ks.end_drill($1, $2, $3, $4, $5)', [id, isOk, wasRefused, barrierMs, answerMs]);
  }

  /** The one that nobody has gone on with for a minute, which has failed by that. */
  async endAbandoned(tx: Tx): Promise<string | undefined> {
    const row = await tx.first<{ id: string | null }>('SELECT ks.end_abandoned_drill() AS id');
    return row?.id ?? undefined;
  }

  async byId(tx: Tx, id: string): Promise<Drill | undefined> {
    return tx.first<Drill & { id: string }>(`SELECT ${columns} FROM ${drills} WHERE d.id = $1`, [id]);
  }

  /** The last one that ended. */
  async last(tx: Tx): Promise<{ endedAt: Date; isOk: boolean } | undefined> {
    return tx.first(
      `SELECT ended_at AS "endedAt", is_ok AS "isOk" FROM ks.drills() WHERE ended_at IS NOT NULL
       ORDER BY ended_at DESC LIMIT 1`,
    );
  }

  /** Newest first; `after` is microseconds since 1970 and an id. Index: drill_newest. */
  async page(
    tx: Tx,
    limit: number,
    after: readonly [number, string] | undefined,
  ): Promise<(Drill & { key: string })[]> {
    return tx.rows(
      `SELECT ${columns}, (extract(epoch FROM d.started_at) * 1000000)::bigint AS key FROM ${drills}
       WHERE $2::bigint IS NULL OR (d.started_at, d.id) < (to_timestamp(0) + $2 * interval '1 microsecond', $3::uuid)
       ORDER BY d.started_at DESC, d.id DESC LIMIT $1`,
      [limit, after?.[0] ?? null, after?.[1] ?? null],
    );
  }
}
