import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { AnswerBlock } from '../../../exports/answer-block.js';
import { lineSql } from '../../../exports/csv-sql.rules.js';
import { isUnderAge } from '../selections/elector-fields.js';
import { cellOf, joinsOf, type ExportColumn, type ExportJoin } from './export-column.rules.js';
import type { ExportSourceKind } from './export.dto.js';
import { mayBeExported } from './export.repository.js';

/** As many subjects as one row of the ledger names. */
export const blockRows = 5_000;

const joinSql: Record<ExportJoin, string> = {
  district:
    'JOIN contact_creator.polling_district p ON p.constituency_id = $1 AND p.id = e.polling_district_id',
  door: 'LEFT JOIN contact_creator.door d ON d.constituency_id = $1 AND d.id = e.door_id',
  street: 'LEFT JOIN contact_creator.street s ON s.constituency_id = $1 AND s.id = d.street_id',
  // Nobody under 18 is in an answer about opinions, whatever is on record.
  opinion: `LEFT JOIN contact_creator.elector_opinion o ON o.constituency_id = $1 AND o.elector_id = e.id
            AND (${isUnderAge}) IS NOT TRUE`,
};
// A street is found through its door.
const joinOrder: readonly ExportJoin[] = ['district', 'door', 'street', 'opinion'];

/** The rows of an export as lines of CSV, written by one query a block. */
@Injectable()
export class ExportBlockReadModel {
  /** The block at a position from 0, with whom it is about. Indexes: export_member_pkey, elector_pkey, door_pkey. */
  async block(
    tx: Tx,
    constituencyId: string,
    exportId: string,
    { kind, columns }: { kind: ExportSourceKind; columns: readonly ExportColumn[] },
    index: number,
  ): Promise<AnswerBlock & { electorIds: string[] }> {
    const row = await tx.first<{ text: string; lineLengths: number[]; electorIds: string[] }>(
      blockSql(kind, columns),
      [constituencyId, exportId, index * blockRows, (index + 1) * blockRows],
    );
    return {
      bytes: Buffer.from(row?.text ?? ''),
      lineLengths: row?.lineLengths ?? [],
      electorIds: row?.electorIds ?? [],
    };
  }
}

/** Also for the test that keeps its plan. */
export function blockSql(kind: ExportSourceKind, columns: readonly ExportColumn[]): string {
  const joins = joinsOf(columns);
  return `
    SELECT coalesce(string_agg(l.line, '' ORDER BY l.position), '') AS text,
           coalesce(array_agg(octet_length(l.line) ORDER BY l.position), '{}') AS "lineLengths",
           coalesce(array_agg(l.elector_id ORDER BY l.position), '{}') AS "electorIds"
    FROM (SELECT m.position, m.elector_id, ${lineSql(columns.map(cellOf))} AS line
          FROM contact_creator.export_member m
          JOIN contact_creator.elector e ON e.constituency_id = $1 AND e.id = m.elector_id
          ${joinOrder
            .filter((join) => joins.has(join))
            .map((join) => joinSql[join])
            .join(' ')}
          WHERE m.constituency_id = $1 AND m.export_id = $2 AND m.position > $3 AND m.position <= $4
            AND ${mayBeExported[kind]}
          OFFSET 0) l`;
}
