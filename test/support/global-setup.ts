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
import { templateDatabase } from './test-database.js';

declare global {
  var rosettePostgres: EmbeddedPostgres | undefined;
}

/** Starts the tests' own PostgreSQL and makes the template that every test file clones: migrated once, by the real migrations. */
export default async function globalSetup(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rosette-test-'));
  // Run by root, PostgreSQL works under another account, which has to get here.
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({
    directory: join(folder, 'postgres'),
    log: () => undefined,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  globalThis.rosettePostgres = server;
  process.env['TEST_FOLDER'] = folder;
  process.env['TEST_SUPERUSER_URL'] = server.superuserUrl('DATABASE');
  process.env['TEST_MIGRATOR_URL'] = server.roleUrl('rosette_migrator', 'DATABASE');
  process.env['TEST_API_URL'] = server.roleUrl('rosette_api', 'DATABASE');
  ensureTokenKey(join(folder, 'keys'));
  ensureEnvelopeKey(join(folder, 'keys'));
  ensureTombstoneKey(join(folder, 'keys'));

  const maintenance = new Client({ connectionString: server.superuserUrl('postgres') });
  await maintenance.connect();
  await maintenance.query(`CREATE DATABASE ${templateDatabase}`);
  await maintenance.end();
  const template = new Client({ connectionString: server.superuserUrl(templateDatabase) });
  await template.connect();
  await template.query(readRolesSql());
  await template.end();
  await migrate(server.roleUrl('rosette_migrator', templateDatabase), declared(), () => undefined);
}
