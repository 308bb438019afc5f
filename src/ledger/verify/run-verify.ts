/**
 * In charge of `npx rosette verify`: reads files of evidence, without network or database, and says whether they hold, each
 * for itself and all together. A file is what the API answers as a proof, a stretch of the record as `npx rosette record`
 * writes it, or a checkpoint that was kept.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Checkpoint } from '../signed-note.rules.js';
import type { Members } from './certificate-claims.rules.js';
import { verifyEvidence } from './evidence.js';
import { parsed, RecordVerifier, Rejection, signed } from './record-verifier.js';

export const verifyUsage = `  npx rosette verify <file>... [--key <public key>]... [--json]
                                     whether evidence holds: certificates, proofs, stretches of the record, kept checkpoints`;

/** The first line of a stretch of the record. */
export const recordForm = 'rosette-record/1';

const pieceBytes = 1_048_576;

interface Terminal {
  out: (line: string) => void;
  complain: (line: string) => void;
}
interface File {
  path: string;
  /** Of a stretch, its first line alone. */
  said: Members | string;
}

/** The exit code: 0 where all holds, 1 where something is rejected, 2 where nothing was asked. Never rejects. */
export async function runVerify(words: readonly string[], { out, complain }: Terminal): Promise<number> {
  let asked;
  try {
    const options = { key: { type: 'string', multiple: true }, json: { type: 'boolean' } } as const;
    asked = parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    complain((error as Error).message);
    return 2;
  }
  const { values, positionals } = asked;
  if (positionals.length === 0) {
    complain(`Usage:\n${verifyUsage}`);
    return 2;
  }
  const outcome = await verifyFiles(positionals, values.key);
  if (values.json === true) out(JSON.stringify(outcome, null, 2));
  else {
    for (const line of outcome.shows) out(line);
    for (const line of outcome.rejected) complain(`REJECTED: ${line}`);
    if (outcome.rejected.length === 0) out('All of it holds.');
  }
  return outcome.rejected.length === 0 ? 0 : 1;
}

/** Where keys are given, only they are believed; else those that the files bring, which shows no more than that they agree. */
export async function verifyFiles(
  paths: readonly string[],
  given?: readonly string[],
): Promise<{ shows: string[]; rejected: string[] }> {
  const shows: string[] = [];
  const rejected: string[] = [];
  const known: Checkpoint[] = [];
  const attempt = async (path: string, step: () => unknown): Promise<void> => {
    try {
      await step();
    } catch (error) {
      rejected.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const files: File[] = [];
  for (const path of paths) await attempt(path, async () => files.push({ path, said: await opening(path) }));
  const keys = given ?? [...new Set(files.flatMap(({ said }) => keysOf(said)))];
  if (!given)
    shows.push(
      'The keys came with the files: compare them with those that you were given.',
      ...keys.map((key) => `  ${key}`),
    );
  for (const { path, said } of files)
    await attempt(path, () => {
      if (typeof said === 'string') known.push(signed(said, keys));
      else if (!isStretch(said)) {
        const evidence = verifyEvidence(said, keys);
        known.push(...evidence.checkpoints);
        shows.push(...evidence.shows.map((line) => `${path}: ${line}`));
      }
    });
  for (const { path, said } of files)
    if (isStretch(said))
      await attempt(path, async () => {
        const { checkpoint, from, entries, certificates, erased, faults, unseen } = await verifyRecord(
          path,
          keys,
          known,
        );
        known.push(checkpoint);
        rejected.push(...faults.map((fault) => `${path}: ${fault}`));
        shows.push(
          `${path}: ${entries} entries from ${from} on are what was signed, ${erased} of them erased, ${certificates} certificates.`,
        );
        shows.push(...unseen.map((what) => `${path}: not to be seen here: ${what}`));
      });
  rejected.push(...disagreements(known));
  return { shows, rejected };
}

async function verifyRecord(path: string, keys: readonly string[], known: readonly Checkpoint[]) {
  let verifier: RecordVerifier | undefined;
  let rest = '';
  // Many lines a piece, and no promise for each.
  for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: pieceBytes })) {
    const lines = `${rest}${piece as string}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (verifier) verifier.take(line);
      else verifier = new RecordVerifier(parsed(line), keys, known);
    }
  }
  if (rest !== '') throw new Rejection('its last line is cut off');
  if (!verifier) throw new Rejection('it is empty');
  return verifier.end();
}

/** Two logs, or one that says two things. */
function disagreements(known: readonly Checkpoint[]): string[] {
  const [first] = known;
  const roots = new Map<number, Buffer>();
  return known.flatMap(({ origin, size, root }) => {
    if (origin !== first?.origin) return [`the files are of several logs: ${origin}, ${first?.origin}`];
    const other = roots.get(size);
    roots.set(size, root);
    return other && !other.equals(root)
      ? [`two records of ${size} entries were signed, and they differ`]
      : [];
  });
}

/** A note as it is; else the first object. */
async function opening(path: string): Promise<Members | string> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  let first = '';
  for await (const line of lines) {
    first = line;
    break;
  }
  if (!first.trimStart().startsWith('{')) return readFile(path, 'utf8');
  if (first.includes(recordForm)) return parsed(first);
  return parsed(await readFile(path, 'utf8'));
}

function isStretch(said: Members | string): said is Members {
  return typeof said !== 'string' && said['form'] === recordForm;
}

function keysOf(said: Members | string): string[] {
  const keys = typeof said === 'string' ? undefined : said['publicKeys'];
  return Array.isArray(keys) ? keys.map(String) : [];
}
