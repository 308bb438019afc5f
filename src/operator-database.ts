/**
 * In charge of where an operator's command finds the database: by MIGRATION_DATABASE_URL, or the embedded one below the data
 * directory, whether its server runs already or not. It makes and migrates nothing.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './config/environment.js';
import { startEmbeddedPostgres } from './database/embedded/embedded-postgres.js';

export interface OperatorDatabase {
  /** As a role that may become the owner of the tables. */
  url: string;
  stop(): Promise<void>;
}

/** Errors: in plain words, where there is no such database. */
export async function openOperatorDatabase(
  environment: Pick<Environment, 'DATABASE_URL' | 'MIGRATION_DATABASE_URL' | 'ROSETTE_DATA_DIR'>,
): Promise<OperatorDatabase> {
  const { DATABASE_URL, MIGRATION_DATABASE_URL, ROSETTE_DATA_DIR } = environment;
  if (MIGRATION_DATABASE_URL !== undefined)
    return { url: MIGRATION_DATABASE_URL, stop: async () => undefined };
  if (DATABASE_URL !== undefined)
    throw new Error(
      'MIGRATION_DATABASE_URL is not set: it names the database as rosette_migrator. The role of DATABASE_URL may not do this.',
    );
  const directory = join(ROSETTE_DATA_DIR, 'postgres');
  const isThere = ['data', 'located-at'].some((name) => existsSync(join(directory, name)));
  if (!isThere)
    throw new Error(
      `There is no database in ${directory}: set ROSETTE_DATA_DIR as the servers have it, or MIGRATION_DATABASE_URL.`,
    );
  const server = await startEmbeddedPostgres({ directory, log: () => undefined });
  return { url: server.roleUrl('rosette_migrator', 'rosette'), stop: () => server.stop() };
}
