import type { EntityManager } from 'typeorm';
import type { PoolClient, QueryResultRow } from 'pg';

/**
 * One open transaction. The first parameter of everything below a service; only Database makes one.
 * `manager` is TypeORM's, bound to the same connection, for look-ups by key and `insert()`. `client` is for COPY.
 */
export class Tx {
  constructor(
    readonly client: PoolClient,
    readonly manager: EntityManager,
  ) {}

  /** All rows of a parametrised statement. */
  async rows<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.client.query<Row>(sql, values as unknown[]);
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
