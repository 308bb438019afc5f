/**
 * This process's seat at the keeper: finds the living keeper of a directory or starts one, joins, and waits
 * until the server answers.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, realpath, rename, stat } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unlessAbsent } from './file-errors.js';
import { connectToKeeper } from './keeper-lock.js';
import { joinRequest, type KeeperOrder, onMessage, type ServerPlace } from './keeper-protocol.js';
import { compiledKeeper } from './package-files.js';
import { directoryMode, ensureOwnDirectory, socketRoom } from './socket-room.js';

const retryMs = 40;
/** A keeper that finds another one in place exits with 0; these are those that broke. */
const brokenKeepersAllowed = 3;
const logLimitBytes = 16 * 1024 * 1024;

export interface Seat {
  socket: Socket;
  place: ServerPlace;
}

/** @throws Error with the keeper's reason when the server cannot be started */
export async function takeSeat(options: KeeperOrder, log: (line: string) => void): Promise<Seat> {
  await mkdir(options.directory, { recursive: true, mode: directoryMode() });
  // Two names of one directory must lead to one keeper.
  const directory = await realpath(options.directory);
  await ensureOwnDirectory(directory, directoryMode());
  const order = { ...options, directory };
  const controlDirectory = join(await socketRoom(directory), 'keeper');
  await ensureOwnDirectory(controlDirectory, 0o700);
  let keeper: ChildProcess | undefined;
  let broken = 0;
  for (;;) {
    const socket = await connectToKeeper(controlDirectory);
    const place = socket === undefined ? undefined : await joinKeeper(socket, log);
    if (socket !== undefined && place !== undefined) return { socket, place };
    if (keeper === undefined || keeper.exitCode !== null || keeper.signalCode !== null) {
      if (keeper?.exitCode) broken += 1;
      if (broken >= brokenKeepersAllowed) {
        throw new Error(`The embedded PostgreSQL's keeper ends at once; see ${logFile(directory)}.`);
      }
      keeper = await startKeeper(order);
    }
    // Unequal pauses: two keepers that yielded to each other must not meet again.
    await sleep(retryMs * (0.5 + Math.random()));
  }
}

/** @returns undefined when the keeper is on its way out */
function joinKeeper(socket: Socket, log: (line: string) => void): Promise<ServerPlace | undefined> {
  return new Promise((resolve, reject) => {
    onMessage(socket, (message) => {
      if (message.kind === 'log') log(message.line);
      else if (message.kind === 'ready') resolve(message.place);
      else reject(new Error(message.reason));
    });
    // An error is always followed by close.
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(undefined));
    socket.write(`${joinRequest}\n`);
  });
}

async function startKeeper(order: KeeperOrder): Promise<ChildProcess> {
  const file = logFile(order.directory);
  const size = (await unlessAbsent(stat(file)))?.size ?? 0;
  if (size > logLimitBytes) await rename(file, `${file}.1`);
  const logHandle = await open(file, 'a', 0o600);
  try {
    // A session of its own, and an empty environment: NODE_OPTIONS of the application is not meant for it.
    const keeper = spawn(
      process.execPath,
      ['--max-old-space-size=64', compiledKeeper(), JSON.stringify(order)],
      {
        cwd: '/',
        env: {},
        detached: true,
        stdio: ['ignore', 'ignore', logHandle.fd],
      },
    );
    keeper.unref();
    await new Promise<void>((resolve, reject) => keeper.once('spawn', resolve).once('error', reject));
    return keeper;
  } finally {
    await logHandle.close();
  }
}

function logFile(directory: string): string {
  return join(directory, 'server.log');
}
