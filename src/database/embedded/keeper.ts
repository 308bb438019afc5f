/**
 * The keeper: a small process of its own that owns one PostgreSQL server for as long as anybody uses it.
 * Every process that uses the server holds a connection to the keeper. A process that dies loses it by
 * itself; when the last has gone, the keeper shuts the server down and exits. It runs in its own session, so
 * Ctrl-C in a terminal reaches neither it nor PostgreSQL while the application still drains.
 *
 * Run by the launcher with its order (JSON) as argument. stderr is the server's log file.
 */
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareBinaries } from './binaries.js';
import { ensureAccountDirectory, ensureCluster, findClusterHome } from './cluster-directory.js';
import type { GuardedProcess } from './guarded-process.js';
import { acquireKeeperLock } from './keeper-lock.js';
import {
  joinRequest,
  type KeeperMessage,
  type KeeperOrder,
  sendMessage,
  type ServerPlace,
} from './keeper-protocol.js';
import { clearWayForPostmaster } from './lock-file.js';
import { findPlatformPackage } from './package-files.js';
import { type PostmasterOptions, startPostmaster, stopPostmaster } from './postmaster.js';
import { serverSettings } from './server-settings.js';
import { ensureOwnDirectory, isShortEnough, socketRoom } from './socket-room.js';

/** A launcher killed between starting the keeper and joining must leave neither a server nor a keeper behind. */
const unclaimedMs = 10_000;
const attemptsAfterCrash = 5;

const clients = new Set<Socket>();
/** Told again to everybody who joins during the start. */
const said: KeeperMessage[] = [];
const leaving = new AbortController();
const abandoned = new Promise<void>((resolve) => leaving.signal.addEventListener('abort', () => resolve()));
let claim = () => {};
const claimed = new Promise<void>((resolve) => (claim = resolve));

function tell(message: KeeperMessage): void {
  said.push(message);
  for (const client of clients) sendMessage(client, message);
}

function log(line: string): void {
  tell({ kind: 'log', line });
}

function receive(socket: Socket): void {
  socket.on('data', (data) => {
    // After the decision to stop nobody is let in: the caller waits for our end and starts anew.
    if (leaving.signal.aborted || clients.has(socket) || !data.toString().startsWith(joinRequest)) return;
    clients.add(socket);
    claim();
    for (const message of said) sendMessage(socket, message);
  });
  const leave = () => {
    if (!clients.delete(socket)) {
      if (!leaving.signal.aborted) socket.destroy();
    } else if (clients.size === 0) leaving.abort();
    // Whoever leaves last waits for the server's end, which our exit tells it; the others may go at once.
    else socket.end();
  };
  socket.on('end', leave);
  socket.on('close', leave);
  socket.on('error', leave);
}

async function bringUp(order: KeeperOrder): Promise<{ server: GuardedProcess; place: ServerPlace }> {
  const { directory } = order;
  const home = await findClusterHome(directory, log);
  const binaries = await prepareBinaries(findPlatformPackage(), home.account, home.base);
  leaving.signal.throwIfAborted();
  await ensureCluster(home, binaries.initdb, leaving.signal);
  const room = isShortEnough(home.base) ? home.base : await socketRoom(directory);
  const socketDirectory = join(room, 'run');
  await ensureAccountDirectory(home.account, socketDirectory);
  const wasUnclean = await clearWayForPostmaster(home.dataDirectory, socketDirectory);
  const settings = serverSettings(socketDirectory, order.settings);
  const { account, dataDirectory } = home;
  const options = { postgres: binaries.postgres, account, dataDirectory, settings };
  const server = await startPatiently(options, wasUnclean ? attemptsAfterCrash : 1);
  return { server, place: { dataDirectory, socketDirectory } };
}

/** Backends that outlive their postmaster for a moment make PostgreSQL refuse, rightly, until they have gone. */
async function startPatiently(options: PostmasterOptions, attempts: number): Promise<GuardedProcess> {
  try {
    return await startPostmaster(options, log, leaving.signal);
  } catch (error) {
    if (attempts <= 1 || leaving.signal.aborted) throw error;
    await sleep(1_000);
    return await startPatiently(options, attempts - 1);
  }
}

async function keep(order: KeeperOrder): Promise<void> {
  // The sockets are for this account only, whatever the umask of whoever started us.
  process.umask(0o077);
  // A service manager may signal every process of the service; the keeper goes when the application has gone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const controlDirectory = join(await socketRoom(order.directory), 'keeper');
  await ensureOwnDirectory(controlDirectory, 0o700);
  const controlServer = createServer({ allowHalfOpen: true }, receive);
  if (!(await acquireKeeperLock(controlDirectory, controlServer))) return;
  setTimeout(() => clients.size === 0 && leaving.abort(), unclaimedMs);
  await Promise.race([claimed, abandoned]);
  try {
    leaving.signal.throwIfAborted();
    const { server, place } = await bringUp(order);
    tell({ kind: 'ready', place });
    await Promise.race([abandoned, server.ended]);
    await stopPostmaster(server);
  } catch (error) {
    if (leaving.signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${reason}\n`);
    tell({ kind: 'failed', reason });
    await Promise.all([...clients].map((client) => new Promise<void>((resolve) => client.end(resolve))));
  }
}

// Exit without closing the control socket: its number must stay taken, and the exit is the release.
keep(JSON.parse(process.argv[2] ?? '') as KeeperOrder).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
