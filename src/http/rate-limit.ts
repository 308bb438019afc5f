/**
 * Limits on how often somebody may ask: token buckets in this process's memory. Below /v1/auth/, where every request costs
 * a password hash, an address has one; everywhere else below /v1/ an account has one, or the address of whoever is nobody
 * (request-limit.ts, asked by the bearer guard). The answer's headers follow draft-ietf-httpapi-ratelimit-headers-10.
 * Guessing one account's password is slowed elsewhere, in the database, by name and address and loosely by the name alone.
 */
import { isIPv6 } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Environment } from '../config/environment.js';
import { Problem } from './problem.js';
import { sendProblem } from './problem-reply.js';

/** A few megabytes. Whoever asked longest ago is forgotten first, and begins with a full bucket again. */
const maxBuckets = 50_000;

export interface Allowance {
  isAllowed: boolean;
  remaining: number;
  /** Until the next request is allowed; 0 while any remain. */
  waitSeconds: number;
}

/** Holds `perMinute` tokens for each address or account, refilled evenly. */
export class TokenBuckets {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(readonly perMinute: number) {}

  take(who: string, nowMs = performance.now()): Allowance {
    const known = this.buckets.get(who);
    const refilled = known ? known.tokens + ((nowMs - known.at) / 60_000) * this.perMinute : this.perMinute;
    const tokens = Math.min(this.perMinute, refilled);
    const isAllowed = tokens >= 1;
    const left = isAllowed ? tokens - 1 : tokens;
    // Put last, so that the first of the map is who asked longest ago.
    this.buckets.delete(who);
    if (this.buckets.size >= maxBuckets) this.buckets.delete(this.buckets.keys().next().value as string);
    this.buckets.set(who, { tokens: left, at: nowMs });
    return {
      isAllowed,
      remaining: Math.floor(left),
      waitSeconds: left >= 1 ? 0 : Math.ceil(((1 - left) * 60) / this.perMinute),
    };
  }
}

/** Below it an address is counted before anything is read. */
export const authPath = '/v1/auth/';

export function addRateLimitHook(instance: FastifyInstance, env: Environment): void {
  const buckets = new TokenBuckets(env.AUTH_RATE_PER_MINUTE);
  instance.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url?.startsWith(authPath) !== true) return done();
    const refusal = count(reply, 'auth', buckets, bucketOf(request.ip));
    if (!refusal) return done();
    sendProblem(reply, refusal);
  });
}

/** Takes one from the bucket and tells in the headers what is left; the refusal if it was empty. */
export function count(
  reply: FastifyReply,
  policy: string,
  buckets: TokenBuckets,
  who: string,
): Problem | undefined {
  const { isAllowed, remaining, waitSeconds } = buckets.take(who);
  void reply.headers({
    'RateLimit-Policy': `"${policy}";q=${buckets.perMinute};w=60`,
    RateLimit: `"${policy}";r=${remaining};t=${waitSeconds}`,
  });
  if (isAllowed) return undefined;
  return new Problem('rate-limited', { headers: { 'Retry-After': String(waitSeconds) } });
}

/** A household has a whole /64 of IPv6 addresses and counts once. */
export function bucketOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => '0');
  return [...first, ...zeros, ...last].slice(0, 4).join(':');
}
