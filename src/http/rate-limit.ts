/**
 * A limit on how often one address may ask below /v1/auth/, where every request costs a password hash: a token bucket
 * in this process's memory. The answer's headers follow draft-ietf-httpapi-ratelimit-headers-10. Guessing one account's
 * password is slowed elsewhere, in the database, by name and address and loosely by the name alone.
 */
import { isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Environment } from '../config/environment.js';
import { Problem } from './problem.js';
import { sendProblem } from './problem-reply.js';

const maxAddresses = 50_000;

export interface Allowance {
  isAllowed: boolean;
  remaining: number;
  /** Until the next request is allowed; 0 while any remain. */
  waitSeconds: number;
}

/** Holds `perMinute` tokens an address, refilled evenly. */
export class TokenBuckets {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(private readonly perMinute: number) {}

  take(address: string, nowMs = performance.now()): Allowance {
    const known = this.buckets.get(address);
    const refilled = known ? known.tokens + ((nowMs - known.at) / 60_000) * this.perMinute : this.perMinute;
    const tokens = Math.min(this.perMinute, refilled);
    const isAllowed = tokens >= 1;
    const left = isAllowed ? tokens - 1 : tokens;
    // Put last, so that the first of the map is the address that asked longest ago.
    this.buckets.delete(address);
    if (this.buckets.size >= maxAddresses) this.buckets.delete(this.buckets.keys().next().value as string);
    this.buckets.set(address, { tokens: left, at: nowMs });
    return {
      isAllowed,
      remaining: Math.floor(left),
      waitSeconds: left >= 1 ? 0 : Math.ceil(((1 - left) * 60) / this.perMinute),
    };
  }
}

export function addRateLimitHook(instance: FastifyInstance, env: Environment): void {
  const buckets = new TokenBuckets(env.AUTH_RATE_PER_MINUTE);
  instance.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url?.startsWith('/v1/auth/') !== true) return done();
    const { isAllowed, remaining, waitSeconds } = buckets.take(bucketOf(request.ip));
    void reply.headers({
      'RateLimit-Policy': `"auth";q=${env.AUTH_RATE_PER_MINUTE};w=60`,
      RateLimit: `"auth";r=${remaining};t=${waitSeconds}`,
    });
    if (isAllowed) return done();
    sendProblem(reply, new Problem('rate-limited', { headers: { 'Retry-After': String(waitSeconds) } }));
  });
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
