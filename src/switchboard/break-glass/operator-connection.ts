/**
 * In charge of the operator's connections to the database: as the owner of the tables, outside the application. It waits a
 * while for a database that is away, ends who holds the switch up, and puts what goes wrong into plain words.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, type QueryResultRow } from 'pg';
import { databaseError, isConnectionLoss } from '../../database/sqlstate.js';

const connectMs = 2_000;
const answerMs = 15_000;
const patienceMs = 10_000;
const pauseMs = 500;
/** Who has held the switch for so long is ended: a replica that stands still in the midst of a change. */
const heldMs = 1_000;

/** What an operator is told; nothing of it is a secret or names a person. */
export class OperatorFault extends Error {
  override readonly name = 'OperatorFault';
}

/** The same address, as the role that owns the tables. Errors: OperatorFault where it is no address. */
export function asOwner(url: string): string {
  const address = new URL(url);
  address.searchParams.set('options', '-c role=rosette_owner');
  return address.href;
}

export class OperatorConnection {
  private readonly pool: Pool;
  /** Sessions that held the switch and were ended. */
  ended = 0;

  constructor(
    url: string,
    private readonly tell: (line: string) => void,
  ) {
    this.pool = new Pool({
      connectionString: asOwner(url),
      application_name: 'rosette-break-glass',
      max: 2,
      connectionTimeoutMillis: connectMs,
      query_timeout: answerMs,
    });
    // What is lost while nobody asks is found out at the next question.
    this.pool.on('error', () => undefined);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  /** Errors: OperatorFault, also where the database stays away. */
  rows<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.persist(async () => (await this.pool.query<Row>(sql, [...values])).rows);
  }

  /**
   * A change of the switch, one statement that may be repeated. Whoever holds what it waits for is ended.
   * Errors: OperatorFault.
   */
  change<Row extends QueryResultRow>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    return this.persist(async () => {
      const client = await this.pool.connect();
      let fault: unknown;
      try {
        const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        const stop = this.endWhoHolds(rows[0]?.pid);
        return (await client.query<Row>(sql, [...values]).finally(stop)).rows;
      } catch (error) {
        fault = error;
        throw error;
      } finally {
        client.release(fault instanceof Error ? fault : undefined);
      }
    });
  }

  /** Beats until what it answers is called. */
  private endWhoHolds(pid: number | undefined): () => void {
    const timer = setInterval(() => {
      this.pool
        .query<{ ended: boolean }>(
          `SELECT pg_terminate_backend(a.pid) AS ended FROM pg_stat_activity a
           WHERE a.pid = ANY (pg_blocking_pids($1)) AND a.usename = 'rosette_api'`,
          [pid],
        )
        .then(
          ({ rows }) => (this.ended += rows.filter(({ ended }) => ended).length),
          () => this.tell('Whoever holds the switch could not be looked for; trying again.'),
        );
    }, heldMs);
    return () => clearInterval(timer);
  }

  private async persist<Value>(step: () => Promise<Value>): Promise<Value> {
    const begunAt = performance.now();
    for (let isTold = false; ; isTold = true) {
      try {
        return await step();
      } catch (error) {
        if (!isAway(error)) throw new OperatorFault(wordsOf(error), { cause: error });
        if (performance.now() - begunAt > patienceMs)
          throw new OperatorFault(
            `The database does not answer (${codeOf(error)}). Is it running, and is this its address?`,
            { cause: error },
          );
        if (!isTold)
          this.tell(`The database does not answer (${codeOf(error)}); trying again for ten seconds.`);
        await sleep(pauseMs);
      }
    }
  }
}

/** 53300: it has no connection left, which a crowd of requests may be the reason for. */
function isAway(error: unknown): boolean {
  return (
    isConnectionLoss(error) ||
    databaseError(error)?.code === '53300' ||
    (error instanceof Error && /Query read timeout|EAI_AGAIN/.test(error.message))
  );
}

function codeOf(error: unknown): string {
  const code = databaseError(error)?.code ?? (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : 'no answer in time';
}

const notOwner =
  'Its role may not become rosette_owner, so it may not flip the switch: MIGRATION_DATABASE_URL has to name rosette_migrator (docs/roles.sql).';
const otherVersion =
  'The database was not made by this version of Rosette, or not by Rosette at all: is this its address, and has `npm run migrate` been run?';
const words: Record<string, string> = {
  '28000': 'The database refuses the role that MIGRATION_DATABASE_URL names.',
  '28P01': 'The database refuses the password in MIGRATION_DATABASE_URL.',
  '3D000': 'There is no database of that name on the server.',
  '22023': notOwner,
  '42501': notOwner,
  '25006': 'The database only reads: it is a standby. Flip the switch at the primary.',
  '3F000': otherVersion,
  '42703': otherVersion,
  '42883': otherVersion,
  '42P01': otherVersion,
  KS003: 'Others hold the scope and could not be ended in time. Try again at once.',
};

function wordsOf(error: unknown): string {
  const code = codeOf(error);
  return words[code] ?? `The database refuses: ${code}.`;
}
