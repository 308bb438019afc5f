import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import { copySql, textCellSql } from '../../../exports/csv-sql.rules.js';
import { copyKeyedLines, type KeyedLines } from '../../../exports/keyed-lines.js';
import { isUnderAge } from '../selections/elector-fields.js';
import { ruleOf, type ExportColumn, type ExportJoin, type ExportPart } from './export-column.rules.js';
import type { ExportSourceKind } from './export.dto.js';
import { mayBeExported } from './export.repository.js';

/** As many subjects as one row of the ledger names. */
export const blockRows = 5_000;

/**
 * The rows of an export as lines of CSV, written by one COPY a block. Each table is read by one pass of its index over the
 * ids of the block: joined as they stand, PostgreSQL would read all electors and doors of the constituency for each block.
 */
@Injectable()
export class ExportBlockReadModel {
  /** The block at a position from 0, keyed by whom it is about. Indexes: export_member_pkey, elector_pkey, door_pkey. */
  async block(
    tx: Tx,
    constituencyId: string,
    exportId: string,
    { kind, columns }: { kind: ExportSourceKind; columns: readonly ExportColumn[] },
    index: number,
  ): Promise<KeyedLines> {
    const quoted = columns.filter((column) => ruleOf(column).isText);
    const values = [constituencyId, exportId, index * blockRows, (index + 1) * blockRows];
    const usual = await tx.first<{ nestedLoops: string }>(hashesOnly);
    const lines = await copyKeyedLines(tx, copySql(blockSql(kind, columns), quoted, values));
    // Before the disclosure: its plans are kept as long as the connection.
    await tx.run(`SELECT set_config('enable_nestloop', $1, true)`, [usual?.nestedLoops]);
    return lines;
  }
}

/** The planner takes the ids of a block for ten, and would compare each elector with each district. Answers what was set. */
export const hashesOnly = `
  SELECT current_setting('enable_nestloop') AS "nestedLoops", set_config('enable_nestloop', 'off', true)`;

/** Also for the test that keeps its plan. */
export function blockSql(kind: ExportSourceKind, columns: readonly ExportColumn[]): string {
  const cells = (part: ExportPart): string =>
    columns
      .filter((column) => ruleOf(column).part === part)
      .map((column) => `, ${ruleOf(column).cell} AS "${column}"`)
      .join('');
  const has = (name: ExportPart | ExportJoin): boolean =>
    columns.some((column) => ruleOf(column).part === name || ruleOf(column).join === name);
  // Worked out in the part, once; here it is only looked at.
  const row = columns.map((column) => {
    const { part, isText } = ruleOf(column);
    const cell = `${{ elector: 'e', district: 'p', door: 'd' }[part]}."${column}"`;
    return `${isText ? textCellSql(cell) : cell} AS "${column}"`;
  });
  return `
    WITH m AS MATERIALIZED (
      SELECT position, elector_id FROM contact_creator.export_member
      WHERE constituency_id = $1 AND export_id = $2 AND position > $3 AND position <= $4),
    e AS MATERIALIZED (
      SELECT m.position, e.id, e.polling_district_id, e.door_id${cells('elector')}
      FROM m JOIN contact_creator.elector e ON e.constituency_id = $1 AND e.id = m.elector_id
      ${has('opinion') ? opinionJoin : ''}
      WHERE e.id = ANY (${idsOf('elector_id', 'm')})
            AND ${mayBeExported[kind]}
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
      WHERE d.constituency_id = $1 AND d.id = ANY (${idsOf('door_id', 'e')}))`
        : ''
    }
    SELECT e.id, ${row.join(', ')} FROM e
    ${has('district') ? 'JOIN p ON p.id = e.polling_district_id' : ''}
    ${has('door') ? 'LEFT JOIN d ON d.id = e.door_id' : ''}
    ORDER BY e.position`;
}

// Nobody under 18 is in an answer about opinions, whatever is on record.
const opinionJoin = `LEFT JOIN contact_creator.elector_opinion o ON o.constituency_id = $1 AND o.elector_id = e.id
            AND o.elector_id = ANY (${idsOf('elector_id', 'm')})
            AND (${isUnderAge}) IS NOT TRUE`;

/** As an array made before the scan: the index is then walked once, from the first of them to the last. */
function idsOf(column: string, from: string): string {
  return `(SELECT array_agg(${column}) FROM ${from})::bigint[]`;
}
