import { Injectable } from '@nestjs/common';
import type { DataClass } from '../../../config/vocabulary.js';
import type { Tx } from '../../../database/tx.js';
import type { Delivery } from '../../../exports/answer-block.js';
import type { ExportColumn } from './export-column.rules.js';
import type { Export, ExportSource, ExportSourceKind } from './export.dto.js';
import { mayBeExported } from './export-source.read-model.js';

export interface NewExport {
  id: string;
  constituencyId: string;
  source: ExportSource;
  columns: readonly ExportColumn[];
  classes: readonly DataClass[];
  purpose: string;
  reason: string;
}

/** As many subjects as one row of the ledger names. */
export const blockRows = 5_000;

/** What a source is read under: its own purpose, where it carries one. */
export interface SourceTerms {
  isReady: boolean;
  isByOpinion: boolean;
  purpose: string | null;
}

const columns = `
  x.id, x.constituency_id AS "constituencyId", json_build_object('kind', x.source_kind, 'id', x.source_id) AS source,
  x.columns, x.classes, x.purpose, x.reason, x.row_count AS "rowCount", x.requested_by AS "requestedBy",
  x.created_at AS "createdAt", x.expires_at AS "expiresAt",
  coalesce((SELECT json_agg(json_build_object('startedAt', f.started_at, 'endedAt', f.ended_at, 'outcome', f.outcome,
                                              'why', f.why, 'bytes', f.bytes, 'rows', f.rows) ORDER BY f.started_at, f.id)
            FROM contact_creator.export_fetch f WHERE f.constituency_id = $1 AND f.export_id = x.id), '[]') AS fetches`;

/** Exports, their frozen ids and their fetches. */
@Injectable()
export class ExportRepository {
  /** Newest first. `after` is microseconds since 1970 and an id. Indexes: export_newest, export_fetch_pkey. */
  page(
    tx: Tx,
    constituencyId: string,
    limit: number,
    after: readonly [number, string] | undefined,
  ): Promise<(Export & { key: string })[]> {
    return tx.rows(
      `SELECT ${columns}, (extract(epoch FROM x.created_at) * 1000000)::bigint AS key FROM contact_creator.export x
       WHERE x.constituency_id = $1 AND ($2::bigint IS NULL
         OR x.created_at < to_timestamp(0) + $2 * interval '1 microsecond'
         OR (x.created_at = to_timestamp(0) + $2 * interval '1 microsecond' AND x.id > $3))
       ORDER BY x.created_at DESC, x.id LIMIT $4`,
      [constituencyId, after?.[0] ?? null, after?.[1] ?? null, limit],
    );
  }

  /** Indexes: export_pkey, export_fetch_pkey. */
  byId(tx: Tx, constituencyId: string, id: string): Promise<Export | undefined> {
    return tx.first<Export>(
      `SELECT ${columns} FROM contact_creator.export x WHERE x.constituency_id = $1 AND x.id = $2`,
      [constituencyId, id],
    );
  }

