/**
 * Where the contests take place: an embedded PostgreSQL of their own with the durability of production, one template
 * migrated by the real migrations, and a clone of it for each row. Refuses a server that does not wait for its disk:
 * what it would measure is no promise.
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { readEnvironment, type Environment } from '../src/config/environment.js';
import { startEmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';
import { migrate } from '../src/database/migrate.js';
import { readRolesSql } from '../src/database/roles-sql.js';
import { declared } from '../src/declared.js';
import { ensureEnvelopeKey } from '../src/identity/envelope-keys.js';
import { ensureTokenKey } from '../src/identity/token-keys.js';
import { ensureTombstoneKey } from '../src/protection/tombstone-keys.js';
import { ensureCheckpointKey } from '../src/switchboard/sealing/checkpoint-keys.js';

const template = 'bench_template';
const durable = ['fsync', 'synchronous_commit', 'full_page_writes'];

export interface BenchDatabase {
  environment: Environment;
  /** Superuser, whom no policy touches: arranges, and is the reference. */
  admin: Client;
  superuserUrl: string;
  apiUrl: string;
  drop(): Promise<void>;
}

export interface Arena {
  say(line: string): void;
  /** A database of the row's own. Budgets are widened: they would end a run after a few hundred pages. */
  database(): Promise<BenchDatabase>;
  stop(): Promise<void>;
}

export async function openArena(say: (line: string) => void): Promise<Arena> {
  const folder = mkdtempSync(join(tmpdir(), 'rosette-bench-'));
  // Run by root, PostgreSQL works under another account, which has to get here.
  chmodSync(folder, 0o755);
  const keys = join(folder, 'keys');
  const server = await startEmbeddedPostgres({
    directory: join(folder, 'postgres'),
    log: () => undefined,
    // Sixteen replicas at a time, each with half a dozen.
    settings: { max_connections: '200' },
  });
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    ensureTokenKey(keys);
    ensureEnvelopeKey(keys);
    ensureTombstoneKey(keys);
    ensureCheckpointKey(keys);
    await withClient(server.superuserUrl('postgres'), async (client) => {
      await refuseUnlessDurable(client);
      await client.query(`CREATE DATABASE ${template}`);
    });
    await withClient(server.superuserUrl(template), (client) => client.query(readRolesSql()));
    await migrate(server.roleUrl('rosette_migrator', template), declared(), () => undefined);
    await withClient(server.superuserUrl(template), (client) =>
      client.query(
        'UPDATE access.role_limit SET five_minutes = 2e9, hour = 2e9, day = 2e9, export_day = 2e9',
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }

  const database = async (): Promise<BenchDatabase> => {
    const name = `bench_${randomUUID().replaceAll('-', '')}`;
    await withClient(server.superuserUrl('postgres'), async (client) => {
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER rosette_owner`);
      await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
      await client.query(`GRANT CONNECT ON DATABASE ${name} TO rosette_api, rosette_migrator`);
    });
    const superuserUrl = server.superuserUrl(name);
    const apiUrl = server.roleUrl('rosette_api', name);
    const admin = new Client({ connectionString: superuserUrl });
    await admin.connect();
    const environment = readEnvironment({
      NODE_ENV: 'production',
      PORT: '0',
      // As operators run it: each answer is a line in the log.
      LOG_LEVEL: 'info',
      RATE_PER_MINUTE: '1000000',
      DRILL_EVERY_HOURS: '0',
      DATABASE_URL: apiUrl,
      ROSETTE_DATA_DIR: join(folder, name),
      ROSETTE_KEYS_DIR: keys,
    });
    const drop = async () => {
      await admin.end();
      await withClient(server.superuserUrl('postgres'), (client) =>
        client.query(`DROP DATABASE ${name} WITH (FORCE)`),
      );
    };
    return { environment, admin, superuserUrl, apiUrl, drop };
  };
  return { say, database, stop };
}

async function refuseUnlessDurable(client: Client): Promise<void> {
  for (const setting of durable) {
    const { rows } = await client.query<{ value: string }>('SELECT current_setting($1) AS value', [setting]);
    if (rows[0]?.value !== 'on') throw new Error(`${setting} is ${rows[0]?.value}: nothing is measured.`);
  }
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
