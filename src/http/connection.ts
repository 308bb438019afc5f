/**
 * In charge of the connection below an answer, whatever lies between (TLS, HTTP/2): which socket it is, and how much this process
 * still holds of what was written to it. Cutting is left to reset-answer.ts.
 */
import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

export interface Connection {
  /** The one that the kernel knows. */
  raw: Socket;
  secure?: TLSSocket;
}

const connections = new WeakMap<object, Connection>();

/** Remembers what lies below each TLS socket and each session: Node tells of them apart. Answers those that are open, by their ends. */
export function noteConnections(server: Server): ReadonlyMap<string, Connection> {
  const open = new Map<string, Connection>();
  server.on('connection', (raw: Socket) => {
    const ends = endsOf(raw);
    const connection = { raw };
    open.set(ends, connection);
    raw.once('close', () => {
      if (open.get(ends) === connection) open.delete(ends);
    });
  });
  server.on('secureConnection', (secure: TLSSocket) => {
    const connection = open.get(endsOf(secure));
    if (!connection) return;
    connection.secure = secure;
    connections.set(secure, connection);
  });
  server.on('session', (session: ServerHttp2Session) => {
    const connection = open.get(endsOf(session.socket));
    if (connection) connections.set(session, connection);
  });
  return open;
}

/** The stream of an answer over HTTP/2; undefined for one over HTTP/1. */
export function streamOf(raw: ServerResponse): ServerHttp2Stream | undefined {
  return (raw as ServerResponse & Partial<Pick<Http2ServerResponse, 'stream'>>).stream;
}

/** Undefined where the client has gone, or the connection was not noted. */
export function connectionOf(raw: ServerResponse): Connection | undefined {
  const stream = streamOf(raw);
  if (stream) return stream.session && connections.get(stream.session);
  const { socket } = raw;
  if (!socket) return undefined;
  return connections.get(socket) ?? ('encrypted' in socket ? undefined : { raw: socket });
}

/** Whether nobody is there any more to take the answer: its 'close' is past. */
export function hasLeft(raw: ServerResponse): boolean {
  return streamOf(raw)?.destroyed ?? raw.destroyed;
}

/** TLS looks as if it held what it hands to the kernel in the same turn, which is more than this. */
const oneTurnBytes = 64 * 1024;

/** Whether something that was written to the connection waits in this process for the kernel to take it. */
export function isHoldingBack({ raw, secure }: Connection): boolean {
  return held(raw) > 0 || (secure !== undefined && held(secure) > oneTurnBytes);
}

/** How many bytes of an answer wait in this process, as far as can be told: over TLS and HTTP/2 those of its neighbours count too. */
export function waitingIn(raw: ServerResponse): number {
  const connection = connectionOf(raw);
  const below = connection
    ? Math.max(held(connection.raw), connection.secure ? held(connection.secure) : 0)
    : 0;
  return Math.max(streamOf(raw)?.writableLength ?? 0, below);
}

/** No public property says it of what TLS and HTTP/2 write past the socket. What cannot be known counts as held. */
function held(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { _handle?: { writeQueueSize?: unknown } | null };
  if (handle === null) return 0;
  return typeof handle?.writeQueueSize === 'number' ? handle.writeQueueSize : Number.POSITIVE_INFINITY;
}

function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket | TLSSocket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
