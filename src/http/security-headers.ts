/**
 * What every answer tells a browser: do not sniff, frame, keep or run anything. And CORS from the
 * configured list; calls carry a bearer token, so no credentials mode is ever allowed.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Environment } from '../config/environment.js';

const CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ALLOWED_HEADERS =
  'Authorization, Content-Type, Data-Purpose, Idempotency-Key, If-Match, Last-Event-ID, traceparent';
const EXPOSED_HEADERS =
  'ETag, Location, RateLimit, RateLimit-Policy, Request-Id, Retry-After, WWW-Authenticate, Content-Disposition';
const ALLOWED_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';

/** A Content-Security-Policy for a page of ours: the strict one plus what the page needs. */
export function pagePolicy(...directives: string[]): string {
  return [CSP, ...directives].join('; ');
}

/** Sets the headers; a page or a static file may overrule CSP and caching afterwards. */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply, env: Environment): void {
  void reply.headers({
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy': CSP,
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  });
  if (env.PUBLIC_URL?.startsWith('https:'))
    void reply.header('Strict-Transport-Security', 'max-age=31536000');
  if (env.CORS_ORIGINS.length === 0) return;
  void reply.header('Vary', 'Origin');
  const origin = request.headers.origin;
  if (origin === undefined || !env.CORS_ORIGINS.includes(origin)) return;
  void reply.headers({
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': EXPOSED_HEADERS,
  });
}

export function addSecurityHeadersHook(instance: FastifyInstance, env: Environment): void {
  instance.addHook('onRequest', (request, reply, done) => {
    setSecurityHeaders(request, reply, env);
    if (!isPreflight(request) || !reply.hasHeader('Access-Control-Allow-Origin')) return done();
    // Answered here: a preflight carries no token, so no guard may see it.
    void reply
      .status(204)
      .headers({
        'Access-Control-Allow-Methods': ALLOWED_METHODS,
        'Access-Control-Allow-Headers': ALLOWED_HEADERS,
        'Access-Control-Max-Age': '600',
        Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      })
      .send();
  });
}

function isPreflight(request: FastifyRequest): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
}
