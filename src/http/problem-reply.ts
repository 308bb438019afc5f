/**
 * Puts a problem on the wire: through Fastify's reply, or onto a bare socket when Node could not even
 * read the request.
 */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import { streamOf } from './connection.js';
import { PROBLEM_CONTENT_TYPE, Problem, problemBody } from './problem.js';
import type { ProblemCode } from './problem-codes.js';
import { resetAnswer } from './reset-answer.js';

/** Sends the problem, or resets the connection if an answer has already begun: a cut answer must show. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  if (reply.raw.headersSent) return resetAnswer(reply.raw);
  // Fastify would close at once, and reset a client that still sends: it would never read what was wrong. HTTP/2 forbids the header.
  if (problem.code === 'body-too-large' || streamOf(reply.raw)) reply.removeHeader('connection');
  void reply.send(problemAsAnswer(reply, problem));
}

/** Makes the reply one that tells of the problem; answers its body, which is still to be sent. */
export function problemAsAnswer(reply: FastifyReply, problem: Problem): string {
  for (const name of ['content-length', 'content-encoding', 'content-disposition', 'etag'])
    reply.removeHeader(name);
  void reply
    .status(problem.status)
    .headers({ ...problem.headers, 'Content-Type': PROBLEM_CONTENT_TYPE, 'Cache-Control': 'no-store' });
  return JSON.stringify(problemBody(problem, reply.request.id));
}

const BY_NODE_CODE: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};

/** How long a refused client may go on sending before its connection is reset. */
const lingerMs = 1_000;

/**
 * Fastify's `clientErrorHandler`: answers what Node's parser refused, then closes. What is still on its way is dropped until
 * then: closing at once would reset the connection, and the client would never read its answer.
 */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (socket.writableEnded && error.code !== 'ECONNRESET') return;
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = new Problem(BY_NODE_CODE[error.code ?? ''] ?? 'malformed-request');
  const requestId = randomUUID();
  const body = JSON.stringify(problemBody(problem, requestId));
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
      `Content-Type: ${PROBLEM_CONTENT_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `Request-Id: ${requestId}`,
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
