import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import type { FileForm } from './delimited-file.js';

/**
 * In charge of turning the bytes of a file into text, block by block in flat memory. A byte that its encoding does not
 * know becomes `UNREADABLE`, a lone surrogate that no valid text contains, so that the reader can name the line.
 */

export const UNREADABLE = '\uDC80';
const BLOCK_BYTES = 64 * 1024;
/** A row of a stored upload. The driver reads it as text of twice its size: what is small is collected while it is young. */
export const STORED_BLOCK_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

/** The text of the file in blocks, without its byte order mark. Blocks may end anywhere but inside a character. */
export async function* textOf(
  chunks: AsyncIterable<Uint8Array>,
  encoding: FileForm['encoding'],
): AsyncGenerator<string> {
  let kept: Buffer = Buffer.alloc(0);
  let atStart = true;
  const opened = (text: string): string => (atStart && text.startsWith('\uFEFF') ? text.slice(1) : text);
  for await (const block of smallBlocksOf(chunks)) {
    const bytes = kept.length === 0 ? block : Buffer.concat([kept, block]);
    const whole = bytes.length - unfinishedBytes(bytes, encoding);
    kept = Buffer.from(bytes.subarray(whole));
    if (whole === 0) continue;
    yield opened(decode(bytes.subarray(0, whole), encoding));
    atStart = false;
  }
  if (kept.length > 0) yield UNREADABLE;
}

/** Small chunks gathered into blocks, so that what a reader goes over again is bounded by the size of the block. */
export async function* blocksOf(
  chunks: AsyncIterable<Uint8Array>,
  blockBytes = BLOCK_BYTES,
): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < blockBytes) continue;
    yield joined(waiting, size);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield joined(waiting, size);
}

/** Never more than 64 KiB: a text beyond 128 KiB is a large object, which outlives its use until a full collection. */
async function* smallBlocksOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const block of blocksOf(chunks)) {
    for (let at = 0; at < block.length; at += BLOCK_BYTES) yield block.subarray(at, at + BLOCK_BYTES);
  }
}

/** A chunk that is a block by itself is not copied. */
function joined(chunks: readonly Uint8Array[], size: number): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && Buffer.isBuffer(first) ? first : Buffer.concat(chunks, size);
}

/** How many bytes at the end belong to a character that is not complete yet. */
export function unfinishedBytes(bytes: Uint8Array, encoding: FileForm['encoding']): number {
  if (encoding === 'windows-1252') return 0;
  if (encoding !== 'utf-8') return bytes.length % 2;
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? back : 0;
  }
  return 0;
}

/** Text of whole characters; it keeps a byte order mark. */
export function decode(bytes: Buffer, encoding: FileForm['encoding']): string {
  switch (encoding) {
    case 'utf-8':
      return decodeUtf8(bytes);
    case 'utf-16le':
      return bytes.toString('utf16le');
    case 'utf-16be':
      return Buffer.from(bytes).swap16().toString('utf16le');
    case 'windows-1252':
      // Five bytes have no meaning in windows-1252. Node 20's own decoder takes 0x80 to 0x9F for control characters.
      return iconv.decode(bytes, 'windows-1252', { stripBOM: false }).replaceAll('\uFFFD', UNREADABLE);
  }
}

function decodeUtf8(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  // A file may hold a genuine U+FFFD, lost by an earlier program: only lines that are invalid themselves are marked.
  let text = '';
  for (let from = 0; from < bytes.length;) {
    const found = bytes.indexOf(LINE_FEED, from);
    const to = found === -1 ? bytes.length : found + 1;
    const line = bytes.subarray(from, to);
    text += isUtf8(line) ? line.toString('utf8') : line.toString('utf8').replaceAll('\uFFFD', UNREADABLE);
    from = to;
  }
  return text;
}
