import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { accountOfPostgres, ended, startAs, startPgBouncer, type PgBouncer } from '../support/pgbouncer.js';

/**
 * In charge of the tests on an operator's server: the oldest PostgreSQL that is supported, with the three roles, first
 * directly and then through PgBouncer in transaction mode. Needs Debian's postgresql-15 and pgbouncer, and fails without.
 *
 *   npm run test:postgres-15 [-- <part of a test's path> …]
 */
const binaries = '/usr/lib/postgresql/15/bin';
/** What is about the embedded server, or asks nothing of a server that another version could answer otherwise. */
const leftOut = [
  'test/db/embedded-postgres',
  'test/rules/schema',
  'test/db/plans',
  'test/db/kept-plans',
  'test/rules/compile',
];

const port = 5432;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function untilItAnswers(url: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(100);
    }
  }
}

function url(user: string, database: string, host: string): string {
  return `postgres://${user}@localhost/${database}?host=${host}&port=${port}`;
}

async function runTests(serverSocket: string, pooler?: PgBouncer): Promise<boolean> {
  say(`== ${pooler ? 'through PgBouncer in transaction mode' : 'PostgreSQL 15 with its three roles'}`);
  const child = spawn(
    process.execPath,
    [
      'node_modules/jest/bin/jest.js',
      '--config',
      'test/jest.config.js',
      '--testPathIgnorePatterns',
      ...leftOut,
      '--',
      ...process.argv.slice(2),
    ],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        TEST_SERVER_URL: url('ROLE', 'DATABASE', serverSocket),
        ...(pooler ? { TEST_POOLER_URL: pooler.url('rosette_api', 'DATABASE') } : {}),
      },
    },
  );
  return await new Promise((resolve) => child.once('exit', (code) => resolve(code === 0)));
}

async function main(): Promise<boolean> {
  if (!existsSync(join(binaries, 'postgres')))
    throw new Error(`${join(binaries, 'postgres')} is missing: apt-get install postgresql-15`);
  const account = accountOfPostgres();
  const folder = mkdtempSync(join(tmpdir(), 'rosette-15-'));
  chmodSync(folder, 0o755);
  const serverSocket = join(folder, 'server');
  mkdirSync(serverSocket, { mode: 0o755 });
  if (account.uid !== undefined) chownSync(serverSocket, account.uid, account.gid as number);
  const data = join(serverSocket, 'data');
  const cluster = `-D ${data} -U postgres -A trust -E UTF8 --locale C.UTF-8`.split(' ');
  execFileSync(join(binaries, 'initdb'), cluster, { stdio: 'ignore', ...account });
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'max_connections=200',
    'listen_addresses=',
    `unix_socket_directories=${serverSocket}`,
    `port=${port}`,
    'log_min_messages=fatal',
  ];
  const words = ['-D', data].concat(settings.flatMap((setting) => ['-c', setting]));
  const server = startAs(account, join(binaries, 'postgres'), words);
  let pooler: PgBouncer | undefined;
  try {
    await untilItAnswers(url('postgres', 'postgres', serverSocket));
    // Begun first, so that without it nothing is tested in vain.
    pooler = startPgBouncer(serverSocket);
    const direct = await runTests(serverSocket);
    return (await runTests(serverSocket, pooler)) && direct;
  } finally {
    await pooler?.stop();
    await ended(server, 'SIGINT');
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = (await main()) ? 0 : 1;
