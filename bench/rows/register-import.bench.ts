import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { generateRegister } from '../../src/demonstration/register-generator.js';
import { createPerson, putney } from '../../test/support/people.js';
import { startReplicaProcess } from '../../test/support/replica-process.js';
import type { Arena, BenchDatabase } from '../arena.js';
import type { Benchmark } from '../benchmark.js';

const electors = 73_000;
const pollMs = 25;
const patienceMs = 10 * 60_000;

/** What an import fills, in the order of the foreign keys. */
const tables = ['polling_district', 'street', 'door', 'elector', 'register_entry'].map(
  (table) => `contact_creator.${table}`,
);

interface Arranged {
  arena: Arena;
  file: Buffer;
  /** The rows of the first import as PostgreSQL writes them out: what the reference copies. */
  rows: Map<string, Buffer>;
}

/** Upload, reading, staging, matching and the commit, against nothing but writing the rows that come of it. */
export const benchmark: Benchmark<Arranged> = {
  what: `import of a register of ${electors.toLocaleString('en-GB')} rows, from upload to committed`,
  against: 'COPY of the same rows into the same tables with their indexes and keys',
  target: 0.33,
  unit: 'rows/s',
  rounds: 3,

  async prepare(arena) {
    const pieces: string[] = [];
    const request = {
      layout: 'xpress',
      constituencyId: putney,
      electors,
      seed: 1,
      publishedOn: '2026-12-01',
    } as const;
    for await (const piece of generateRegister(request)) pieces.push(piece);
    return { arena, file: Buffer.from(pieces.join('')), rows: new Map() };
  },

  async ours({ arena, file, rows }) {
    const database = await arena.database();
    const server = await startReplicaProcess(database.environment);
    try {
      const seconds = await importFile(database, server.url, file);
      if (rows.size === 0) for (const table of tables) rows.set(table, await copyOut(database, table));
      return electors / seconds;
    } finally {
      await server.stop();
      await database.drop();
    }
  },

  async reference({ arena, rows }) {
    const database = await arena.database();
    try {
      const begin = performance.now();
      await database.admin.query('BEGIN');
      for (const table of tables) {
        const bytes = rows.get(table) as Buffer;
        await pipeline(Readable.from([bytes]), database.admin.query(copyFrom(`COPY ${table} FROM STDIN`)));
      }
      await database.admin.query('COMMIT');
      return (electors * 1_000) / (performance.now() - begin);
    } finally {
      await database.drop();
    }
  },

  clear: () => Promise.resolve(),
};

async function importFile(database: BenchDatabase, url: string, file: Buffer): Promise<number> {
  const officer = await createPerson(database, {
    role: 'data-officer',
    constituencyId: putney,
    purposes: ['register-management'],
  });
  const query = new URLSearchParams({
    constituencyId: putney,
    publishedOn: '2026-12-01',
    gateway: 'constituency-party',
    ero: 'Wandsworth',
    dryRun: 'false',
  });
  const begin = performance.now();
  const answer = await fetch(`${url}/v1/register-imports?${query.toString()}`, {
    method: 'POST',
    headers: {
      ...officer.headers,
      'content-type': 'application/octet-stream',
      'idempotency-key': randomUUID(),
    },
    body: file,
  });
  const { id } = (await answer.json()) as { id?: string };
  if (answer.status !== 201 || id === undefined) throw new Error(`The upload was answered ${answer.status}.`);
  for (;;) {
    const { rows } = await database.admin.query<{ state: string; error: string | null }>(
      'SELECT state, error_code AS error FROM contact_creator.register_import WHERE constituency_id = $1 AND id = $2',
      [putney, id],
    );
    const elapsedMs = performance.now() - begin;
    if (rows[0]?.state === 'committed') return elapsedMs / 1_000;
    if (rows[0]?.state === 'failed' || elapsedMs > patienceMs)
      throw new Error(`The import is ${rows[0]?.state}: ${rows[0]?.error}.`);
    await sleep(pollMs);
  }
}

async function copyOut({ admin }: BenchDatabase, table: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of admin.query(copyTo(`COPY (SELECT * FROM ${table}) TO STDOUT`)))
    pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
