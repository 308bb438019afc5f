/**
 * In charge of `npx rosette record`: a stretch of the record as one file that `npx rosette verify` checks. It is the operator's
 * act, at the database itself, for whoever is to be shown the record whole: it names who saw whom, and is no answer of the API.
 */
import { parseArgs } from 'node:util';
import { rightEdge } from '../../ledger/merkle.rules.js';
import { rootsOf } from '../../ledger/tree-tiles.js';
import { recordForm } from '../../ledger/verify/run-verify.js';
import { OperatorConnection, OperatorFault } from '../break-glass/operator-connection.js';

export const recordUsage = `  npx rosette record [--from <position> | --suspension <id>] > <file>
                                     the record from there on, for verify; of a suspension, from its certificate on`;

const linesAtOnce = 5_000;
const mostCheckpoints = 200;

const entries = `
  SELECT '{"position":' || l.position || CASE WHEN l.salt IS NULL OR e.event IS NULL
           THEN ',"leaf":"' || encode(l.hash, 'base64') || '"}'
           ELSE ',"salt":"' || encode(uuid_send(l.salt), 'base64') || '","event":' || e.event || '}' END AS line
  FROM ledger.leaf l CROSS JOIN LATERAL (SELECT coalesce(
    (SELECT ledger.disclosure_event(d) FROM ledger.disclosure d WHERE l.record = 'disclosure' AND d.at = l.at AND d.id = l.id),
    (SELECT ledger.action_event(a) FROM ledger.action a WHERE l.record = 'action' AND a.at = l.at AND a.id = l.id)) AS event) e
  WHERE l.position >= $1 AND l.position < $2 ORDER BY l.position`;

interface Terminal {
  /** The database as an operator reaches it. */
  open: () => Promise<{ url: string; stop(): Promise<void> }>;
  /** Resolves when more may be written. */
  write: (text: string) => Promise<void>;
  complain: (line: string) => void;
}

/** The exit code. Never rejects. */
export async function runRecord(
  words: readonly string[],
  { open, write, complain }: Terminal,
): Promise<number> {
  let database: Awaited<ReturnType<Terminal['open']>> | undefined;
  let connection: OperatorConnection | undefined;
  try {
    const options = { from: { type: 'string' }, suspension: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...words], options });
    database = await open();
    connection = new OperatorConnection(database.url, complain);
    await exportRecord(connection, write, await beginning(connection, values));
    return 0;
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await connection?.close();
    await database?.stop();
  }
}

async function beginning(
  connection: OperatorConnection,
  { from, suspension }: { from?: string; suspension?: string },
): Promise<number> {
  if (suspension === undefined) {
    if (from !== undefined && !/^\d{1,15}$/.test(from))
      throw new OperatorFault('--from is the position of an entry.');
    return Number(from ?? 0);
  }
  const [found] = await connection.rows<{ position: number }>(
    `SELECT l.position::float8 AS position FROM ks.flip f JOIN ledger.leaf l ON l.id = f.certificate_id WHERE f.suspension_id::text = $1`,
    [suspension],
  );
  if (!found) throw new OperatorFault('There is no such suspension, or its certificate is not sealed yet.');
  return found.position;
}

async function exportRecord(
  connection: OperatorConnection,
  write: Terminal['write'],
  from: number,
): Promise<void> {
  const [newest, ...between] = await connection.rows<{ size: number; note: string }>(
    'SELECT size::float8 AS size, note FROM ledger.checkpoint WHERE size >= $1 ORDER BY size DESC LIMIT $2',
    [from, mostCheckpoints],
  );
  if (!newest) throw new OperatorFault('Nothing is signed from there on.');
  const keys = await connection.rows<{ name: string }>(
    'SELECT name FROM ledger.checkpoint_key ORDER BY first_used_at DESC, name',
  );
  const header = {
    form: recordForm,
    from,
    edge: await rootsOf((sql, values) => connection.rows(sql, values), rightEdge(from)),
    checkpoint: newest.note,
    checkpoints: between.map(({ note }) => note),
    publicKeys: keys.map(({ name }) => name),
  };
  await write(`${JSON.stringify(header)}\n`);
  for (let next = from; next < newest.size; next += linesAtOnce) {
    const to = Math.min(next + linesAtOnce, newest.size);
    const rows = await connection.rows<{ line: string }>(entries, [next, to]);
    await write(rows.map(({ line }) => `${line}\n`).join(''));
  }
}
