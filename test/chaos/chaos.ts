import { setTimeout as sleep } from 'node:timers/promises';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { createPerson } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { errandsOf, fill } from './errands.js';
import { faults, leadTime, type Fault } from './faults.js';
import { Load } from './load.js';
import { Mailings, mailsPerSecond } from './mailings.js';
import { startReplicas, type ChaosReplica } from './replicas.js';
import { lift, suspend } from './switch-user.js';
import { Witness, type Leak } from './witness.js';

export interface ChaosOptions {
  flips: number;
  replicas: number;
  seed: number;
  /** What is done to them; absent: all that can be done without ending the tests' own server. */
  faults?: readonly Fault[];
  /** Where half of the replicas reach the database for their requests, in transaction mode. */
  poolerUrl?: (database: string) => string;
  say?: (line: string) => void;
}

export interface ChaosReport {
  flips: number;
  answers: number;
  refusals: number;
  cut: number;
  mails: number;
  leaks: readonly Leak[];
  /** Rows of a suspended scope that were disclosed between completion and lift, as the ledger dates them. */
  rowsAfter: number;
  /** And contacts that were recorded then. */
  writtenAfter: number;
  /** Milliseconds from commit to completion, by fault. */
  barrierMs: Record<string, number[]>;
  /** Milliseconds from order to 201, by fault. */
  answerMs: Record<string, number[]>;
}

const heldMs = 150;

/**
 * In charge of a run: several real replicas, each with a network of its own to one real database, clients that read and
 * write all the time, and a switch that is used again and again while one replica is stopped, killed or cut off. A
 * pseudo-random sequence by the seed chooses scope and fault; what the operating system makes of it is its own.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { flips, replicas: count, seed, say } = options;
  const done = options.faults ?? faults;
  const choose = sequence(seed);
  const database = await createTestDatabase();
  const witness = new Witness();
  const report: ChaosReport = {
    flips: 0,
    answers: 0,
    refusals: 0,
    cut: 0,
    mails: 0,
    leaks: witness.leaks,
    rowsAfter: 0,
    writtenAfter: 0,
    barrierMs: {},
    answerMs: {},
  };
  const spans: { scope: ScopeKey; from: string; to: Date }[] = [];
  let replicas: ChaosReplica[] = [];
  let load: Load | undefined;
  let mailings: Mailings | undefined;
  const urls = () => replicas.map(({ process }) => process.url);
  try {
    const secretary = await createPerson(database, { role: 'general-secretary' });
    await fill(database);
    mailings = await Mailings.prepare(database, witness, urls);
    const mail = {
      SMTP_URL: mailings.server.url,
      MAIL_FROM: 'post@party.example',
      MAIL_PER_SECOND: mailsPerSecond,
      PUBLIC_URL: 'https://rosette.example/',
    };
    replicas = await startReplicas(database, count, mail, options.poolerUrl?.(database.name));
    const errands = await errandsOf(database, replicas[0]!.process.url);
    const sound = () => replicas.filter(({ isSound }) => isSound).map(({ process }) => process.url);
    load = new Load(witness, urls);
    for (const errand of errands) load.run(errand);
    mailings.start();
    await sleep(1_000);
    const scopes = [...new Set(errands.flatMap((errand) => errand.scopes))];
    for (let n = 0; n < flips; n += 1) {
      const scope = scopes[Math.floor(choose() * scopes.length)] as ScopeKey;
      const fault = done[n % done.length]!;
      const victim = replicas[Math.floor(choose() * replicas.length)] as ChaosReplica;
      if (fault.name !== 'none') victim.isSound = false;
      const asked = fault.isAuthors ? [victim.process.url, ...sound()] : sound();
      await fault.begin(victim, { database, choose });
      if (!fault.isAuthors) await leadTime(choose);
      const { body, answerMs } = await suspend(
        secretary,
        scope,
        (attempt) => asked[(attempt - 1) % asked.length] ?? '',
      );
      await witness.suspended(scope);
      await sleep(heldMs);
      await fault.end(victim, { database, choose });
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
    [report.rowsAfter, report.writtenAfter] = await rowsWithin(database, spans);
  } finally {
    await Promise.all([load?.stop(), mailings?.stop()]);
    for (const { process, relay } of replicas) {
      await process.kill();
      await relay.close();
    }
    await database.drop();
  }
  return {
    ...report,
    answers: witness.answers,
    refusals: witness.refusals,
    cut: witness.broken,
    mails: mailings.handedOver,
  };
}

/** Read and written, by the database's clock alone: both ends of a span are its own. */
async function rowsWithin(
  { admin }: TestDatabase,
  spans: readonly { scope: ScopeKey; from: string; to: Date }[],
): Promise<[number, number]> {
  const { rows } = await admin.query<{ read: number; written: number }>(
    `WITH s AS (SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS s (scope, begun, ended))
     SELECT (SELECT coalesce(sum(d.rows), 0)::integer FROM ledger.disclosure d JOIN s ON d.at > s.begun AND d.at < s.ended
             WHERE s.scope IN ('all:*', 'tool:' || d.tool, 'user:' || d.account_id)
                OR s.scope = ANY (SELECT 'area:' || c FROM unnest(d.constituencies) c)) AS read,
            (SELECT count(*)::integer FROM contact_creator.contact c JOIN s ON c.recorded_at > s.begun AND c.recorded_at < s.ended
             WHERE s.scope IN ('all:*', 'tool:contact-creator', 'user:' || c.recorded_by, 'area:' || c.constituency_id)) AS written`,
    [spans.map(({ scope }) => scope), spans.map(({ from }) => from), spans.map(({ to }) => to)],
  );
  return [rows[0]!.read, rows[0]!.written];
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
