import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Tx } from '../database/tx.js';

/**
 * In charge of how values look in PostgreSQL's text format of COPY, and of sending lines of them. What the columns mean
 * is the tool's.
 */
export type CopyValue = string | number | boolean | null | readonly string[] | undefined;

const pieceLength = 32 * 1024;

export function lineOf(values: readonly CopyValue[]): string {
  return `${values.map(cellOf).join('\t')}\n`;
}

/**
 * Lines that wait to be sent together. They are kept as bytes, outside the collected heap: thousands of strings that live
 * for as long as a block takes would pile up in it until the next full collection.
 */
export class CopyBlock {
  private readonly pieces: Buffer[] = [];
  lines = 0;
  private piece = '';

  add(line: string): void {
    this.piece += line;
    this.lines += 1;
    if (this.piece.length >= pieceLength) this.endPiece();
  }

  /** `table` and `columns` are trusted: they are names, not values. */
  async copyInto(tx: Tx, table: string, columns: readonly string[]): Promise<void> {
    this.endPiece();
    const target = tx.client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
    await pipeline(Readable.from(this.pieces), target);
  }

  private endPiece(): void {
    if (this.piece !== '') this.pieces.push(Buffer.from(this.piece));
    this.piece = '';
  }
}

function cellOf(value: CopyValue): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'object') return escape(`{${value.map(quoted).join(',')}}`);
  return typeof value === 'boolean' ? (value ? 't' : 'f') : escape(String(value));
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** PostgreSQL stores no NUL and no half of a surrogate pair: both become U+FFFD. Nearly every cell has neither. */
function escape(text: string): string {
  if (!notable.test(text)) return text;
  return text.replace(unstorable, '\ufffd').replace(/[\\\t\n\r]/g, (one) => escapes[one] ?? one);
}

const notable = /[\0\\\t\n\r\uD800-\uDFFF]/;
const unstorable = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
