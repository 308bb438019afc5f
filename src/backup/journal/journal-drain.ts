/**
 * In charge of one round of the journal: what the database has written down and the file does not have yet is put into the
 * file. Any replica, and any command, may run one at any time; each file has one writer at a time, and gets everything.
 */
import { renameSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Client, type ClientBase } from 'pg';
import {
  appendBatch,
  ensureJournal,
  JournalFault,
  readHead,
  readJournal,
  syncFolder,
  type JournalEntry,
  type JournalTail,
} from './journal-file.js';

const pageSize = 2_000;

interface Page {
  lineage: string;
  upto: string;
  entries: JournalEntry[];
  last: string | null;
}

export class JournalDrain {
  /** Where the file stood when this one wrote last. */
  private tail: JournalTail | undefined;

  constructor(private readonly path: string) {}

  /** How many entries it appended; undefined where another writes at this moment. */
  async round(client: ClientBase): Promise<number | undefined> {
    const { tail } = this;
    const { lineage, entries } = await page(client, {
      seen: tail?.upto ?? null,
      upto: null,
      after: '0',
      limit: 1,
    });
    // Mostly nothing is new, and one question a second says so.
    if (tail?.head.lineage === lineage && entries.length === 0 && (await sizeOf(this.path)) === tail.bytes)
      return 0;
    this.prepare(lineage);
    const { file } = readHead(this.path);
    if (!(await lock(client, file, true))) return undefined;
    try {
      return await this.append(client);
    } finally {
      await lock(client, file, false);
    }
  }

  /** A file of another line stays as it is, under another name: it may be what a restore of that line needs. */
  private prepare(lineage: string): void {
    ensureJournal(this.path, lineage);
    const head = readHead(this.path);
    if (head.lineage === lineage) return;
    renameSync(this.path, `${this.path}.${head.lineage}`);
    syncFolder(this.path);
    this.tail = undefined;
    ensureJournal(this.path, lineage);
  }

  private async append(client: ClientBase): Promise<number> {
    let tail = this.tail;
    if (tail?.bytes !== (await sizeOf(this.path))) tail = await readJournal(this.path);
    if (!tail) throw new JournalFault(`${this.path} has gone.`);
    const seen = tail.upto;
    let upto: string | null = null;
    let after = '0';
    let appended = 0;
    for (;;) {
      const read = await page(client, { seen, upto, after, limit: pageSize });
      upto = read.upto;
      const isLast = read.entries.length < pageSize;
      appended += read.entries.length;
      // Only the last page reaches as far as it was asked: a round that is broken off begins again where it began.
      if (appended > 0)
        tail = await appendBatch(this.path, tail, { upto: isLast ? upto : seen, entries: read.entries });
      this.tail = tail;
      if (isLast) return appended;
      after = read.last ?? after;
    }
  }
}

async function page(
  client: ClientBase,
  { seen, upto, after, limit }: { seen: string | null; upto: string | null; after: string; limit: number },
): Promise<Page> {
  const { rows } = await client.query<Page>(
    'SELECT lineage, upto, entries, last FROM ks.journal_page($1, $2, $3, $4)',
    [seen, upto, after, limit],
  );
  return rows[0]!;
}

async function lock(client: ClientBase, file: string, takes: boolean): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>('SELECT ks.journal_lock($1, $2) AS held', [
    file,
    takes,
  ]);
  return rows[0]?.held ?? false;
}

/** Whoever takes the file away has one begin anew, with everything in it. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * One round by an operator's command, since it may be done while no server runs. What it has done stands, whatever becomes of
 * this: a fault is told and passed over.
 */
export async function keepJournal(
  url: string,
  path: string | undefined,
  complain: (line: string) => void,
): Promise<void> {
  if (path === undefined) return;
  try {
    await drainOnce(url, path);
  } catch (error) {
    complain(`The journal at ${path} could not be written: ${(error as Error).message}`);
  }
}

async function drainOnce(url: string, path: string): Promise<void> {
  const address = new URL(url);
  address.searchParams.set('options', '-c role=rosette_owner');
  const client = new Client({
    connectionString: address.href,
    application_name: 'rosette-journal',
    connectionTimeoutMillis: 1_000,
    query_timeout: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await new JournalDrain(path).round(client);
  } finally {
    await client.end();
  }
}
