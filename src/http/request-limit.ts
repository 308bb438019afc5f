import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { authPath, bucketOf, count, TokenBuckets } from './rate-limit.js';
import { isLimited } from './route-declaration.js';
import { declarationOf } from './route.js';

/**
 * In charge of how often one account, or one address that shows no valid token, may ask below /v1/. The bearer guard asks,
 * as soon as it knows who it is: no forged token can empty somebody else's bucket.
 */
@Injectable()
export class RequestLimit {
  private readonly buckets: TokenBuckets;

  constructor(@Inject(ENVIRONMENT) { RATE_PER_MINUTE }: Environment) {
    this.buckets = new TokenBuckets(RATE_PER_MINUTE);
  }

  /** Errors: `rate-limited`. */
  take(context: ExecutionContext, accountId?: string): void {
    const declaration = declarationOf(context.getHandler());
    // What lies below the path of sign-in was counted before it came here.
    if (!declaration || !isLimited(declaration) || declaration.path.startsWith(authPath)) return;
    const http = context.switchToHttp();
    const who = accountId ?? bucketOf(http.getRequest<FastifyRequest>().ip);
    const refusal = count(http.getResponse<FastifyReply>(), 'default', this.buckets, who);
    if (refusal) throw refusal;
  }
}
