import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { to as copyTo } from 'pg-copy-streams';
import { createPerson, putney, type Person } from '../../test/support/people.js';
import { startReplicaProcess, type ReplicaProcess } from '../../test/support/replica-process.js';
import type { BenchDatabase } from '../arena.js';
import type { Benchmark } from '../benchmark.js';
import { createElectorate, settle } from '../electorate.js';
import { residentWhile } from '../resident-memory.js';

/** All but the anonymous one, who is in no file. */
const electors = 73_001;
const filesInTurn = 3;
const warmUpFiles = 6;
/** Three blocks of 5,000 rows are held at most, a few MB; the rest is what the collector has not come to yet. */
const mostGrowthMegabytes = 64;

const columns = [
  'electorId',
  'electorNumber',
  'title',
  'forename',
  'surname',
  'pollingDistrict',
  'street',
  'address',
  'postcode',
  'franchise',
];

/**
 * The same cells, written by hand for COPY, in whatever order they lie. Nobody is asked whether, nor told that, and
 * nothing is escaped for a spreadsheet.
 */
const copySql = `
  COPY (
    SELECT e.id, e.number_prefix || '-' || trim_scale(e.number) || CASE WHEN e.number_suffix = '' THEN '' ELSE '/' || e.number_suffix END,
           e.title, e.forename, e.surname, p.code, s.name, array_to_string(d.address_lines, ', '), d.postcode, e.franchise
    FROM contact_creator.elector e
    JOIN contact_creator.polling_district p ON p.constituency_id = '${putney}' AND p.id = e.polling_district_id
    LEFT JOIN contact_creator.door d ON d.constituency_id = '${putney}' AND d.id = e.door_id
    LEFT JOIN contact_creator.street s ON s.constituency_id = '${putney}' AND s.id = d.street_id
    WHERE e.constituency_id = '${putney}' AND e.is_current AND e.entry_kind <> 'anonymous' AND e.objected_at IS NULL
  ) TO STDOUT (FORMAT csv, HEADER)`;

interface Arranged {
  database: BenchDatabase;
  server: ReplicaProcess;
  officer: Person;
  /** The most that the server held while it warmed up, and later; MB. */
  memory: { warm: number; most: number };
}

/** A file from the asking to its last line: who is in it is frozen; blocks are read under the fence, disclosed, committed, sent. */
export const benchmark: Benchmark<Arranged> = {
  what: 'file of a constituency, asked for and fetched through HTTP, block by block through custody',
  against: 'COPY of the same columns by pg, without row-level security',
  target: 0.4,
  unit: 'rows/s',
  rounds: 5,

  async prepare(arena) {
    const database = await arena.database();
    await createElectorate(database.admin, putney);
    await settle(database.admin);
    const server = await startReplicaProcess(database.environment);
    const officer = await createPerson(database, {
      role: 'data-officer',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const arranged = { database, server, officer, memory: { warm: 0, most: 0 } };
    const { most } = await residentWhile(server.pid, () => times(warmUpFiles, () => fetchFile(arranged)));
    arranged.memory = { warm: most, most };
    return arranged;
  },

  async ours(arranged) {
    const { server, memory } = arranged;
    const { value, most } = await residentWhile(server.pid, () =>
      times(filesInTurn, () => fetchFile(arranged)),
    );
    memory.most = Math.max(memory.most, most);
    return value;
  },

  reference: ({ database }) => times(filesInTurn, () => copyOut(database)),

  async plan({ database }) {
    const query = copySql.slice(copySql.indexOf('(') + 1, copySql.lastIndexOf(') TO STDOUT'));
    const explain = `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) ${query}`;
    const { rows } = await database.admin.query<{ 'QUERY PLAN': string }>(explain);
    return rows.map((row) => row['QUERY PLAN']);
  },

  bounds: ({ memory: { warm, most } }) => {
    const what = `growth of the server's memory by sending more files, from ${Math.round(warm)} MB`;
    return Promise.resolve([{ what, unit: 'MB', measured: most - warm, most: mostGrowthMegabytes }]);
  },

  async clear({ database, server }) {
    await server.stop();
    await database.drop();
  },
};

/** Rows per second over some files, one after the other. */
async function times(files: number, work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  for (let file = 0; file < files; file += 1) await work();
  return (files * electors * 1_000) / (performance.now() - begin);
}

async function askForExport({ server, officer }: Arranged): Promise<string> {
  const answer = await fetch(`${server.url}/v1/exports`, {
    method: 'POST',
    headers: {
      ...officer.headers,
      'content-type': 'application/json',
      'data-purpose': 'voter-contact',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({
      constituencyId: putney,
      source: { kind: 'constituency' },
      columns,
      reason: 'how long it takes',
    }),
  });
  const made = (await answer.json()) as { id: string; rowCount: number };
  if (answer.status !== 201 || made.rowCount !== electors)
    throw new Error(`The export was answered ${answer.status}: ${JSON.stringify(made)}`);
  return made.id;
}

/** Reads the file and keeps its last line alone, which says how many rows it has. */
async function fetchFile(arranged: Arranged): Promise<void> {
  const { server, officer } = arranged;
  const exportId = await askForExport(arranged);
  const url = `${server.url}/v1/exports/${exportId}/file.csv?constituencyId=${putney}`;
  const asked = get(url, { headers: officer.headers, agent: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let last: Buffer = Buffer.alloc(0);
  for await (const piece of response) last = piece as Buffer;
  if (response.statusCode !== 200 || !last.includes(`"rows=${electors}"`))
    throw new Error(`No file of ${electors} rows: ${response.statusCode} ${last.toString('utf8', -200)}`);
}

async function copyOut({ admin }: BenchDatabase): Promise<void> {
  const copied = admin.query(copyTo(copySql));
  for await (const piece of copied) if ((piece as Buffer).length === 0) throw new Error('An empty piece.');
  if (copied.rowCount !== electors) throw new Error(`COPY wrote ${copied.rowCount} rows.`);
}