  /** A frozen selection or a live list as far as an export is concerned. Indexes: selection_pkey, list_pkey. */
  source(tx: Tx, constituencyId: string, { kind, id }: ExportSource): Promise<SourceTerms | undefined> {
    return tx.first<SourceTerms>(
      kind === 'selection'
        ? `SELECT frozen_at IS NOT NULL AS "isReady", uses_opinions AS "isByOpinion", NULL AS purpose
           FROM contact_creator.selection WHERE constituency_id = $1 AND id = $2`
        : `SELECT expires_at > now() AS "isReady", uses_opinions AS "isByOpinion", purpose
           FROM contact_creator.list WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id],
    );
  }

  /**
   * Writes the export of the actor of the transaction, and freezes who is in it, in the order of the register or the walk. Anonymous
   * entries are in no export, nor the dead, nor who has objected (UK GDPR Art. 21(2)). Answers how many there are; raises KS010 if
   * they are more than the actor may export today. Indexes: elector_by_number, selection_member_pkey,
   * walk_position_unique, walk_elector_pkey, elector_pkey.
   */
  async add(tx: Tx, wanted: NewExport): Promise<number> {
    const { id, constituencyId, source } = wanted;
    const frozen = await tx.first<{ rowCount: number }>(
      `WITH frozen AS MATERIALIZED (
         SELECT array_agg(e.id ORDER BY ${order[source.kind]}) AS ids
         FROM ${rows[source.kind]}
         WHERE e.constituency_id = $1 AND ${mayBeExported[source.kind]('$3::uuid')}),
       block AS (
         INSERT INTO contact_creator.export_block (constituency_id, export_id, index, elector_ids)
         SELECT $1, $2, n, ids[n * ${blockRows} + 1 : (n + 1) * ${blockRows}]
         FROM frozen, generate_series(0, (cardinality(ids) - 1) / ${blockRows}) AS n)
       SELECT coalesce(cardinality(ids), 0) AS "rowCount" FROM frozen`,
      source.kind === 'constituency' ? [constituencyId, id] : [constituencyId, id, source.id],
    );
    const rowCount = frozen?.rowCount ?? 0;
    await tx.run('SELECT custody.foresee_export($1)', [rowCount]);
    await tx.run(
      `INSERT INTO contact_creator.export (constituency_id, id, source_kind, source_id, columns, classes, purpose, reason,
                                           row_count, requested_by, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, ks.actor(), now() + interval '24 hours')`,
      [
        constituencyId,
        id,
        source.kind,
        source.id ?? null,
        wanted.columns,
        wanted.classes,
        wanted.purpose,
        wanted.reason,
        rowCount,
      ],
    );
    return rowCount;
  }

  /** Whether the actor may have the file now; with a fetch, begins it. Raises KS010 if it would not fit under the cap. */
  async open(
    tx: Tx,
    { id, constituencyId, rowCount }: Export,
    fetch: { id: string; requestId: string } | undefined,
  ): Promise<'absent' | 'expired' | 'open'> {
    const row = await tx.first<{ state: 'absent' | 'expired' | 'open' }>(
      'SELECT contact_creator.open_export($1, $2, $3, $4) AS state',
      [constituencyId, id, fetch?.id ?? null, fetch?.requestId ?? null],
    );
    if (row?.state === 'open') await tx.run('SELECT custody.foresee_export($1)', [rowCount]);
    return row?.state ?? 'absent';
  }

  /** Records how a fetch ended, whoever is suspended by now. */
  async end(
    tx: Tx,
    { id, constituencyId }: Export,
    fetchId: string,
    { why, bytes, rows }: Delivery,
  ): Promise<void> {
    await tx.run('SELECT contact_creator.end_export_fetch($1, $2, $3, $4, $5, $6)', [
      constituencyId,
      id,
      fetchId,
      why ?? null,
      bytes,
      rows,
    ]);
  }

  /** Deletes the frozen ids of exports that have expired. Index: export_unforgotten. */
  async forgetExpired(tx: Tx): Promise<void> {
    await tx.run('SELECT contact_creator.forget_exports()');
  }
}

/** Who is in a source, whose id is $3. */
const rows: Record<ExportSourceKind, string> = {
  constituency: 'contact_creator.elector e',
  selection: `contact_creator.selection_member m
       JOIN contact_creator.elector e ON e.constituency_id = $1 AND e.id = m.elector_id
         AND m.constituency_id = $1 AND m.selection_id = $3`,
  list: `contact_creator.walk w
       JOIN contact_creator.walk_door d ON d.constituency_id = $1 AND d.walk_id = w.id
       JOIN contact_creator.walk_elector m ON m.constituency_id = $1 AND m.walk_id = w.id AND m.door_id = d.door_id
       JOIN contact_creator.elector e ON e.constituency_id = $1 AND e.id = m.elector_id AND e.door_id = m.door_id
         AND w.constituency_id = $1 AND w.list_id = $3`,
};

const byNumber = 'e.number_prefix, e.number, e.number_suffix, e.id';
const order: Record<ExportSourceKind, string> = {
  constituency: byNumber,
  selection: byNumber,
  list: `w.position, d.position, ${byNumber}`,
};
