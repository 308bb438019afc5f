import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.js';
import { migrate } from '../../src/database/migrate.js';
import { readRolesSql } from '../../src/database/roles-sql.js';
import { declared } from '../../src/declared.js';
import { ensureEnvelopeKey } from '../../src/identity/envelope-keys.js';
import { ensureTokenKey } from '../../src/identity/token-keys.js';
import { ensureTombstoneKey } from '../../src/protection/tombstone-keys.js';
import { ensureCheckpointKey } from '../../src/switchboard/sealing/checkpoint-keys.js';
import { templateDatabase } from './test-database.js';

declare global {
  var rosettePostgres: EmbeddedPostgres | undefined;
}

/** The address of a role's connection to a database of the tests' server. */
type UrlOf = (role: 'postgres' | 'rosette_migrator' | 'rosette_api', database: string) => string;

/**
 * Starts the tests' own PostgreSQL, unless TEST_SERVER_URL names a server, and makes the template that every test file
 * clones: migrated once, by the real migrations.
 */
export default async function globalSetup(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rosette-test-'));
  // Run by root, PostgreSQL works under another account, which has to get here.
  chmodSync(folder, 0o755);
  const given = process.env['TEST_SERVER_URL'];
  const urlOf: UrlOf =
    given === undefined
      ? await ownServer(folder)
      : (role, database) => given.replace('ROLE', role).replace('DATABASE', database);
  process.env['TEST_FOLDER'] = folder;
  process.env['TEST_SUPERUSER_URL'] = urlOf('postgres', 'DATABASE');
  process.env['TEST_MIGRATOR_URL'] = urlOf('rosette_migrator', 'DATABASE');
  process.env['TEST_API_URL'] = urlOf('rosette_api', 'DATABASE');
  ensureTokenKey(join(folder, 'keys'));
  ensureEnvelopeKey(join(folder, 'keys'));
  ensureTombstoneKey(join(folder, 'keys'));
  ensureCheckpointKey(join(folder, 'keys'));

  const maintenance = new Client({ connectionString: urlOf('postgres', 'postgres') });
  await maintenance.connect();
  await maintenance.query(`DROP DATABASE IF EXISTS ${templateDatabase}`);
  await maintenance.query(`CREATE DATABASE ${templateDatabase}`);
  await maintenance.end();
  const template = new Client({ connectionString: urlOf('postgres', templateDatabase) });
  await template.connect();
  await template.query(readRolesSql());
  await template.end();
  await migrate(urlOf('rosette_migrator', templateDatabase), declared(), () => undefined);
}

async function ownServer(folder: string): Promise<UrlOf> {
  const server = await startEmbeddedPostgres({
    directory: join(folder, 'postgres'),
    log: () => undefined,
    settings: {
      fsync: 'off',
      // What a server that is ended at once must still know is written to its files at commit.
      synchronous_commit: process.env['TEST_SURVIVES_RESTART'] === undefined ? 'off' : 'on',
      full_page_writes: 'off',
      max_connections: '400',
    },
  });
  globalThis.rosettePostgres = server;
  return (role, database) =>
    role === 'postgres' ? server.superuserUrl(database) : server.roleUrl(role, database);
}
