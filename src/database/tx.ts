import type { EntityManager } from 'typeorm';
import type { PoolClient, QueryResultRow } from 'pg';
import { named } from './statement-name.js';

/**
 * One open transaction. The first parameter of everything below a service; only Database makes one.
 * `manager` is TypeORM's, bound to the same connection, for look-ups by key and `insert()`. `client` is for COPY.
 */
export class Tx {
  constructor(
    readonly client: PoolClient,
    readonly manager: EntityManager,
    private readonly namesStatements = false,
  ) {}

  /** All rows of a parametrised statement. */
  async rows<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.client.query<Row>(sql, values as unknown[]);
    return result.rows;
  }

  /**
   * All rows of a hot statement, which a connection parses once. It is planned once too in a transaction that keeps its
   * plans (`Ask.keepsPlans`): only for statements whose best plan is the same whatever the values.
   */
  async keptRows<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    if (!this.namesStatements) return this.rows<Row>(sql, values);
    const result = await this.client.query<Row>(named(sql, values));
    return result.rows;
  }

  /** The first row, or undefined. */
  async first<Row extends QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Row | undefined> {
    return (await this.rows<Row>(sql, values))[0];
  }

  /** How many rows the statement changed. */
  async run(sql: string, values: readonly unknown[] = []): Promise<number> {
    const result = await this.client.query(sql, values as unknown[]);
    return result.rowCount ?? 0;
  }
}
