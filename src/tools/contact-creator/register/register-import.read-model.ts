import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { RegisterImport, RegisterImportRow } from './register-import.dto.js';

/** An import whose job ended without it has failed, whatever its own row says. */
const columns = `
  i.id, i.constituency_id AS "constituencyId",
  CASE WHEN j.state IN ('failed', 'cancelled') AND i.state IN ('reading', 'committing', 'undoing') THEN j.state ELSE i.state END AS state,
  i.gateway, i.register_type AS "registerType", i.election_on::text AS "electionOn", i.ero, i.published_on::text AS "publishedOn", i.is_dry_run AS "isDryRun",
  coalesce((i.counts ->> 'rows')::integer, (j.progress ->> 'done')::integer, 0) AS "rowsRead", i.layout, i.encoding, i.delimiter, i.file_hash AS "fileHash",
  i.dropped_columns AS "droppedColumns", i.counts, coalesce(i.error_code, j.error_code) AS "errorCode", i.error_detail AS "errorDetail",
  i.requested_by AS "requestedBy", i.requested_at AS "requestedAt", i.committed_at AS "committedAt", i.undone_at AS "undoneAt"`;
const tables = `contact_creator.register_import i LEFT JOIN jobs.job j ON j.id = i.job_id`;

/** What the routes show of imports. Row-level security hides those of other areas. */
@Injectable()
export class RegisterImportReadModel {
  /** Index: register_import_pkey by id within the visible areas; an installation holds few imports. */
  byId(tx: Tx, id: string): Promise<RegisterImport | undefined> {
    return tx.first<RegisterImport & Record<string, unknown>>(
      `SELECT ${columns} FROM ${tables} WHERE i.id = $1`,
      [id],
    );
  }

  /** `after` is microseconds since 1970 and an id. Index: register_import_newest. */
  page(
    tx: Tx,
    constituencyId: string,
    limit: number,
    after: readonly [number, string] | undefined,
  ): Promise<(RegisterImport & { key: string })[]> {
    return tx.rows(
      `SELECT ${columns}, (extract(epoch FROM i.requested_at) * 1000000)::bigint AS key FROM ${tables}
       WHERE i.constituency_id = $1 AND ($2::bigint IS NULL
         OR i.requested_at < to_timestamp(0) + $2 * interval '1 microsecond'
         OR (i.requested_at = to_timestamp(0) + $2 * interval '1 microsecond' AND i.id > $3))
       ORDER BY i.requested_at DESC, i.id LIMIT $4`,
      [constituencyId, after?.[0] ?? null, after?.[1] ?? null, limit],
    );
  }

  /** The columns of the file, as its header names them. */
  async header(tx: Tx, id: string): Promise<string[]> {
    const row = await tx.first<{ header: string[] }>(
      'SELECT header FROM contact_creator.register_import WHERE id = $1',
      [id],
    );
    return row?.header ?? [];
  }

  /** Index: register_import_row_pkey. */
  rows(
    tx: Tx,
    constituencyId: string,
    id: string,
    outcomes: readonly string[],
    limit: number,
    after: readonly [number, number] = [0, 0],
  ): Promise<RegisterImportRow[]> {
    return tx.rows<RegisterImportRow & Record<string, unknown>>(
      `SELECT line, position, outcome, field, reason, cells, decision FROM contact_creator.register_import_row
       WHERE constituency_id = $1 AND import_id = $2 AND outcome = ANY ($3) AND (line, position) > ($4, $5)
       ORDER BY line, position LIMIT $6`,
      [constituencyId, id, outcomes, after[0], after[1], limit],
    );
  }

  /** What the file of rejected rows holds: also what waited for review until somebody left it. Index: register_import_row_pkey. */
  rejectedRows(
    tx: Tx,
    constituencyId: string,
    id: string,
    limit: number,
    after: readonly [number, number] = [0, 0],
  ): Promise<RegisterImportRow[]> {
    return tx.rows<RegisterImportRow & Record<string, unknown>>(
      `SELECT line, position, outcome, field, reason, cells, decision FROM contact_creator.register_import_row
       WHERE constituency_id = $1 AND import_id = $2 AND (outcome IN ('rejected', 'not-stored') OR decision = 'leave')
         AND (line, position) > ($3, $4)
       ORDER BY line, position LIMIT $5`,
      [constituencyId, id, after[0], after[1], limit],
    );
  }
}
