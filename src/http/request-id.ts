/**
 * Names each request: a UUID of our own making (a client's would let it write into another's log lines)
 * and, if the client sent one, the W3C trace it belongs to.
 */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export const REQUEST_ID_HEADER = 'Request-Id';

/** For Fastify's `genReqId`. */
export function newRequestId(): string {
  return randomUUID();
}

export interface TraceContext {
  traceId: string;
  parentId: string;
  isSampled: boolean;
}

const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** The trace a request says it belongs to; a malformed header is ignored, as W3C Trace Context (3.2) asks. */
export function traceOf(request: Pick<FastifyRequest, 'headers'>): TraceContext | undefined {
  const header = request.headers['traceparent'];
  const match = typeof header === 'string' ? TRACEPARENT.exec(header) : null;
  if (!match?.[1] || !match[2] || !match[3]) return undefined;
  return { traceId: match[1], parentId: match[2], isSampled: (Number.parseInt(match[3], 16) & 1) === 1 };
}

/** Returns the id with every answer. */
export function addRequestIdHook(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
}
