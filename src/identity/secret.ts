import { createHash, randomBytes } from 'node:crypto';

/**
 * In charge of secrets that the server makes up: 256 random bits, of which only the SHA-256 is kept. So many bits need
 * no slow hash; a leaked table gives none of them away.
 */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
