import { to as copyTo } from 'pg-copy-streams';
import type { Tx } from '../database/tx.js';
import type { AnswerBlock } from './answer-block.js';

/**
 * In charge of lines of CSV as COPY sends them, each behind the key of its row: the keys are for the ledger, the lines
 * for the file. What is in them is their caller's affair.
 */
export interface KeyedLines extends AnswerBlock {
  keys: string[];
}

const quote = 0x22;
const comma = 0x2c;
const newline = 0x0a;

/** Runs a COPY whose first column is a number, the key. */
export async function copyKeyedLines(tx: Tx, sql: string): Promise<KeyedLines> {
  const pieces: Buffer[] = [];
  for await (const piece of tx.client.query(copyTo(sql))) pieces.push(piece as Buffer);
  return keyedLines(Buffer.concat(pieces));
}

/**
 * Takes the keys off, and ends each line by CRLF, where COPY writes LF. A line break within quotes is a cell's own. Done in
 * place: no line grows by it.
 */
export function keyedLines(bytes: Buffer): KeyedLines {
  const keys: string[] = [];
  const lineLengths: number[] = [];
  let written = 0;
  let at = 0;
  while (at < bytes.length) {
    const keyEnd = bytes.indexOf(comma, at);
    keys.push(bytes.toString('latin1', at, keyEnd));
    let end = keyEnd + 1;
    for (let isQuoted = false; end < bytes.length && (isQuoted || bytes[end] !== newline); end += 1)
      if (bytes[end] === quote) isQuoted = !isQuoted;
    bytes.copyWithin(written, keyEnd + 1, end);
    const length = end - keyEnd + 1;
    bytes.write('\r\n', written + length - 2, 'latin1');
    written += length;
    lineLengths.push(length);
    at = end + 1;
  }
  return { keys, lineLengths, bytes: bytes.subarray(0, written) };
}
