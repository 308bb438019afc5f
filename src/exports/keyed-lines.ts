import { to as copyTo } from 'pg-copy-streams';
import type { Tx } from '../database/tx.js';
import type { AnswerBlock } from './answer-block.js';

/**
 * In charge of lines of CSV as COPY sends them, each behind the key of its row: the keys are for the ledger, the lines
 * for the file. What is in them is their caller's affair; that no spreadsheet runs it is ours. `csv-cell.ts` is the twin for
 * cells written here.
 */
export interface KeyedLines extends AnswerBlock {
  keys: string[];
}

const quote = 0x22;
const comma = 0x2c;
const newline = 0x0a;
const carriageReturn = 0x0d;
const apostrophe = 0x27;
/** What a spreadsheet takes for the start of a formula (CWE-1236). */
const formulaStarts = new Set(Buffer.from('=+-@\t\r'));
/** The shortest cell that is lengthened, `"=",`, has four bytes. */
const mostGrowth = 1.25;

/** Runs a COPY whose first column is a number, the key. */
export async function copyKeyedLines(tx: Tx, sql: string): Promise<KeyedLines> {
  const pieces: Buffer[] = [];
  for await (const piece of tx.client.query(copyTo(sql))) pieces.push(piece as Buffer);
  return keyedLines(Buffer.concat(pieces));
}

/**
 * Takes the keys off, ends each line by CRLF, where COPY writes LF, and puts an apostrophe before a formula at the start of a
 * cell in quotes, as every text is. A line break within quotes is a cell's own.
 */
export function keyedLines(copied: Buffer): KeyedLines {
  const keys: string[] = [];
  const lineLengths: number[] = [];
  // The key of a line makes room for its CR.
  const bytes = Buffer.allocUnsafe(Math.ceil(copied.length * mostGrowth));
  let written = 0;
  for (let at = 0; at < copied.length; at += 1) {
    const lineStart = written;
    const keyEnd = copied.indexOf(comma, at);
    keys.push(copied.toString('latin1', at, keyEnd));
    let isQuoted = false;
    for (at = keyEnd + 1; at < copied.length && (isQuoted || copied[at] !== newline); at += 1) {
      const byte = copied[at]!;
      bytes[written++] = byte;
      if (byte !== quote) continue;
      isQuoted = !isQuoted;
      // A quote behind another is one that the cell holds.
      if (isQuoted && copied[at - 1] !== quote && formulaStarts.has(copied[at + 1]!))
        bytes[written++] = apostrophe;
    }
    bytes[written++] = carriageReturn;
    bytes[written++] = newline;
    lineLengths.push(written - lineStart);
  }
  return { keys, lineLengths, bytes: bytes.subarray(0, written) };
}
