import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const command = '/usr/sbin/pgbouncer';
const port = 5432;

/** A PgBouncer in transaction mode, as operators have it, before a server's socket. */
export interface PgBouncer {
  url(role: string, database: string): string;
  stop(): Promise<void>;
}

/** PostgreSQL and PgBouncer refuse to be run by root: Debian's own account runs them. */
export function accountOfPostgres(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: numberOf('-u'), gid: numberOf('-g') } : {};
}

function numberOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres']).toString());
}

export function startAs(
  account: ReturnType<typeof accountOfPostgres>,
  program: string,
  words: string[],
): ChildProcess {
  return spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'], ...account });
}

export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

/** Runs as whom the server's socket belongs to. Errors: without Debian's pgbouncer. */
export function startPgBouncer(serverSocket: string): PgBouncer {
  if (!existsSync(command)) throw new Error(`${command} is missing: apt-get install pgbouncer`);
  const { uid, gid } = statSync(serverSocket);
  const folder = mkdtempSync(join(tmpdir(), 'rosette-pooler-'));
  chmodSync(folder, 0o755);
  chownSync(folder, uid, gid);
  writeFileSync(join(folder, 'users'), '"rosette_api" ""\n');
  writeFileSync(join(folder, 'pgbouncer.ini'), settings(folder, serverSocket));
  const child = startAs(uid === process.getuid?.() ? {} : { uid, gid }, command, [
    '-q',
    join(folder, 'pgbouncer.ini'),
  ]);
  return {
    url: (role, database) => `postgres://${role}@localhost/${database}?host=${folder}&port=${port}`,
    async stop() {
      await ended(child, 'SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function settings(folder: string, serverSocket: string): string {
  return [
    '[databases]',
    `* = host=${serverSocket} port=${port}`,
    '[pgbouncer]',
    'listen_addr =',
    `listen_port = ${port}`,
    `unix_socket_dir = ${folder}`,
    'auth_type = trust',
    `auth_file = ${join(folder, 'users')}`,
    'pool_mode = transaction',
    'max_client_conn = 500',
    'default_pool_size = 20',
    'server_idle_timeout = 2',
    // A server that was restarted is asked again at once, and not after fifteen seconds.
    'server_login_retry = 1',
    'ignore_startup_parameters = extra_float_digits,options',
    '',
  ].join('\n');
}
