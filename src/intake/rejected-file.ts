import { csvLine } from '../http/csv-cell.js';
import type { FileFault, FileRecord } from './delimited-file.js';
import { normaliseHeader } from './header.js';

/**
 * In charge of the file of rejected rows: the sender's own columns behind three that say what is wrong, so that it can be
 * mended and sent again. Reading it back undoes exactly what writing it added.
 */

export const ROSETTE_COLUMNS = ['Rosette line', 'Rosette field', 'Rosette reason'] as const;
const rosetteNames = ROSETTE_COLUMNS.map(normaliseHeader);

/** What a spreadsheet would run, behind any number of apostrophes. */
const DISARMED = /^'+[=+\-@\t\r]/;

export interface RejectedRow {
  line: number;
  field: string | null;
  reason: string;
  /** Null for a line whose content must not be shown: a person under 16. */
  cells: string[] | null;
}

/** The file in pieces, a line each. The byte order mark makes Excel read it as UTF-8. */
export async function* rejectedRowsCsv(
  header: readonly string[],
  rows: AsyncIterable<RejectedRow>,
): AsyncGenerator<string> {
  yield `\uFEFF${csvLine([...ROSETTE_COLUMNS, ...header.map(armoured)])}`;
  for await (const { line, field, reason, cells } of rows) {
    yield csvLine([line, field, reason, ...(cells?.map(armoured) ?? header.map(() => ''))]);
  }
}

/**
 * Records of a file that is sent again, as the sender's first file would have held them: without the three columns,
 * wherever they are now, and without the apostrophe before a formula's sign. Any other file passes unchanged.
 */
export async function* stripRosetteColumns(
  records: AsyncIterable<FileRecord | FileFault>,
): AsyncGenerator<FileRecord | FileFault> {
  let ours: Set<number> | null = null;
  for await (const item of records) {
    ours ??= rosetteIndexes(item.cells);
    if (ours === null) {
      yield item;
      continue;
    }
    const without = ours;
    yield {
      ...item,
      cells: item.cells.filter((_, index) => !without.has(index)).map(unarmoured),
    };
  }
}

function rosetteIndexes(cells: string[]): Set<number> | null {
  const names = cells.map(normaliseHeader);
  if (!names.includes('rosetteline')) return null;
  return new Set(names.flatMap((name, index) => (rosetteNames.includes(name) ? [index] : [])));
}

/** A cell that has the apostrophe already gets one more, or reading it back would take the sender's own. */
function armoured(cell: string): string {
  return DISARMED.test(cell) ? `'${cell}` : cell;
}

function unarmoured(cell: string): string {
  return DISARMED.test(cell) ? cell.slice(1) : cell;
}
