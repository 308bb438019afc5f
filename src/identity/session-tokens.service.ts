import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { AccessTokenService, accessTokenSeconds, type AccessTokenClaims } from './access-token.service.js';
import type { TokenSet } from './auth.dto.js';
import { RefreshTokenRepository } from './refresh-token.repository.js';
import { newSecret, sha256 } from './secret.js';

const daySeconds = 86_400;
/** A session ends a month after it was last refreshed, and a quarter of a year after it was opened. */
export const slidingSeconds = 30 * daySeconds;
export const absoluteSeconds = 90 * daySeconds;

/** In charge of the tokens of a session: a short access token and, for people, a refresh token that is used once. */
@Injectable()
export class SessionTokens {
  constructor(
    private readonly accessTokens: AccessTokenService,
    private readonly refreshTokens: RefreshTokenRepository,
  ) {}

  async forPerson(tx: Tx, claims: AccessTokenClaims, parent?: Buffer): Promise<TokenSet> {
    const refreshToken = newSecret();
    await this.refreshTokens.add(tx, sha256(refreshToken), claims.sessionId, parent);
    return this.tokensOf(claims, refreshToken);
  }

  /** A client signs in again instead of refreshing. */
  async forClient(claims: AccessTokenClaims): Promise<TokenSet> {
    return this.tokensOf(claims, null);
  }

  private async tokensOf(claims: AccessTokenClaims, refreshToken: string | null): Promise<TokenSet> {
    const accessToken = await this.accessTokens.sign(claims);
    return {
      accessToken,
      tokenType: 'Bearer',
      expiresIn: accessTokenSeconds,
      refreshToken,
      sessionId: claims.sessionId,
    };
  }
}
