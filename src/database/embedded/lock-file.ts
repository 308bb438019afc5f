/**
 * What an earlier server left in `postmaster.pid`. PostgreSQL refuses to start while the pid in it is alive,
 * whoever has that pid now: after a restart of a machine or container that is often a foreign process.
 * This file tells a postmaster of ours from a stranger, ends the one and leaves the other alone.
 * Called by the keeper only, under its lock.
 */
import { execFile } from 'node:child_process';
import { lchown, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hasCode, unlessAbsent } from './file-errors.js';

/** A shutdown writes a checkpoint of up to all shared buffers. */
const shutdownPatienceMs = 60_000;

/**
 * After this PostgreSQL may be started on the data directory.
 * @returns whether an earlier server left without cleaning up
 */
export async function clearWayForPostmaster(
  dataDirectory: string,
  socketDirectory: string,
): Promise<boolean> {
  const lockFile = join(dataDirectory, 'postmaster.pid');
  const text = await unlessAbsent(readFile(lockFile, 'utf8'));
  if (text !== undefined) {
    const pid = Math.abs(Number.parseInt(text, 10));
    if (await isPostmasterOf(dataDirectory, pid)) await endPostmaster(dataDirectory, pid);
    else await disownLockFile(lockFile, text);
  }
  // The socket's own lock file names a pid too. No postmaster of ours lives, and the directory is ours alone.
  for (const name of await readdir(socketDirectory)) {
    if (name.startsWith('.s.PGSQL.')) await unlink(join(socketDirectory, name));
  }
  return text !== undefined;
}

/**
 * Puts our pid in place of the stranger's. PostgreSQL takes a file that names its own parent for stale, and
 * still checks the shared memory that the rest of the file names: backends that outlived their postmaster
 * are noticed, as they would not be had the file been deleted.
 */
async function disownLockFile(lockFile: string, text: string): Promise<void> {
  const owner = await unlessAbsent(stat(lockFile));
  if (owner === undefined) return;
  const draft = `${lockFile}.${process.pid}`;
  await writeFile(draft, text.replace(/^.*$/m, String(process.pid)), { mode: 0o600, flag: 'wx' });
  await lchown(draft, owner.uid, owner.gid);
  await rename(draft, lockFile);
}

async function endPostmaster(dataDirectory: string, pid: number): Promise<void> {
  const started = Date.now();
  signalProcess(pid, 'SIGINT');
  let isPressed = false;
  while (await isPostmasterOf(dataDirectory, pid)) {
    const waitedMs = Date.now() - started;
    if (!isPressed && waitedMs > shutdownPatienceMs / 2) {
      isPressed = true;
      signalProcess(pid, 'SIGQUIT');
    }
    if (waitedMs > shutdownPatienceMs) {
      throw new Error(`A PostgreSQL without a keeper (pid ${pid}) holds ${dataDirectory} and does not end.`);
    }
    await sleep(50);
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/** By its command line, which names the data directory; a zombie has none and holds nothing. */
async function isPostmasterOf(dataDirectory: string, pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  const words = await commandLine(pid);
  return words.includes(dataDirectory) && /(^|\/)postgres$/.test(words[0] ?? '');
}

async function commandLine(pid: number): Promise<string[]> {
  if (process.platform === 'linux') {
    try {
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    } catch (error) {
      // A process that ends while it is read answers ESRCH.
      if (hasCode(error, 'ENOENT', 'ESRCH')) return [];
      throw error;
    }
  }
  try {
    const { stdout } = await promisify(execFile)('/bin/ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
    // `ps` joins words by blanks; only what we look for has to be found again.
    const [program = '', rest = ''] = stdout.trim().split(/ -D (.*)/s);
    return [program, ...rest.split(/ -c /)];
  } catch (error) {
    // ps exits with 1 when there is no such process.
    if (hasCode(error, '1')) return [];
    throw error;
  }
}
