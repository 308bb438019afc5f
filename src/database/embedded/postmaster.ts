/** Starts one PostgreSQL server, waits until it answers, and shuts it down. Its output goes to our stderr. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.js';
import { unlessAbsent } from './file-errors.js';
import { type GuardedProcess, startGuarded } from './guarded-process.js';
import { asArguments } from './server-settings.js';

const pollMs = 20;
const progressEveryMs = 10_000;
/** Fast shutdown, then immediate (recovery at the next start), then by force. */
const escalation: [NodeJS.Signals, number][] = [
  ['SIGINT', 30_000],
  ['SIGQUIT', 10_000],
  ['SIGKILL', 5_000],
];

export interface PostmasterOptions {
  postgres: string;
  account: Account | undefined;
  dataDirectory: string;
  settings: Record<string, string>;
}

/**
 * Without a time limit, as recovery after a crash takes as long as it takes; `log` hears about it.
 * @throws Error when the server ends before it accepts connections, or `signal` is aborted
 */
export async function startPostmaster(
  options: PostmasterOptions,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<GuardedProcess> {
  const { postgres, account, dataDirectory, settings } = options;
  const server = startGuarded(account, postgres, ['-D', dataDirectory, ...asArguments(settings)]);
  let outcome: string | undefined;
  void server.ended.then((how) => (outcome = how));
  const started = Date.now();
  let nextProgressMs = progressEveryMs;
  while (!(await isReady(dataDirectory, server.child.pid))) {
    if (outcome !== undefined) throw new Error(`PostgreSQL did not start (${outcome}).`);
    if (signal.aborted) {
      await stopPostmaster(server);
      signal.throwIfAborted();
    }
    if (Date.now() - started > nextProgressMs) {
      log(`PostgreSQL has been starting for ${nextProgressMs / 1000} s; it is recovering from a crash`);
      nextProgressMs += progressEveryMs;
    }
    await sleep(pollMs);
  }
  return server;
}

/** The first line of postmaster.pid is the pid, the eighth the state, as pg_ctl reads it. */
async function isReady(dataDirectory: string, pid: number | undefined): Promise<boolean> {
  const lines = (await unlessAbsent(readFile(join(dataDirectory, 'postmaster.pid'), 'utf8')))?.split('\n');
  return lines?.[0] === String(pid) && lines[7]?.trim() === 'ready';
}

export async function stopPostmaster(server: GuardedProcess): Promise<void> {
  let isDown = false;
  const ended = server.ended.then(() => (isDown = true));
  for (const [signal, patienceMs] of escalation) {
    server.child.kill(signal);
    await Promise.race([ended, sleep(patienceMs, undefined, { ref: false })]);
    if (isDown) return;
  }
}
