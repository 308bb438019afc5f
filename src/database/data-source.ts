import { DataSource } from 'typeorm';
import { types } from 'pg';
import { migrations } from './migrations.js';

// A date is a calendar day, not a moment: left as text it cannot slip by a time zone.
types.setTypeParser(types.builtins.DATE, (value) => value);

/** What TypeORM may look up by key; the classes live in the rooms that own the tables. */
export type Entities = readonly (new () => object)[];

/** The application's pool, as the unprivileged API role. */
export function apiDataSource(url: string, poolSize: number, entities: Entities = []): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'rosette-api',
    extra: { max: poolSize, connectionTimeoutMillis: 5_000 },
    entities: [...entities],
    synchronize: false,
    installExtensions: false,
  });
}

/**
 * A few connections beside the pool, for acts that must not wait for one of its: what stops and ends. One stays open, since a
 * crowd may take the last that the database has to give.
 */
export function urgentDataSource(url: string, entities: Entities = []): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'rosette-urgent',
    extra: { max: 3, connectionTimeoutMillis: 1_000, idleTimeoutMillis: 0, keepAlive: true },
    entities: [...entities],
    synchronize: false,
    installExtensions: false,
  });
}

/** One connection for migrations, which becomes the owner for as long as it lives. `only`: the names of those it may run. */
export function migrationDataSource(url: string, only?: readonly string[]): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'rosette-migrate',
    extra: { max: 1, options: '-c role=rosette_owner' },
    migrations: only ? migrations.filter(({ name }) => only.includes(name)) : migrations,
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    synchronize: false,
    installExtensions: false,
  });
}
