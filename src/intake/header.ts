import type { FileFault, FileRecord } from './delimited-file.js';
import { isFault } from './records.js';

/**
 * In charge of finding the header and of telling rows from what is none: titles above the header, and blank, repeated
 * and junk lines below it. They are named, not dropped; which header a layout has is for the tool to say.
 */

const MOST_LINES_ABOVE = 30;
/** A polling district's code is this long at most, so what is longer and stands alone in a line is no start of a row. */
const LONGEST_CODE = 10;

/** A line that is no row, and is not counted as one. */
export interface PassedLine {
  line: number;
  passed: 'title' | 'blank' | 'repeated header' | 'junk';
}

export interface HeadedFile {
  header: FileRecord;
  /** Titles, blanks and unreadable lines above the header. */
  above: (PassedLine | FileFault)[];
  rows: AsyncIterable<FileRecord | FileFault | PassedLine>;
}

/** One spelling for the headers of all suppliers: `Elector Number_Prefix` and `electornumberprefix` are the same. */
export function normaliseHeader(cell: string): string {
  return cell.toLowerCase().replace(/[\s_.\-\uFEFF]/g, '');
}

export function isPassed(item: FileRecord | FileFault | PassedLine): item is PassedLine {
  return 'passed' in item;
}

/**
 * The header, which is the first record that `isHeader` accepts (it is given normalised cells), and the rows below it.
 * The rows can be read once. Without a header among the first 30 records the file is refused.
 */
export async function findHeader(
  records: AsyncIterable<FileRecord | FileFault>,
  isHeader: (cells: string[]) => boolean,
): Promise<HeadedFile | { fault: string }> {
  const source = records[Symbol.asyncIterator]();
  const above: (PassedLine | FileFault)[] = [];
  let next = await source.next();
  while (next.done !== true && above.length <= MOST_LINES_ABOVE) {
    const item = next.value;
    if (isFault(item)) above.push(item);
    else if (isHeader(item.cells.map(normaliseHeader))) {
      return { header: item, above, rows: rowsBelow(item, source) };
    } else above.push({ line: item.line, passed: isBlank(item.cells) ? 'blank' : 'title' });
    next = await source.next();
  }
  await source.return?.();
  return { fault: `No known header line was found in the first ${above.length} lines that are not blank.` };
}

async function* rowsBelow(
  header: FileRecord,
  source: AsyncIterator<FileRecord | FileFault>,
): AsyncGenerator<FileRecord | FileFault | PassedLine> {
  const width = header.cells.length;
  const first = normaliseHeader(header.cells[0] ?? '');
  const whole = header.cells.map(normaliseHeader).join('\0');
  const isRepeated = (cells: string[]): boolean =>
    cells.length === width &&
    normaliseHeader(cells[0] ?? '') === first &&
    cells.map(normaliseHeader).join('\0') === whole;
  try {
    let item = await source.next();
    while (item.done !== true) {
      const { value } = item;
      item = await source.next();
      if (isFault(value)) yield value;
      else if (isRepeated(value.cells)) yield { line: value.line, passed: 'repeated header' };
      else if (isBlank(value.cells)) yield { line: value.line, passed: 'blank' };
      else if (isJunk(value.cells, width, item.done === true)) yield { line: value.line, passed: 'junk' };
      else yield value;
    }
  } finally {
    await source.return?.();
  }
}

function isBlank(cells: string[]): boolean {
  return cells.every((cell) => cell === '');
}

/**
 * A heading or remark has only its first cell filled. So has a row that was cut off after its district: the file's last
 * line, or a line with all its delimiters, is a row when its one cell could be a code, and is then rejected in sight.
 */
function isJunk(cells: string[], width: number, isLast: boolean): boolean {
  if (width < 3 || cells.some((cell, index) => (index === 0 ? cell === '' : cell !== ''))) return false;
  const only = cells[0] ?? '';
  const couldBeCode = only.length <= LONGEST_CODE && !/\s/.test(only);
  return !(couldBeCode && (isLast || cells.length > 1));
}
