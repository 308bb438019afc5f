/**
 * What keeper and clients say to each other over the control socket: one JSON value a line.
 * A client joins, is told how the start goes, and leaves by closing its end, or by dying.
 */
import type { Socket } from 'node:net';

export interface ServerPlace {
  dataDirectory: string;
  socketDirectory: string;
}

export type KeeperMessage =
  { kind: 'log'; line: string } | { kind: 'ready'; place: ServerPlace } | { kind: 'failed'; reason: string };

/** Sent by a client. A connection without it only asks whether the keeper lives, and is not counted. */
export const joinRequest = 'join';

export interface KeeperOrder {
  directory: string;
  settings: Record<string, string>;
}

export function sendMessage(socket: Socket, message: KeeperMessage): void {
  socket.write(`${JSON.stringify(message)}\n`);
}

/** Splits by hand: a readline interface would raise the socket's errors a second time, with nobody to hear them. */
export function onMessage(socket: Socket, receive: (message: KeeperMessage) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) receive(JSON.parse(line) as KeeperMessage);
  });
}
