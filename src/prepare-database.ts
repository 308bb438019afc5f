import { join, resolve } from 'node:path';
import { Client } from 'pg';
import type { Environment } from './config/environment.js';
import { startEmbeddedPostgres } from './database/embedded/embedded-postgres.js';
import { declared } from './declared.js';
import { readRolesSql } from './database/roles-sql.js';
import { migrate } from './database/migrate.js';
import { ensureEnvelopeKey } from './identity/envelope-keys.js';
import { ensureTokenKey } from './identity/token-keys.js';
import { ensureTombstoneKey } from './protection/tombstone-keys.js';
import { ensureCheckpointKey } from './switchboard/sealing/checkpoint-keys.js';

export interface PreparedDatabase {
  environment: Environment;
  stop(): Promise<void>;
}

const database = 'rosette';

/**
 * Where no DATABASE_URL is set: starts the embedded PostgreSQL, makes database, roles and keys, migrates. Otherwise
 * the operator's database is taken as it stands, migrated by `npm run migrate`.
 */
export async function prepareDatabase(
  environment: Environment,
  say: (line: string) => void,
): Promise<PreparedDatabase> {
  if (environment.DATABASE_URL !== undefined) return { environment, stop: async () => undefined };

  const server = await startEmbeddedPostgres({
    directory: join(environment.ROSETTE_DATA_DIR, 'postgres'),
    log: say,
  });
  say(`PostgreSQL runs; its data is in ${server.dataDirectory}`);
  ensureTokenKey(environment.ROSETTE_KEYS_DIR);
  ensureEnvelopeKey(environment.ROSETTE_KEYS_DIR);
  ensureTombstoneKey(environment.ROSETTE_KEYS_DIR);
  ensureCheckpointKey(environment.ROSETTE_KEYS_DIR);
  await makeDatabase(server.superuserUrl('postgres'), server.superuserUrl(database));
  const migrationUrl = server.roleUrl('rosette_migrator', database);
  await migrate(migrationUrl, declared(), say);
  const url = server.roleUrl('rosette_api', database);
  return {
    environment: {
      ...environment,
      DATABASE_URL: url,
      DATABASE_DIRECT_URL: url,
      MIGRATION_DATABASE_URL: migrationUrl,
      JOURNAL_FILE: journalOf(environment),
    },
    stop: () => server.stop(),
  };
}

/** Where a server with the embedded database keeps its journal: beside the folder whose loss it is kept for. */
export function journalOf({ JOURNAL_FILE, ROSETTE_DATA_DIR }: Environment): string {
  return JOURNAL_FILE ?? join(`${resolve(ROSETTE_DATA_DIR)}-journal`, 'journal.jsonl');
}

/** Database and roles, unless they are there. */
export async function makeDatabase(maintenanceUrl: string, databaseUrl: string): Promise<void> {
  await withClient(maintenanceUrl, async (client) => {
    // Several first starts on one directory: one makes it, the others wait and find it.
    await client.query(`SELECT pg_advisory_lock(hashtext('rosette.make-database'))`);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
    await withClient(databaseUrl, (inner) => inner.query(readRolesSql()));
  });
}

async function withClient(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
