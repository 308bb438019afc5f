import type { TokenKey } from './token-keys.js';

const maxKept = 10_000;

/**
 * In charge of not checking one signature twice: what a token was found to say, for as long as it is valid and its key
 * present. Only that is kept; whether the session lives is asked with each request, by the guards and by the fence.
 */
export class VerifiedTokens<Claims> {
  private readonly kept = new Map<string, { claims: Claims; key: TokenKey; expiresAtMs: number }>();

  /** The claims of a token that was kept, is not expired, and whose key is one of `keys` now. */
  claimsOf(token: string, keys: readonly TokenKey[]): Claims | undefined {
    const known = this.kept.get(token);
    if (!known) return undefined;
    // A key that was read anew is another object: its tokens are verified again.
    if (keys.includes(known.key) && Date.now() < known.expiresAtMs) return known.claims;
    this.kept.delete(token);
    return undefined;
  }

  /** Only for a token whose signature has just been verified: strangers must not be able to push others out. */
  keep(token: string, claims: Claims, key: TokenKey, expiresAtSeconds: number): void {
    // All live equally long, so the one kept first is of least use.
    if (this.kept.size >= maxKept) this.kept.delete(this.kept.keys().next().value as string);
    this.kept.set(token, { claims, key, expiresAtMs: expiresAtSeconds * 1_000 });
  }
}
