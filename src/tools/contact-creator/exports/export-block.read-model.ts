import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import { copySql } from '../../../exports/csv-sql.rules.js';
import { copyKeyedLines, type KeyedLines } from '../../../exports/keyed-lines.js';
import { isUnderAge } from '../selections/elector-fields.js';
import { ruleOf, type ExportColumn, type ExportJoin, type ExportPart } from './export-column.rules.js';
import type { ExportSourceKind } from './export.dto.js';
import { mayBeExported } from './export-source.read-model.js';

/**
 * The rows of an export as lines of CSV, written by one COPY a block. Each table is read by one pass of its index over the
 * ids of the block: joined as they stand, PostgreSQL would read all electors and doors of the constituency for each block.
 */
@Injectable()
export class ExportBlockReadModel {
  /** The block at a position from 0, keyed by whom it is about. Indexes: export_block_pkey, elector_pkey, door_pkey. */
  async block(
    tx: Tx,
    constituencyId: string,
    exportId: string,
    { kind, columns }: { kind: ExportSourceKind; columns: readonly ExportColumn[] },
    index: number,
  ): Promise<KeyedLines> {
    const quoted = columns.filter((column) => ruleOf(column).isText);
    const values = [constituencyId, exportId, index];
    await tx.run(hashesOnly);
    return copyKeyedLines(tx, copySql(blockSql(kind, columns), quoted, values));
  }
}

/**
 * The planner takes the ids of a block for ten, and would compare each elector with each district. The disclosure that
 * follows switches them on again for itself: its plans are kept as long as the connection.
 */
export const hashesOnly = `SELECT set_config('enable_nestloop', 'off', true)`;

/** Also for the test that keeps its plan. */
export function blockSql(kind: ExportSourceKind, columns: readonly ExportColumn[]): string {
  const cells = (part: ExportPart): string =>
    columns
      .filter((column) => ruleOf(column).part === part)
      .map((column) => `, ${ruleOf(column).cell} AS "${column}"`)
      .join('');
  const has = (name: ExportPart | ExportJoin): boolean =>
    columns.some((column) => ruleOf(column).part === name || ruleOf(column).join === name);
  const row = columns.map(
    (column) => `${{ elector: 'e', district: 'p', door: 'd' }[ruleOf(column).part]}."${column}"`,
  );
  return `
    WITH b AS MATERIALIZED (
      SELECT elector_ids FROM contact_creator.export_block WHERE constituency_id = $1 AND export_id = $2 AND index = $3),
    e AS MATERIALIZED (
      SELECT m.position, e.id, e.polling_district_id, e.door_id${cells('elector')}
      FROM unnest(${frozenIds}) WITH ORDINALITY AS m (elector_id, position)
      JOIN contact_creator.elector e ON e.constituency_id = $1 AND e.id = m.elector_id
      ${has('opinion') ? opinionJoin : ''}
      WHERE e.id = ANY (${frozenIds})
            AND ${mayBeExported[kind](sourceOfExport)}
    )${
      has('district')
        ? `, p AS MATERIALIZED (
      SELECT p.id${cells('district')} FROM contact_creator.polling_district p WHERE p.constituency_id = $1)`
        : ''
    }${
      has('door')
        ? `, d AS MATERIALIZED (
      SELECT d.id${cells('door')} FROM contact_creator.door d
      ${has('street') ? 'LEFT JOIN contact_creator.street s ON s.constituency_id = $1 AND s.id = d.street_id' : ''}
      WHERE d.constituency_id = $1 AND d.id = ANY ((SELECT array_agg(door_id) FROM e)::bigint[]))`
        : ''
    }
    SELECT e.id, ${row.join(', ')} FROM e
    ${has('district') ? 'JOIN p ON p.id = e.polling_district_id' : ''}
    ${has('door') ? 'LEFT JOIN d ON d.id = e.door_id' : ''}
    ORDER BY e.position`;
}

const sourceOfExport =
  '(SELECT x.source_id FROM contact_creator.export x WHERE x.constituency_id = $1 AND x.id = $2)';

/** Made before the scan: the index is then walked once, from the first of them to the last. */
const frozenIds = '(SELECT elector_ids FROM b)::bigint[]';

// Nobody under 18 is in an answer about opinions, whatever is on record.
const opinionJoin = `LEFT JOIN contact_creator.elector_opinion o ON o.constituency_id = $1 AND o.elector_id = e.id
            AND o.elector_id = ANY (${frozenIds})
            AND (${isUnderAge}) IS NOT TRUE`;
