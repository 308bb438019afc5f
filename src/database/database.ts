import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import type { PoolClient } from 'pg';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { isConnectionLoss, isRetryable } from './sqlstate.js';
import { Tx } from './tx.js';

const attempts = 4;

/** The connections of what must not wait for one of the request pool. */
export const URGENT_DATA_SOURCE = Symbol('urgent data source');

/** What a transaction runs besides its work, each sent in one message with BEGIN or COMMIT: no extra round trip. */
export interface Brackets<Opened> {
  /** SQL after BEGIN; its last statement's first row is handed to `opened`. */
  opening?: string;
  opened?: (row: Record<string, unknown> | undefined) => Opened;
  /** Takes no connection of the request pool: for acts of few people that stop or end something. */
  isUrgent?: boolean;
}

/** What the work leaves: the value, and SQL to run as the last statement before COMMIT. */
export interface Closing<Value> {
  value: Value;
  closing?: string;
}

/** The connection was lost while COMMIT was on its way: nobody can say whether it took effect, so nothing retries. */
export class CommitUncertain extends Error {}

interface Session {
  queryRunner: QueryRunner & {
    isTransactionActive: boolean;
    releasePostgresConnection(error?: Error): Promise<void>;
  };
  client: PoolClient;
}

/**
 * In charge of transactions: begin, commit, roll back, retry. Only this and custody open one, always READ COMMITTED.
 * A deadlock or serialisation failure retries the whole work, bounded; a lost connection retries once. Work must
 * therefore have no effect but through its `tx`.
 */
@Injectable()
export class Database {
  /** Whether a connection remembers named statements: not through a transaction pooler of the old kind. */
  readonly namesStatements: boolean;

  constructor(
    readonly dataSource: DataSource,
    @Inject(URGENT_DATA_SOURCE) private readonly urgent: DataSource,
    @Inject(ENVIRONMENT) environment: Environment,
  ) {
    const { DATABASE_PREPARED_STATEMENTS: asked } = environment;
    const isDirect = environment.DATABASE_DIRECT_URL === environment.DATABASE_URL;
    this.namesStatements = asked === 'on' || (asked === 'auto' && isDirect);
  }

  /** Reads what is not personal. PostgreSQL refuses a write. */
  read<Value>(work: (tx: Tx) => Promise<Value>, isUrgent = false): Promise<Value> {
    const opening = 'SET TRANSACTION READ ONLY';
    return this.transact({ opening, isUrgent }, async (tx) => ({ value: await work(tx) }));
  }

  /** Changes what is not personal: sessions, keys, jobs. Row-level security still hides every personal row. */
  write<Value>(work: (tx: Tx) => Promise<Value>, isUrgent = false): Promise<Value> {
    return this.transact({ isUrgent }, async (tx) => ({ value: await work(tx) }));
  }

  /** The general form, for custody. */
  async transact<Value, Opened>(
    brackets: Brackets<Opened>,
    work: (tx: Tx, opened: Opened) => Promise<Closing<Value>>,
  ): Promise<Value> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(brackets, work);
      } catch (error) {
        const again = isConnectionLoss(error) ? attempt === 1 : isRetryable(error) && attempt < attempts;
        if (!again) throw error;
      }
    }
  }

  private async once<Value, Opened>(
    brackets: Brackets<Opened>,
    work: (tx: Tx, opened: Opened) => Promise<Closing<Value>>,
  ): Promise<Value> {
    const session = await this.openSession(brackets.isUrgent === true);
    let lost: Error | undefined;
    try {
      const opened = await this.begin(session, brackets);
      const tx = new Tx(session.client, session.queryRunner.manager, this.namesStatements);
      const { value, closing } = await work(tx, opened);
      await this.commit(session, closing);
      return value;
    } catch (error) {
      lost = await this.rollBack(session, error);
      throw error;
    } finally {
      session.queryRunner.isTransactionActive = false;
      await session.queryRunner.releasePostgresConnection(lost);
    }
  }

  /** What is urgent goes by the request pool only where its own way to the database is barred. */
  private async openSession(isUrgent: boolean): Promise<Session> {
    if (!isUrgent) return connect(this.dataSource);
    try {
      return await connect(this.urgent);
    } catch {
      return connect(this.dataSource);
    }
  }

  private async begin<Opened>(session: Session, brackets: Brackets<Opened>): Promise<Opened> {
    // TypeORM opens and commits a transaction of its own around writes unless it believes that one is open.
    session.queryRunner.isTransactionActive = true;
    const begin = 'BEGIN ISOLATION LEVEL READ COMMITTED';
    const result = await session.client.query(
      brackets.opening === undefined ? begin : `${begin}; ${brackets.opening}`,
    );
    const last: unknown = Array.isArray(result) ? result.at(-1) : result;
    const row = (last as { rows: Record<string, unknown>[] }).rows[0];
    return brackets.opened ? brackets.opened(row) : (undefined as Opened);
  }

  private async commit(session: Session, closing: string | undefined): Promise<void> {
    try {
      await session.client.query(closing === undefined ? 'COMMIT' : `${closing}; COMMIT`);
    } catch (error) {
      if (isConnectionLoss(error))
        throw new CommitUncertain('the connection was lost at COMMIT', { cause: error });
      throw error;
    }
  }

  /** Rolls back; answers the error that makes the connection unfit for the pool, if it is. */
  private async rollBack(session: Session, cause: unknown): Promise<Error | undefined> {
    if (isConnectionLoss(cause) || cause instanceof CommitUncertain) return cause as Error;
    try {
      await session.client.query('ROLLBACK');
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }
}

async function connect(source: DataSource): Promise<Session> {
  const queryRunner = source.createQueryRunner() as Session['queryRunner'];
  const client = (await queryRunner.connect()) as PoolClient;
  return { queryRunner, client };
}
