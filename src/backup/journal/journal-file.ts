/**
 * In charge of the journal as a file: lines of JSON, in batches, each ended by a line that says how far it reaches and holds a
 * hash over the batch and all before it. What is behind the last such line was never finished and is cut off by the next
 * writer. Which entries there are, the database says; one writer at a time is seen to elsewhere.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface JournalEntry {
  id: string;
  at: string;
  kind: string;
  entry: Record<string, unknown>;
}

/** The first line. */
export interface JournalHead {
  format: 1;
  /** Of this file, by which its writers take turns. */
  file: string;
  /** Of the database. */
  lineage: string;
  startedAt: string;
}

interface BatchEnd {
  /** Everything that this snapshot of the database sees is in the file; null where it is not that far yet. */
  upto: string | null;
  entries: number;
  at: string;
  sha256: string;
}

/** Where the file stands: how far it is whole. */
export interface JournalTail {
  head: JournalHead;
  /** Null: nothing yet. */
  upto: string | null;
  sha256: string;
  bytes: number;
  entries: number;
  writtenAt: string | null;
}

/** The file is not what a writer left: nothing may be concluded from it. */
export class JournalFault extends Error {
  override readonly name = 'JournalFault';
}

const hashOf = (before: string, text: string): string =>
  createHash('sha256').update(before).update(text).digest('hex');

/** Makes the file unless it is there: of several that try at once, one does. */
export function ensureJournal(path: string, lineage: string): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const head: JournalHead = { format: 1, file: randomUUID(), lineage, startedAt: new Date().toISOString() };
  const draft = join(dirname(path), `.${head.file}`);
  writeFileSync(draft, `${JSON.stringify(head)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, path);
    syncFolder(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}

/** The first line alone. Errors: JournalFault. */
export function readHead(path: string): JournalHead {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(1_024);
    const text = start.toString('utf8', 0, readSync(file, start));
    return headOf(path, text.slice(0, text.indexOf('\n')));
  } finally {
    closeSync(file);
  }
}

/**
 * Reads all that is whole, handing each batch over once its hash is right; answers where the file stands.
 * Errors: JournalFault, naming the line, where it has been changed or something is missing.
 */
export async function readJournal(
  path: string,
  take: (entries: readonly JournalEntry[]) => Promise<void> = async () => undefined,
): Promise<JournalTail> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  let number = 0;
  let read = 0;
  let tail: JournalTail | undefined;
  let batch: JournalEntry[] = [];
  let text = '';
  const size = statSync(path).size;
  for await (const line of lines) {
    number += 1;
    read += Buffer.byteLength(line) + 1;
    // The last line lacks its end: it was never finished.
    if (read > size) break;
    if (!tail) {
      const head = headOf(path, line);
      const sha256 = hashOf('', line);
      tail = { head, upto: null, sha256, bytes: read, entries: 0, writtenAt: null };
      continue;
    }
    const parsed = parse(line, path, number);
    if ('end' in parsed) {
      const end = parsed.end as BatchEnd;
      if (end.entries !== batch.length || end.sha256 !== hashOf(tail.sha256, text + bare(end)))
        throw new JournalFault(`${path} has been changed, or something is missing, before line ${number}.`);
      await take(batch);
      const entries = tail.entries + batch.length;
      tail = { ...tail, upto: end.upto, sha256: end.sha256, bytes: read, entries, writtenAt: end.at };
      batch = [];
      text = '';
    } else {
      batch.push(parsed as unknown as JournalEntry);
      text += `${line}\n`;
    }
  }
  if (!tail) throw new JournalFault(`${path} is empty.`);
  return tail;
}

/**
 * Puts a batch behind what is whole, on disk when this resolves; answers where the file stands then. It never holds the main
 * thread up, which cuts what a flip ends: the disk may be slow, or gone.
 */
export async function appendBatch(
  path: string,
  tail: JournalTail,
  { upto, entries }: { upto: string | null; entries: readonly JournalEntry[] },
): Promise<JournalTail> {
  const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const at = new Date().toISOString();
  const end = { upto, entries: entries.length, at };
  const sha256 = hashOf(tail.sha256, text + bare(end));
  const bytes = Buffer.from(`${text}${JSON.stringify({ end: { ...end, sha256 } })}\n`);
  const file = await open(path, 'r+');
  try {
    await file.truncate(tail.bytes);
    for (let written = 0; written < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, written, bytes.length - written, tail.bytes + written);
      written += bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const all = tail.entries + entries.length;
  return { ...tail, upto, sha256, bytes: tail.bytes + bytes.length, entries: all, writtenAt: at };
}

/** Makes the name of a file in a folder last. */
export function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** What the hash of a batch covers of its last line. */
function bare({ upto, entries, at }: Omit<BatchEnd, 'sha256'>): string {
  return JSON.stringify({ upto, entries, at });
}

function headOf(path: string, line: string): JournalHead {
  const head = parse(line, path, 1) as unknown as JournalHead;
  if (head.format !== 1 || typeof head.file !== 'string' || typeof head.lineage !== 'string')
    throw new JournalFault(`${path} is not a journal that this version of Rosette reads.`);
  return head;
}

function parse(line: string, path: string, number: number): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>;
  } catch (error) {
    throw new JournalFault(`${path} cannot be read at line ${number}.`, { cause: error });
  }
  throw new JournalFault(`${path} cannot be read at line ${number}.`);
}
