import iconv from 'iconv-lite';
import type { FileForm } from './delimited-file.js';

/** For tests: bytes as a stream in chunks of a given size, text in an encoding, everything a stream yields. */

export async function* inChunks(bytes: Uint8Array, size = 65536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

export async function* streamOf<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item);
}

export function encoded(text: string, encoding: FileForm['encoding'] = 'utf-8', mark = false): Buffer {
  return iconv.encode(text, encoding, { addBOM: mark });
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
