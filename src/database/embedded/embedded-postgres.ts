/**
 * The door to the embedded PostgreSQL: starts it, or joins the one that runs on the same directory already,
 * so that several replicas share a database. The server belongs to the keeper (keeper.ts); here is only this
 * process's seat at it. A server that is lost is started again, under the same address.
 */
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeSeat } from './keeper-client.js';
import { findPlatformPackage } from './package-files.js';

export interface EmbeddedPostgres {
  socketDirectory: string;
  dataDirectory: string;
  /** For `pg`: over the socket, as superuser, without a password. */
  superuserUrl(database: string): string;
  roleUrl(role: string, database: string): string;
  /** Leaves. Whoever leaves last waits until the server is down, at most a minute. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Made when absent. Holds `server.log`, and the data unless PostgreSQL's account cannot get there. */
  directory: string;
  log: (line: string) => void;
  /** PostgreSQL settings beside ours. Among several processes the one that starts the server decides. */
  settings?: Record<string, string>;
}

const stopPatienceMs = 60_000;
/** A server that dies again at once is not worth a loop without pause. */
const rejoinPauseMs = 250;

/** @throws Error in plain words when the server cannot be started; more is in `<directory>/server.log` */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') {
    throw new Error(
      'The embedded PostgreSQL runs on Linux and macOS. Set DATABASE_URL to use a PostgreSQL of your own.',
    );
  }
  findPlatformPackage();
  const { log } = options;
  const order = { directory: resolve(options.directory), settings: options.settings ?? {} };
  let isStopped = false;
  let socket: Socket;

  const sit = async () => {
    const seat = await takeSeat(order, log);
    socket = seat.socket;
    // The seat alone keeps no process running; one that just ends leaves as well.
    socket.unref();
    socket.once('close', () => {
      if (!isStopped) void returnToSeat();
    });
    if (isStopped) socket.end();
    return seat.place;
  };
  const returnToSeat = async () => {
    log('The embedded PostgreSQL has ended unexpectedly; starting it again');
    await sleep(rejoinPauseMs, undefined, { ref: false });
    try {
      if (!isStopped) await sit();
    } catch (error) {
      log(
        `The embedded PostgreSQL did not come back: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };

  const { dataDirectory, socketDirectory } = await sit();
  log(`Embedded PostgreSQL: data in ${dataDirectory}, socket in ${socketDirectory}`);
  const roleUrl = (role: string, database: string) =>
    `postgresql:///${encodeURIComponent(database)}?host=${encodeURIComponent(socketDirectory)}` +
    `&port=5432&user=${encodeURIComponent(role)}`;
  return {
    socketDirectory,
    dataDirectory,
    roleUrl,
    superuserUrl: (database) => roleUrl('postgres', database),
    stop: async () => {
      isStopped = true;
      await leave(socket);
    },
  };
}

/** The keeper answers the end of our side with its own: at once, or once the server is down. */
async function leave(socket: Socket): Promise<void> {
  if (socket.closed) return;
  socket.ref();
  const closed = new Promise<void>((done) => socket.once('close', () => done()));
  socket.end();
  await Promise.race([closed, sleep(stopPatienceMs, undefined, { ref: false })]);
  socket.destroy();
}
