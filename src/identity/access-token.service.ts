import { Inject, Injectable } from '@nestjs/common';
import { SignJWT, jwtVerify } from 'jose';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { KeyRing } from './key-ring.js';
import type { PublicTokenKey } from './json-web-key.dto.js';
import { readTokenKeys, type TokenKey } from './token-keys.js';
import { VerifiedTokens } from './verified-tokens.js';

const issuer = 'rosette';
export const accessTokenSeconds = 600;

/** What an access token says: whose session it is. Standing, offices and grants are never in it. */
export interface AccessTokenClaims {
  sessionId: string;
  accountId: string;
}

/**
 * In charge of access tokens: JWTs (RFC 7519) signed with Ed25519 (RFC 8037), valid for ten minutes. They name a
 * session; everything else is looked up, so that ending a session ends them.
 */
@Injectable()
export class AccessTokenService {
  private readonly keys: KeyRing<TokenKey>;
  private readonly verified = new VerifiedTokens<AccessTokenClaims>();

  constructor(@Inject(ENVIRONMENT) environment: Environment) {
    this.keys = new KeyRing(environment.ROSETTE_KEYS_DIR, readTokenKeys, 'token');
  }

  async sign(claims: AccessTokenClaims): Promise<string> {
    const key = this.keys.newest();
    return new SignJWT({ sid: claims.sessionId })
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'at+jwt' })
      .setIssuer(issuer)
      .setSubject(claims.accountId)
      .setIssuedAt()
      .setExpirationTime(`${accessTokenSeconds}s`)
      .sign(key.privateKey);
  }

  /** The public half of every key that verifies, newest first (RFC 8037). */
  publicKeys(): PublicTokenKey[] {
    return this.keys.all().map(({ kid, publicKey }) => {
      const { x = '' } = publicKey.export({ format: 'jwk' });
      return { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' };
    });
  }

  /** The claims of a valid token; undefined for one that is expired, foreign or broken. */
  async verify(token: string): Promise<AccessTokenClaims | undefined> {
    const keys = this.keys.all();
    const known = this.verified.claimsOf(token, keys);
    if (known) return known;
    let key: TokenKey | undefined;
    try {
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => {
          key = keys.find((one) => one.kid === kid);
          if (!key) throw new Error('unknown kid');
          return key.publicKey;
        },
        { issuer, algorithms: ['EdDSA'], typ: 'at+jwt', requiredClaims: ['sub', 'sid', 'exp'] },
      );
      if (typeof payload.sub !== 'string' || typeof payload['sid'] !== 'string') return undefined;
      const claims = { sessionId: payload['sid'], accountId: payload.sub };
      if (key && payload.exp !== undefined) this.verified.keep(token, claims, key, payload.exp);
      return claims;
    } catch {
      return undefined; // Whatever is wrong with a token, its bearer is not signed in.
    }
  }
}
