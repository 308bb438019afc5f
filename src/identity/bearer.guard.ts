import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import { RequestLimit } from '../http/request-limit.js';
import { needsToken } from '../http/route-declaration.js';
import { declarationOf } from '../http/route.js';
import type { AccessTokenClaims } from './access-token.service.js';
import { bearerStrategy } from './bearer.strategy.js';

const claims = new WeakMap<FastifyRequest, AccessTokenClaims>();

/** Whose session the request is made in, once BearerGuard has let it pass. */
export function claimsOf(request: FastifyRequest): AccessTokenClaims | undefined {
  return claims.get(request);
}

/**
 * Second of the global guards: turns away whoever has no valid token, wherever the route's reach has an actor, and who
 * asks too often.
 */
@Injectable()
export class BearerGuard extends AuthGuard(bearerStrategy) {
  constructor(private readonly limit: RequestLimit) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const declaration = declarationOf(context.getHandler());
    // A device that hands in shows a token of another kind, which is judged by who takes it.
    if (declaration && (!needsToken(declaration) || declaration.reach.kind === 'deposit')) {
      this.limit.take(context);
      return true;
    }
    return (await super.canActivate(context)) as boolean;
  }

  override handleRequest<User>(
    error: unknown,
    user: User | false | null,
    _info: unknown,
    context: ExecutionContext,
  ): User {
    if (error) throw error;
    const known = user ? (user as unknown as AccessTokenClaims) : undefined;
    this.limit.take(context, known?.accountId);
    if (!known) throw new Problem('unauthenticated');
    claims.set(context.switchToHttp().getRequest<FastifyRequest>(), known);
    return user as User;
  }
}
