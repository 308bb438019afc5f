/**
 * In charge of what Node leaves open where a server speaks HTTP/2: how much one connection may ask at once, how long a request may
 * take to arrive, and the end of sessions when the server stops. HTTP/1.1 beside it keeps the limits that it has without TLS.
 */
import type { Http2SecureServer, SecureServerOptions, ServerHttp2Session } from 'node:http2';
import type { SecureContextOptions } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { noteConnections, streamOf, type Connection } from './connection.js';
import { Problem } from './problem.js';
import { sendProblem } from './problem-reply.js';

/** The time a whole request may take to arrive: a register of 50 MB over a slow line. */
export const arrivalMs = 5 * 60_000;
/** As long as Fastify lets a connection of HTTP/1.1, and a session, be idle. */
const idleMs = 72_000;

/**
 * Node itself bounds the memory of a session, frames that make no sense, pings, continuations and how often streams are reset by the
 * client in a second; not how many are open at once.
 */
export function secureServerOptions(certificate: SecureContextOptions): SecureServerOptions {
  return {
    ...certificate,
    allowHTTP1: true,
    noDelay: true,
    handshakeTimeout: 10_000,
    settings: { maxConcurrentStreams: 100, maxHeaderListSize: 16 * 1024 },
  };
}

/** The server of an instance that was made with these options; undefined where it speaks plainly. */
export function secureServerOf({ server }: FastifyInstance): Http2SecureServer | undefined {
  return 'setSecureContext' in server ? (server as unknown as Http2SecureServer) : undefined;
}

export function limitSecureServer(instance: FastifyInstance, server: Http2SecureServer): void {
  Object.assign(server, { keepAliveTimeout: idleMs, requestTimeout: arrivalMs, headersTimeout: 60_000 });
  limitArrival(instance, arrivalMs);
  closeInOrder(instance, server, noteConnections(server));
}

/** Node limits it for HTTP/1 alone. */
export function limitArrival(instance: FastifyInstance, withinMs: number): void {
  instance.addHook('onRequest', ({ raw }, reply, done) => {
    if (streamOf(reply.raw)?.endAfterHeaders === false) {
      const timer = setTimeout(() => sendProblem(reply, new Problem('request-timeout')), withinMs);
      timer.unref();
      raw.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
    }
    done();
  });
}

/** Told to go away, a client opens no more streams and keeps those it has; who is still shaking hands has none. */
function closeInOrder(
  instance: FastifyInstance,
  server: Http2SecureServer,
  connections: ReadonlyMap<string, Connection>,
): void {
  const sessions = new Set<ServerHttp2Session>();
  let isClosing = false;
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    if (isClosing) session.close();
  });
  instance.addHook('preClose', (done) => {
    isClosing = true;
    for (const session of sessions) session.close();
    for (const { raw, secure } of connections.values()) if (!secure) raw.destroy();
    done();
  });
}
