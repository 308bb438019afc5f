import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-custom';
import { AccessTokenService, type AccessTokenClaims } from './access-token.service.js';

export const bearerStrategy = 'bearer';

/** Passport's bearer strategy: `Authorization: Bearer <access token>` (RFC 6750), never a token in a URL or body. */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, bearerStrategy) {
  constructor(private readonly tokens: AccessTokenService) {
    super();
  }

  async validate(request: unknown): Promise<AccessTokenClaims | null> {
    const header = (request as FastifyRequest).headers.authorization;
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? '')?.[1];
    return token === undefined ? null : ((await this.tokens.verify(token)) ?? null);
  }
}
