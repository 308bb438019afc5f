import type { FileFault, FileForm, FileRecord } from './delimited-file.js';
import { textOf } from './file-text.js';
import { type Parsed, lineEndFrom, recordAt, trimCell } from './record-at.js';

/**
 * In charge of reading a delimited file as a stream of records and faults, in the order of their lines and in flat
 * memory. Every line that is not blank is in a record or a fault; what a record means is for the tool to say.
 */

/** A register row is a few hundred bytes: beyond these limits something else is wrong with the file. */
const LONGEST_RECORD = 1024 * 1024;
const MOST_CELLS = 500;
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
const NUL_OR_LONE_SURROGATE = new RegExp(`\0|${LONE_SURROGATE.source}`);
const EVERY_LONE_SURROGATE = new RegExp(LONE_SURROGATE.source, 'g');

export function isFault(item: FileRecord | FileFault): item is FileFault {
  return 'reason' in item;
}

/**
 * Records and faults of the file. Quoted cells may hold line breaks; a stray quote is text. A quote that is never closed
 * costs its own line alone: reading goes on at the next physical line. Never throws for what the file contains.
 */
export async function* readRecords(
  chunks: AsyncIterable<Uint8Array>,
  form: FileForm,
): AsyncGenerator<FileRecord | FileFault> {
  const reader = new RecordReader(form.delimiter);
  for await (const text of textOf(chunks, form.encoding)) yield* reader.read(text, false);
  yield* reader.read('', true);
}

/** The same for a text that is held whole, as the head of a file is while its delimiter is looked for. */
export function recordsIn(text: string, delimiter: FileForm['delimiter']): Generator<FileRecord | FileFault> {
  return new RecordReader(delimiter).read(text, true);
}

class RecordReader {
  private rest = '';
  private line = 1;
  /** True while the remainder of a line that was too long goes by. */
  private isPassing = false;

  constructor(private readonly delimiter: FileForm['delimiter']) {}

  *read(more: string, isLast: boolean): Generator<FileRecord | FileFault> {
    const text = this.rest + more;
    const isSuspect = NUL_OR_LONE_SURROGATE.test(text);
    let at = 0;
    while (at < text.length) {
      if (this.isPassing) {
        const end = lineEndFrom(text, at, isLast);
        if (end === null) {
          // A CR that ends the block may be half of a CRLF.
          at = text.endsWith('\r') ? text.length - 1 : text.length;
          break;
        }
        at = end.next;
        this.line++;
        this.isPassing = false;
        continue;
      }
      const parsed = recordAt(text, at, this.delimiter, isLast, LONGEST_RECORD);
      if (parsed.kind === 'more') {
        if (text.length - at <= LONGEST_RECORD) break;
        yield { line: this.line, reason: 'The line is longer than 1 MiB.', cells: [] };
        this.isPassing = true;
        continue;
      }
      const item = this.judged(parsed, isSuspect);
      if (item !== null) yield item;
      this.line += parsed.lines;
      at = parsed.next;
    }
    this.rest = text.slice(at);
  }

  private judged(
    parsed: Exclude<Parsed, { kind: 'more' }>,
    isSuspect: boolean,
  ): FileRecord | FileFault | null {
    const { line } = this;
    const cells = parsed.cells.length > MOST_CELLS ? parsed.cells.slice(0, MOST_CELLS) : parsed.cells;
    for (let index = 0; index < cells.length; index++) cells[index] = trimCell(cells[index] ?? '');
    if (parsed.kind === 'unclosed') {
      return fault(line, `A quotation mark opens in cell ${parsed.cell} and is never closed.`, cells);
    }
    if (parsed.length > LONGEST_RECORD) return fault(line, 'The record is longer than 1 MiB.', []);
    if (parsed.cells.length > MOST_CELLS) {
      return fault(line, `The record has more than ${MOST_CELLS} cells.`, cells);
    }
    if (isSuspect) {
      const nul = cells.findIndex((cell) => cell.includes('\0'));
      if (nul !== -1) return fault(line, `Cell ${nul + 1} contains a NUL byte.`, cells);
      const lost = cells.findIndex((cell) => LONE_SURROGATE.test(cell));
      if (lost !== -1) {
        return fault(line, `Cell ${lost + 1} contains bytes that the file's encoding does not know.`, cells);
      }
    }
    const isBlank = parsed.isPlain && cells.length === 1 && cells[0] === '';
    return isBlank ? null : { line, cells };
  }
}

/** The cells of a fault are kept for the one who mends them, in characters that a database can hold. */
function fault(line: number, reason: string, cells: string[]): FileFault {
  return {
    line,
    reason,
    cells: cells.map((cell) => cell.replaceAll('\0', '\uFFFD').replace(EVERY_LONE_SURROGATE, '\uFFFD')),
  };
}
