/**
 * In charge of where an operator's command finds the database: by MIGRATION_DATABASE_URL, or the embedded one below the data
 * directory, whether its server runs already or not. It migrates nothing, and makes one only to restore into it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './config/environment.js';
import { startEmbeddedPostgres } from './database/embedded/embedded-postgres.js';
import { makeDatabase } from './prepare-database.js';

export interface OperatorDatabase {
  /** As a role that may become the owner of the tables. */
  url: string;
  stop(): Promise<void>;
}

type Where = Pick<Environment, 'DATABASE_URL' | 'MIGRATION_DATABASE_URL' | 'ROSETTE_DATA_DIR'>;

/** Errors: in plain words, where there is no such database. */
export async function openOperatorDatabase(environment: Where): Promise<OperatorDatabase> {
  return named(environment) ?? openEmbedded(environment, false);
}

/** To restore into: the embedded one is made where it is not there. */
export async function makeOperatorDatabase(environment: Where): Promise<OperatorDatabase> {
  return named(environment) ?? openEmbedded(environment, true);
}

function named({ DATABASE_URL, MIGRATION_DATABASE_URL }: Where): OperatorDatabase | undefined {
  if (MIGRATION_DATABASE_URL !== undefined)
    return { url: MIGRATION_DATABASE_URL, stop: async () => undefined };
  if (DATABASE_URL === undefined) return undefined;
  throw new Error(
    'MIGRATION_DATABASE_URL is not set: it names the database as rosette_migrator. The role of DATABASE_URL may not do this.',
  );
}

async function openEmbedded({ ROSETTE_DATA_DIR }: Where, makes: boolean): Promise<OperatorDatabase> {
  const directory = join(ROSETTE_DATA_DIR, 'postgres');
  const isThere = ['data', 'located-at'].some((name) => existsSync(join(directory, name)));
  if (!isThere && !makes)
    throw new Error(
      `There is no database in ${directory}: set ROSETTE_DATA_DIR as the servers have it, or MIGRATION_DATABASE_URL.`,
    );
  const server = await startEmbeddedPostgres({ directory, log: () => undefined });
  if (makes) await makeDatabase(server.superuserUrl('postgres'), server.superuserUrl('rosette'));
  return { url: server.roleUrl('rosette_migrator', 'rosette'), stop: () => server.stop() };
}
