import { isAscii, isUtf8 } from 'node:buffer';
import type { FileForm } from './delimited-file.js';
import { blocksOf, decode, unfinishedBytes } from './file-text.js';
import { foreignFormat } from './foreign-format.js';
import { isFault, recordsIn } from './records.js';

/**
 * In charge of finding the encoding and the delimiter of a file from its content, never from its name, and of refusing
 * in plain words what is no delimited text. What its records mean is left to others.
 */

export const HEAD_BYTES = 64 * 1024;
const LONGEST_LINE = 1024 * 1024;
const RECORDS_LOOKED_AT = 200;
const DELIMITERS = [',', '\t', ';', '|'] as const;

/** A whole file was looked at and is refused: the reason is for the person who sent it. */
export interface FormFault {
  fault: string;
}

/**
 * The form of a file, from its first bytes; less than 64 KiB is taken to be all of it. A file may still turn out not to
 * be UTF-8 further down: `scanForm` reads to the end before it decides.
 */
export function detectForm(head: Uint8Array): FileForm | FormFault {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES));
  return formOf(bytes, head.length < HEAD_BYTES, null);
}

/** The form of a file, decided over all of its bytes, in flat memory. Reads the chunks to the end unless it refuses. */
export async function scanForm(chunks: AsyncIterable<Uint8Array>): Promise<FileForm | FormFault> {
  const vote = new Utf8Vote();
  let head: Buffer = Buffer.alloc(0);
  for await (const block of blocksOf(chunks)) {
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, block.subarray(0, HEAD_BYTES - head.length)]);
    vote.hear(block);
  }
  vote.end();
  return formOf(head, head.length < HEAD_BYTES, vote.encoding());
}

function formOf(
  head: Buffer,
  isWhole: boolean,
  decided: 'utf-8' | 'windows-1252' | null,
): FileForm | FormFault {
  if (head.length === 0) return { fault: 'The file is empty.' };
  const foreign = foreignFormat(head);
  if (foreign !== null) return { fault: foreign };
  const wide = wideEncoding(head);
  if (wide === null && isBinary(head)) {
    return { fault: 'The file is not text. Send the register as delimited text (CSV or TSV).' };
  }
  const isMarkedUtf8 = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  const encoding = wide ?? (isMarkedUtf8 ? 'utf-8' : (decided ?? encodingOfHead(head, isWhole)));
  const text = decode(head.subarray(0, head.length - unfinishedBytes(head, encoding)), encoding);
  return delimiterOf(text.replace(/^\uFEFF/, ''), encoding, isWhole);
}

/** UTF-16 by its mark, or by the zero that is one half of each Latin letter. */
function wideEncoding(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const pairs = Math.floor(head.length / 2);
  if (pairs < 2) return null;
  let first = 0;
  let second = 0;
  for (let at = 0; at < pairs * 2; at += 2) {
    if (head[at] === 0) first++;
    if (head[at + 1] === 0) second++;
  }
  if (second > pairs * 0.6 && first < pairs * 0.1) return 'utf-16le';
  if (first > pairs * 0.6 && second < pairs * 0.1) return 'utf-16be';
  return null;
}

/** A few NULs are dirt, and cost the records that hold them; many bytes that no text has make a binary file. */
function isBinary(head: Buffer): boolean {
  let odd = 0;
  for (const byte of head) if (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13) odd++;
  return odd > head.length * 0.05;
}

function encodingOfHead(head: Buffer, isWhole: boolean): 'utf-8' | 'windows-1252' {
  if (isUtf8(head)) return 'utf-8';
  const unfinished = unfinishedBytes(head, 'utf-8');
  const whole = head.subarray(0, head.length - unfinished);
  // The head may end inside a character. A short ASCII file that ends in one odd byte is no such case.
  if (isUtf8(whole) && !(isWhole && isAscii(whole))) return 'utf-8';
  const vote = new Utf8Vote();
  vote.hear(isWhole ? head : whole);
  vote.end();
  return vote.encoding();
}

/**
 * Counts the lines beyond ASCII that are valid UTF-8 and those that are not. One damaged line in a UTF-8 file must not
 * garble every name in it, so the many decide; the few are then faults with a line.
 */
class Utf8Vote {
  private kept: Buffer = Buffer.alloc(0);
  private valid = 0;
  private invalid = 0;

  hear(block: Buffer): void {
    const bytes = this.kept.length === 0 ? block : Buffer.concat([this.kept, block]);
    const end = Math.max(bytes.lastIndexOf(10), bytes.lastIndexOf(13)) + 1;
    this.count(bytes.subarray(0, end));
    this.kept = Buffer.from(bytes.subarray(end));
    // No record is that long: the reader refuses the line, whatever its encoding.
    if (this.kept.length > LONGEST_LINE) this.kept = Buffer.alloc(0);
  }

  end(): void {
    this.count(this.kept);
  }

  encoding(): 'utf-8' | 'windows-1252' {
    return this.invalid === 0 || this.valid > this.invalid ? 'utf-8' : 'windows-1252';
  }

  private count(bytes: Buffer): void {
    if (isAscii(bytes)) return;
    for (let from = 0; from < bytes.length;) {
      const feed = bytes.indexOf(10, from);
      const to = feed === -1 ? bytes.length : feed + 1;
      const line = bytes.subarray(from, to);
      if (!isAscii(line)) {
        if (isUtf8(line)) this.valid++;
        else this.invalid++;
      }
      from = to;
    }
  }
}

/** The delimiter that gives the most cells to the most records, above all to the first, which is mostly the header. */
function delimiterOf(text: string, encoding: FileForm['encoding'], isWhole: boolean): FileForm | FormFault {
  let best: { delimiter: FileForm['delimiter']; score: number } | null = null;
  for (const delimiter of DELIMITERS) {
    const widths: number[] = [];
    for (const item of recordsIn(text, delimiter)) {
      if (!isFault(item)) widths.push(item.cells.length);
      if (widths.length >= RECORDS_LOOKED_AT) break;
    }
    const score = scoreOf(widths);
    if (score > (best?.score ?? 0)) best = { delimiter, score };
  }
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '').length;
  if (lines === 0) return { fault: 'The file holds nothing but blanks.' };
  if (isWhole && lines === 1) return { fault: 'The file holds only one line: there are no rows below it.' };
  if (best !== null) return { encoding, delimiter: best.delimiter };
  return {
    fault: 'No delimiter was found: the cells of a row must be separated by comma, tab, semicolon or bar.',
  };
}

/** A width of one is no delimiter at all. Squaring the share makes consistency outweigh mere frequency. */
function scoreOf(widths: number[]): number {
  const times = new Map<number, number>();
  for (const width of widths) if (width > 1) times.set(width, (times.get(width) ?? 0) + 1);
  let best = 0;
  for (const [width, count] of times) {
    const share = count / widths.length;
    best = Math.max(best, (width - 1) * share * share * (widths[0] === width ? 2 : 1));
  }
  return best;
}
