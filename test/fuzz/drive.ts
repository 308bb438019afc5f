/**
 * Drives one operation as one actor: cases from a seed, each sent to the server and its answer judged.
 */
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { faultsOf } from './answer-rules.js';
import { play, type Actor, type Played } from './cast.js';
import type { Operation } from './document.js';
import { prepare } from './preparation.js';
import type { Prepared } from './prepared.js';
import type { Target } from './pool.js';
import { casesOf, type Case } from './case.js';
import { requestOf } from './request.js';
import { send, type Answered, type Sent } from './wire.js';
import type { World } from './world.js';

const { FUZZ_SEED = '1', FUZZ_TIMES = '1', FUZZ_PATH, FUZZ_ACTOR } = process.env;
export const seed = Number(FUZZ_SEED);
/** Few where everything is refused, more where the operation answers; and few where each hashes a password. */
const firstRuns = 4;
const moreRuns = Math.ceil(20 * Number(FUZZ_TIMES));
const slowRuns = Math.ceil(6 * Number(FUZZ_TIMES));
const isSlow = ({ method, path }: Operation) =>
  method === 'POST' && /^\/v1\/(auth|me)\/(?!undertaking)/.test(path);

/** What was asked and answered, for the floor below which a run would be dull. */
export interface Tally {
  calls: number;
  driven: Set<string>;
  succeeded: Set<string>;
  statuses: Map<number, number>;
  /** How often each problem was the answer, by operation. */
  problems: Map<string, Map<string, number>>;
}

const openToAll = new Set<string>();

export const keyOf = ({ method, path }: Operation): string => `${method} ${path}`;

export async function drive(world: World, operation: Operation, actor: Actor, tally: Tally): Promise<void> {
  if (FUZZ_ACTOR !== undefined && !FUZZ_ACTOR.split(',').includes(actor)) return;
  const { document, pool, database, server } = world;
  let played: Played = await play(database, actor);
  let targets: Target[] = [];
  let isStale = true;
  let isHeard = false;
  // What is open answers everybody alike.
  const isOpen = openToAll.has(keyOf(operation));
  let lastKey = '00000000';
  tally.driven.add(`${keyOf(operation)} as ${actor}`);

  const ask = async (asked: Case): Promise<void> => {
    const known: Prepared = isHeard || actor === 'no-token' ? await prepare(world, operation, played) : {};
    if (isStale || known.isFresh || known.targets)
      targets = known.targets ?? (await pool.targets(operation.path));
    isStale = false;
    const sent = requestOf(asked, {
      operation,
      targets,
      resolve: (value) => pool.resolved(value),
      headers: { ...played.headers, ...fromOwnPage(operation, server.url), ...known.headers },
      purposes: played.purposes,
      lastKey,
      ...(known.body === undefined || asked.target % 2 === 0 ? {} : { knownBody: known.body }),
    });
    if (sent.headers['if-match'] === '"1"' && (isHeard || actor === 'administrator')) {
      const etag = await etagOf(world, operation, sent, played);
      if (etag !== undefined) sent.headers['if-match'] = etag;
    }
    lastKey = sent.headers['idempotency-key'] ?? lastKey;
    const answer = await send(server.url, sent);
    tally.calls += 1;
    tally.statuses.set(answer.status, (tally.statuses.get(answer.status) ?? 0) + 1);
    count(tally, keyOf(operation), answer);
    if (answer.status > 0 && answer.status < 300) tally.succeeded.add(keyOf(operation));
    const isMislaid = asked.mishap.what === 'path' || [401, 403, 405, 413, 414].includes(answer.status);
    if (!isMislaid) isHeard = true;
    if (answer.status < 300 && operation.method !== 'GET') isStale = true;
    if (answer.status > 0) await judge(world, operation, sent, answer);
    if (
      answer.status === 401 &&
      played.person &&
      sent.headers['authorization'] === played.headers['authorization']
    )
      played = await play(database, actor);
  };

  const check = (numRuns: number, round: number) =>
    fc.assert(fc.asyncProperty(casesOf(document, operation), ask), {
      numRuns,
      seed: seedOf(`${seed} ${keyOf(operation)} ${actor} ${round}`),
      ...(FUZZ_PATH === undefined ? {} : { path: FUZZ_PATH }),
      // A smaller case would meet another state: what was asked is in the message as it is.
      endOnFailure: true,
      reporter: (run) => {
        if (!run.failed) return;
        throw new Error(
          `${keyOf(operation)} as ${actor}: ${run.errorInstance instanceof Error ? run.errorInstance.message : String(run.errorInstance)}\n` +
            `case ${fc.stringify(run.counterexample).slice(0, 1_500)}\n` +
            `again: FUZZ_SEED=${seed} FUZZ_ACTOR=${actor} FUZZ_PATH=${run.counterexamplePath} npm run test:fuzz -- -t '${keyOf(operation)}'`,
        );
      },
    });
  await check(firstRuns, 1);
  if (isHeard && actor === 'no-token') openToAll.add(keyOf(operation));
  if (isHeard) await check(isOpen ? firstRuns : isSlow(operation) ? slowRuns : moreRuns, 2);
}

/** What rests on a cookie is taken from pages of the server alone. */
function fromOwnPage({ path }: Operation, origin: string): Record<string, string> {
  return path.startsWith('/v1/auth/browser/') ? { origin } : {};
}

function count({ problems }: Tally, key: string, { text }: Answered): void {
  const code = /"code":"([a-z-]+)"/.exec(text)?.[1];
  if (code === undefined) return;
  const own = problems.get(key) ?? new Map<string, number>();
  problems.set(key, own.set(code, (own.get(code) ?? 0) + 1));
}

async function judge(world: World, operation: Operation, sent: Sent, answer: Answered): Promise<void> {
  const faults = faultsOf(world.document, operation, sent, answer);
  if (answer.status === 503) {
    const { rows } = await world.database.admin.query(`SELECT 1 FROM ks.scope WHERE suspended`);
    if (rows.length === 0) faults.push('503, and nothing is suspended');
  }
  // A 400 may be what only the database refused: that is logged, and a line of the log is a fault like any other.
  if (answer.status === 400) await new Promise((resolve) => setImmediate(resolve));
  if (answer.status === 500) await new Promise((resolve) => setTimeout(resolve, 100));
  faults.push(...world.newErrors().map((line) => `the server logged ${line}`));
  if (faults.length === 0) return;
  const asked = `${sent.method} ${sent.target.slice(0, 500)} ${JSON.stringify({ ...sent.headers, authorization: undefined })} ${sent.body?.toString('utf8').slice(0, 1_500) ?? ''}`;
  throw new Error(
    `${faults.join('; ')}\nasked ${asked}\nanswered ${answer.status} ${answer.text.slice(0, 1_500)}`,
  );
}

/** The tag a resource has now, from its own address or the one above it. */
async function etagOf(
  world: World,
  { path }: Operation,
  sent: Sent,
  played: Played,
): Promise<string | undefined> {
  const readable = world.document.operations.filter(({ method }) => method === 'GET').map((one) => one.path);
  const [address = '', query = ''] = sent.target.split('?');
  const isOwn = readable.includes(path);
  const target = `${isOwn ? address : address.split('/').slice(0, -1).join('/')}?${query}`;
  const headers = { ...played.headers, 'data-purpose': played.purposes[0] ?? 'voter-contact' };
  return (await send(world.server.url, { method: 'GET', target, headers })).headers.etag;
}

function seedOf(text: string): number {
  return createHash('sha256').update(text).digest().readInt32BE();
}
