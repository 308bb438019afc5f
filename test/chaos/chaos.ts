import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { createElectorsAndMembers, createPerson, putney, wimbledon } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { Load, type Errand } from './load.js';
import { faults, leadTime, startReplicas, type ChaosReplica } from './replicas.js';
import { lift, suspend } from './switch-user.js';
import { Witness, type Leak } from './witness.js';

export interface ChaosOptions {
  flips: number;
  replicas: number;
  seed: number;
  say?: (line: string) => void;
}

export interface ChaosReport {
  flips: number;
  answers: number;
  refusals: number;
  cut: number;
  leaks: readonly Leak[];
  /** Disclosures of a suspended scope that the ledger dates between completion and lift. */
  rowsAfter: number;
  /** Milliseconds from commit to completion, by fault. */
  barrierMs: Record<string, number[]>;
  /** Milliseconds from order to 201, by fault. */
  answerMs: Record<string, number[]>;
}

const readers = 6;
const heldMs = 150;

/**
 * In charge of a run: several real replicas, each with a network of its own to one real database, clients that read and
 * write all the time, and a switch that is used again and again while one replica is stopped, killed or cut off. A
 * pseudo-random sequence by the seed chooses scope and fault; what the operating system makes of it is its own.
 */
export async function runChaos({ flips, replicas: count, seed, say }: ChaosOptions): Promise<ChaosReport> {
  const choose = sequence(seed);
  const database = await createTestDatabase();
  const witness = new Witness();
  const report: ChaosReport = {
    flips: 0,
    answers: 0,
    refusals: 0,
    cut: 0,
    leaks: witness.leaks,
    rowsAfter: 0,
    barrierMs: {},
    answerMs: {},
  };
  const spans: { scope: ScopeKey; from: string; to: Date }[] = [];
  let replicas: ChaosReplica[] = [];
  let load: Load | undefined;
  try {
    const secretary = await createPerson(database, { role: 'general-secretary' });
    await fill(database);
    replicas = await startReplicas(database, count);
    const errands = await prepare(database, replicas[0]!.process.url);
    const sound = () => replicas.filter(({ isSound }) => isSound).map(({ process }) => process.url);
    load = new Load(witness, () => replicas.map(({ process }) => process.url));
    for (const errand of errands) load.run(errand);
    await sleep(1_000);
    const scopes = [...new Set(errands.flatMap((errand) => errand.scopes))];
    for (let n = 0; n < flips; n += 1) {
      const scope = scopes[Math.floor(choose() * scopes.length)] as ScopeKey;
      const fault = faults[n % faults.length]!;
      const victim = replicas[Math.floor(choose() * replicas.length)] as ChaosReplica;
      if (fault.name !== 'none') victim.isSound = false;
      const urls = fault.isAuthors ? [victim.process.url, ...sound()] : sound();
      await fault.begin(victim, choose);
      if (!fault.isAuthors) await leadTime(choose);
      const { body, answerMs } = await suspend(
        secretary,
        scope,
        (attempt) => urls[(attempt - 1) % urls.length] ?? '',
      );
      await witness.suspended(scope);
      await sleep(heldMs);
      await fault.end(victim, database);
      // What was stopped or cut off goes on now: this is when it could tell.
      await sleep(heldMs);
      witness.lifting(scope);
      spans.push({ scope, from: body.completeAt, to: await lift(database, body.id, scope) });
      victim.isSound = true;
      report.flips += 1;
      (report.barrierMs[fault.name] ??= []).push(Date.parse(body.completeAt) - Date.parse(body.inForceAt));
      (report.answerMs[fault.name] ??= []).push(answerMs);
      say?.(`${report.flips} of ${flips}: ${scope.split(':')[0]}, ${fault.name}: ${Math.round(answerMs)} ms`);
      await sleep(heldMs);
    }
    report.rowsAfter = await rowsWithin(database, spans);
  } finally {
    await load?.stop();
    for (const { process, relay } of replicas) {
      await process.kill();
      await relay.close();
    }
    await database.drop();
  }
  return { ...report, answers: witness.answers, refusals: witness.refusals, cut: witness.broken };
}

async function fill({ admin }: TestDatabase): Promise<void> {
  await createRegister(admin, putney, 'KA', 50, 100);
  await createElectorsAndMembers(admin, wimbledon, 200);
  await admin.query('ANALYZE');
  await admin.query(
    `UPDATE access.role_limit SET five_minutes = 2000000000, hour = 2000000000, day = 2000000000, export_day = 2000000000`,
  );
}

async function prepare(database: TestDatabase, url: string): Promise<Errand[]> {
  const errands: Errand[] = [];
  for (let n = 0; n < readers; n += 1) {
    const officer = await createPerson(database, {
      role: 'data-officer',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const user: ScopeKey = `user:${officer.accountId}`;
    const scopes: ScopeKey[] = ['all:*', 'tool:contact-creator', `area:${putney}`, user];
    const shared = { person: officer, purpose: 'voter-contact', scopes };
    const page = `/v1/electors?constituencyId=${putney}&limit=200`;
    errands.push({ ...shared, what: 'a page of electors', method: 'GET', path: page });
    if (n < 2) errands.push(await exportOf(url, shared, n === 0 ? undefined : 200_000));
  }
  for (let n = 0; n < 2; n += 1) {
    const clerk = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: wimbledon,
      purposes: ['membership-administration'],
    });
    errands.push({
      what: 'a page of members',
      method: 'GET',
      path: `/v1/members?constituencyId=${wimbledon}&limit=100`,
      person: clerk,
      purpose: 'membership-administration',
      scopes: ['all:*', 'tool:organise', `area:${wimbledon}`, `user:${clerk.accountId}`],
    });
  }
  return errands;
}

/** A file of the whole register, which is fetched again and again. */
async function exportOf(
  url: string,
  shared: Pick<Errand, 'person' | 'purpose' | 'scopes'>,
  takes: number | undefined,
): Promise<Errand> {
  const answer = await fetch(`${url}/v1/exports`, {
    method: 'POST',
    headers: {
      ...shared.person.headers,
      'content-type': 'application/json',
      'data-purpose': shared.purpose,
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({
      constituencyId: putney,
      source: { kind: 'constituency' },
      columns: ['electorId', 'forename', 'surname', 'address', 'postcode'],
      reason: 'chaos',
    }),
  });
  if (answer.status !== 201)
    throw new Error(`an export was answered ${answer.status}: ${await answer.text()}`);
  const { id } = (await answer.json()) as { id: string };
  const path = `/v1/exports/${id}/file.csv?constituencyId=${putney}`;
  return {
    ...shared,
    what: 'a file of electors',
    method: 'GET',
    path,
    ...(takes === undefined ? {} : { takes }),
  };
}

/** By the database's clock alone: both ends of a span are its own. */
async function rowsWithin(
  { admin }: TestDatabase,
  spans: readonly { scope: ScopeKey; from: string; to: Date }[],
): Promise<number> {
  const { rows } = await admin.query<{ rows: number }>(
    `SELECT coalesce(sum(d.rows), 0)::integer AS rows FROM ledger.disclosure d
     JOIN unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS s (scope, begun, ended) ON d.at > s.begun AND d.at < s.ended
     WHERE s.scope IN ('all:*', 'tool:' || d.tool, 'user:' || d.account_id) OR s.scope = ANY (SELECT 'area:' || c FROM unnest(d.constituencies) c)`,
    [spans.map(({ scope }) => scope), spans.map(({ from }) => from), spans.map(({ to }) => to)],
  );
  return rows[0]!.rows;
}

/** Numbers of [0, 1), the same for the same seed (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
