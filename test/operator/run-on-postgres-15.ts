import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/**
 * In charge of the tests on an operator's server: the oldest PostgreSQL that is supported, with the three roles, first
 * directly and then through PgBouncer in transaction mode. Needs Debian's postgresql-15 and pgbouncer, and fails without.
 *
 *   npm run test:postgres-15 [-- <part of a test's path> …]
 */
const binaries = '/usr/lib/postgresql/15/bin';
const pgbouncer = '/usr/sbin/pgbouncer';
const isRoot = process.getuid?.() === 0;
/** What is about the embedded server, or asks nothing of a server that another version could answer otherwise. */
const leftOut = [
  'test/db/embedded-postgres',
  'test/rules/schema',
  'test/db/plans',
  'test/db/kept-plans',
  'test/rules/compile',
];

const folder = mkdtempSync(join(tmpdir(), 'rosette-15-'));
const port = 5432;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** PostgreSQL and PgBouncer refuse to be run by root: Debian's own account runs them. */
const account = isRoot ? { uid: numberOf('-u'), gid: numberOf('-g') } : {};

function numberOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres']).toString());
}

function start(command: string, args: string[]): ChildProcess {
  return spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...account });
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

async function runTests(pooled: boolean, sockets: { server: string; pooler: string }): Promise<boolean> {
  say(`== ${pooled ? 'through PgBouncer in transaction mode' : 'PostgreSQL 15 with its three roles'}`);
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
        TEST_SERVER_URL: url('ROLE', 'DATABASE', sockets.server),
        ...(pooled ? { TEST_POOLER_URL: url('rosette_api', 'DATABASE', sockets.pooler) } : {}),
      },
    },
  );
  return await new Promise((resolve) => child.once('exit', (code) => resolve(code === 0)));
}

function poolerSettings(sockets: { server: string; pooler: string }): string {
  return [
    '[databases]',
    `* = host=${sockets.server} port=${port}`,
    '[pgbouncer]',
    'listen_addr =',
    `listen_port = ${port}`,
    `unix_socket_dir = ${sockets.pooler}`,
    'auth_type = trust',
    `auth_file = ${join(sockets.pooler, 'users')}`,
    'pool_mode = transaction',
    'max_client_conn = 500',
    'default_pool_size = 20',
    'server_idle_timeout = 2',
    'ignore_startup_parameters = extra_float_digits,options',
    '',
  ].join('\n');
}

async function main(): Promise<boolean> {
  for (const [path, debian] of [
    [join(binaries, 'postgres'), 'postgresql-15'],
    [pgbouncer, 'pgbouncer'],
  ] as const)
    if (!existsSync(path)) throw new Error(`${path} is missing: apt-get install ${debian}`);

  const sockets = { server: join(folder, 'server'), pooler: join(folder, 'pooler') };
  chmodSync(folder, 0o755);
  for (const path of Object.values(sockets)) {
    mkdirSync(path, { mode: 0o755 });
    if (account.uid !== undefined) chownSync(path, account.uid, account.gid);
  }
  const data = join(sockets.server, 'data');
  const cluster = `-D ${data} -U postgres -A trust -E UTF8 --locale C.UTF-8`.split(' ');
  execFileSync(join(binaries, 'initdb'), cluster, { stdio: 'ignore', ...account });
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'max_connections=200',
    'listen_addresses=',
    `unix_socket_directories=${sockets.server}`,
    `port=${port}`,
    'log_min_messages=fatal',
  ];
  const running = [
    start(join(binaries, 'postgres'), ['-D', data].concat(settings.flatMap((setting) => ['-c', setting]))),
  ];
  try {
    await untilItAnswers(url('postgres', 'postgres', sockets.server));
    writeFileSync(join(sockets.pooler, 'users'), '"rosette_api" ""\n');
    writeFileSync(join(sockets.pooler, 'pgbouncer.ini'), poolerSettings(sockets));
    const direct = await runTests(false, sockets);
    running.push(start(pgbouncer, ['-q', join(sockets.pooler, 'pgbouncer.ini')]));
    const pooled = await runTests(true, sockets);
    return direct && pooled;
  } finally {
    for (const child of running.toReversed()) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = (await main()) ? 0 : 1;
