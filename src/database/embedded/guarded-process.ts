/**
 * Starts a program that ends when this process ends, however that comes about. Node has no death signal, so
 * a shell first leaves a watcher behind that waits at the far end of a pipe, and then becomes the program
 * itself (same pid, still our child). When we die the kernel closes the pipe and the watcher interrupts the
 * program, which for `postgres` is a fast shutdown.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { type Account, childEnvironment, runAs } from './account.js';

/**
 * The watcher is forked twice, as postgres takes the end of an unknown child for a crash. A line on the pipe
 * dismisses it; only the pipe's end is an alarm. It outlives signals meant for the whole group.
 */
const script = `
( ( trap '' INT TERM HUP; read -r line <&3 || kill -INT $$ ) >/dev/null 2>&1 & )
exec "$@" 3<&-
`;

export interface GuardedProcess {
  child: ChildProcess;
  /** Resolves with "exit code 1" or "signal SIGKILL"; never rejects. */
  ended: Promise<string>;
}

/** Output goes to this process's stderr. */
export function startGuarded(account: Account | undefined, command: string, args: string[]): GuardedProcess {
  const child = spawn('/bin/sh', ['-c', script, 'sh', command, ...args], {
    cwd: '/',
    env: childEnvironment,
    stdio: ['ignore', 2, 2, 'pipe'],
    ...runAs(account),
  });
  const leash = child.stdio[3] as Writable;
  // The watcher may be gone already; nothing is lost then.
  leash.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      leash.write('dismissed\n');
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  });
  return { child, ended };
}
