import { Injectable, createParamDecorator, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Database } from '../../../database/database.js';
import { Problem } from '../../../http/problem.js';
import { declarationOf } from '../../../http/route.js';
import { sha256 } from '../../../identity/secret.js';
import { DepositRepository } from './deposit.repository.js';

const tokens = new WeakMap<FastifyRequest, string>();

/**
 * Turns away whoever shows no live token on a route of the deposit reach, before anything of his body is judged. Forged and
 * expired are one answer. It asks neither gate nor session: a device hands in whatever is suspended and whoever has gone.
 */
@Injectable()
export class DepositTokenGuard implements CanActivate {
  constructor(
    private readonly database: Database,
    private readonly deposits: DepositRepository,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (declarationOf(context.getHandler())?.reach.kind !== 'deposit') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = /^Deposit ([\w-]{43})$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || !(await this.database.read((tx) => this.deposits.isLive(tx, sha256(token)))))
      throw unknownToken();
    tokens.set(request, token);
    return true;
  }
}

export function unknownToken(): Problem {
  return new Problem('unauthenticated', { headers: { 'WWW-Authenticate': 'Deposit realm="rosette"' } });
}

/** The token by which a device hands in, as a handler's parameter. */
export const CurrentDepositToken = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const token = tokens.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (token === undefined) throw new Error('nobody hands in on this request: its reach is another');
  return token;
});
