import { hash, verify } from '@node-rs/argon2';

/**
 * In charge of hashing passwords: argon2id with 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet), of
 * the text in Unicode's form NFKC, so that two keyboards type the same password.
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Of a random text that nobody knows: what an unknown name is checked against, to take as long as a known one. */
const nobodys =
  '$argon2id$v=19$m=19456,t=2,p=1$OZMS9pG/RUxWTg8aEQRJ7Q$tZ6xd465E+J/IkQMRBXKNCw2BrzABjpTZokAzKioT0k';

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), cost);
}

/** Takes the same time whether or not there is a hash to check against. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const isRight = await verify(stored ?? nobodys, password.normalize('NFKC'));
  return isRight && stored !== undefined;
}
