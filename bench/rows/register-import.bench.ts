import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { generateRegister } from '../../src/demonstration/register-generator.js';
import { putney } from '../../test/support/people.js';
import { startReplicaProcess } from '../../test/support/replica-process.js';
import type { Arena, BenchDatabase } from '../arena.js';
import type { Benchmark } from '../benchmark.js';
import { importRegister } from '../imported-register.js';

const electors = 73_000;
const patienceMs = 10 * 60_000;

/** What an import fills, in the order of the foreign keys. */
const tables = ['polling_district', 'street', 'door', 'elector', 'register_entry'].map(
  (table) => `contact_creator.${table}`,
);

interface Arranged {
  arena: Arena;
  file: Buffer;
  /** The rows of the first import as PostgreSQL writes them out: what the reference copies. */
  rows: Map<string, CopiedTable>;
}

interface CopiedTable {
  /** With the columns that can be written: not those that PostgreSQL generates. */
  target: string;
  bytes: Buffer;
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
      const seconds = await importRegister(database, server.url, { file, electors }, patienceMs);
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
        const { target, bytes } = rows.get(table) as CopiedTable;
        await pipeline(Readable.from([bytes]), database.admin.query(copyFrom(`COPY ${target} FROM STDIN`)));
      }
      await database.admin.query('COMMIT');
      return (electors * 1_000) / (performance.now() - begin);
    } finally {
      await database.drop();
    }
  },

  clear: () => Promise.resolve(),
};

async function copyOut({ admin }: BenchDatabase, table: string): Promise<CopiedTable> {
  const { rows } = await admin.query<{ columns: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  );
  const columns = rows[0]?.columns ?? '';
  const pieces: Buffer[] = [];
  for await (const piece of admin.query(copyTo(`COPY (SELECT ${columns} FROM ${table}) TO STDOUT`)))
    pieces.push(piece as Buffer);
  return { target: `${table} (${columns})`, bytes: Buffer.concat(pieces) };
}
