/**
 * One keeper per directory, held by the kernel: the keeper's listening socket is the lock. A dead owner's
 * socket refuses connections, so there is no pid to reuse and nothing to time out.
 *
 * Sockets are numbered. Replacing a dead one in place would be a race (two processes find it dead, one binds,
 * the other deletes the new one), so a newcomer binds the next number, which only one can, and then looks
 * again: a higher number, or a lower one that has come alive, means that somebody else was faster. The last
 * number stays on disk for ever.
 */
import { readdir, unlink } from 'node:fs/promises';
import { connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { hasCode } from './file-errors.js';

const socketName = /^(\d+)\.sock$/;

/**
 * Listens with `server` when no keeper lives in `directory`. On false the caller must exit, which releases
 * what it may have bound; of two newcomers both may have to, and their clients try again.
 */
export async function acquireKeeperLock(directory: string, server: Server): Promise<boolean> {
  for (;;) {
    const seen = await socketNumbers(directory);
    if (await anyAlive(directory, seen)) return false;
    const own = (seen[0] ?? 0) + 1;
    if (!(await listens(server, socketPath(directory, own)))) continue;
    const others = (await socketNumbers(directory)).filter((number) => number !== own);
    if (others.some((number) => number > own) || (await anyAlive(directory, others))) return false;
    await Promise.all(others.map((number) => removeSocket(directory, number)));
    return true;
  }
}

/** A connection to the living keeper, or undefined when there is none. */
export async function connectToKeeper(directory: string): Promise<Socket | undefined> {
  for (const number of await socketNumbers(directory)) {
    const socket = await connected(socketPath(directory, number));
    if (socket !== undefined) return socket;
  }
  return undefined;
}

async function anyAlive(directory: string, numbers: number[]): Promise<boolean> {
  for (const number of numbers) {
    const socket = await connected(socketPath(directory, number));
    socket?.destroy();
    if (socket !== undefined) return true;
  }
  return false;
}

async function socketNumbers(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names
    .map((name) => Number(socketName.exec(name)?.[1] ?? Number.NaN))
    .filter((number) => !Number.isNaN(number))
    .sort((a, b) => b - a);
}

function socketPath(directory: string, number: number): string {
  return join(directory, `${number}.sock`);
}

function connected(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error) => {
      if (hasCode(error, 'ECONNREFUSED', 'ENOENT', 'ECONNRESET')) resolve(undefined);
      else reject(error);
    });
  });
}

function listens(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => (hasCode(error, 'EADDRINUSE') ? resolve(false) : reject(error));
    server.once('error', failed);
    server.listen({ path, exclusive: true }, () => {
      server.removeListener('error', failed);
      resolve(true);
    });
  });
}

async function removeSocket(directory: string, number: number): Promise<void> {
  try {
    await unlink(socketPath(directory, number));
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
