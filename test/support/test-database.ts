import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { readEnvironment, type Environment } from '../../src/config/environment.js';

export const templateDatabase = 'rosette_template';

/** A database of one test file's own, cloned from the migrated template. */
export interface TestDatabase {
  name: string;
  environment: Environment;
  /** Connected as superuser, to arrange and to look; the application never sees it. */
  admin: Client;
  url(role: 'superuser' | 'migrator' | 'api'): string;
  /** Another `admin`, once the server answers again. */
  reconnect(): Promise<void>;
  drop(): Promise<void>;
}

export async function createTestDatabase(template = templateDatabase): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asSuperuser(async (client) => {
    // A template must have no session while it is copied; two files that clone at once take turns.
    await client.query(`SELECT pg_advisory_lock(1)`);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER rosette_owner STRATEGY FILE_COPY`);
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${name} TO rosette_api, rosette_migrator`);
  });
  const url = (role: 'superuser' | 'migrator' | 'api') =>
    (process.env[`TEST_${role.toUpperCase()}_URL`] as string).replace('DATABASE', name);
  const connect = async () => {
    const admin = new Client({ connectionString: url('superuser') });
    await admin.connect();
    return admin;
  };
  const environment = readEnvironment({
    NODE_ENV: 'test',
    PORT: '0',
    LOG_LEVEL: 'silent',
    // Tests ask again and again until something has happened.
    RATE_PER_MINUTE: '1000000',
    // A flip that a test did not make would be one too many.
    DRILL_EVERY_HOURS: '0',
    DATABASE_URL: process.env['TEST_POOLER_URL']?.replace('DATABASE', name) ?? url('api'),
    DATABASE_DIRECT_URL: url('api'),
    MIGRATION_DATABASE_URL: url('migrator'),
    ROSETTE_DATA_DIR: join(process.env['TEST_FOLDER'] as string, name),
    ROSETTE_KEYS_DIR: join(process.env['TEST_FOLDER'] as string, 'keys'),
  });
  const database: TestDatabase = {
    name,
    environment,
    admin: await connect(),
    url,
    async reconnect() {
      for (let attempt = 0; ; attempt += 1)
        try {
          database.admin = await connect();
          return;
        } catch (error) {
          if (attempt === 100) throw error;
          await sleep(100);
        }
    },
    async drop() {
      await database.admin.end();
      await asSuperuser((client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
  return database;
}

async function asSuperuser(work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({
    connectionString: (process.env['TEST_SUPERUSER_URL'] as string).replace('DATABASE', 'postgres'),
  });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
