import { randomUUID } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Role } from '../../src/config/vocabulary.js';
import { hashPassword } from '../../src/identity/password-hash.js';
import { ApiClient, type Answer } from './api.js';
import { textOf, type MailServer } from './mail-server.js';
import { grant } from './people.js';
import type { TestDatabase } from './test-database.js';

export const goodPassword = 'seven brass kettles whistle';

let hashed: Promise<string> | undefined;

/** Its hash, made once for a test file: argon2 is slow on purpose. */
function goodHash(): Promise<string> {
  return (hashed ??= hashPassword(goodPassword));
}

/** As the API answers a sign-in. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  sessionId: string;
  [other: string]: unknown;
}

/** Somebody who can sign in, with nothing but a name and a password. */
export interface Holder {
  accountId: string;
  username: string;
}

export async function createHolder(
  database: TestDatabase,
  role?: Role,
  constituencyId?: string,
  purposes?: string[],
): Promise<Holder> {
  const accountId = randomUUID();
  const username = `p-${accountId}@example.org`;
  const { admin } = database;
  await admin.query(
    `INSERT INTO identity.account (id, kind, username, display_name) VALUES ($1, 'person', $2, 'A Person')`,
    [accountId, username],
  );
  await admin.query('INSERT INTO identity.password (account_id, hash) VALUES ($1, $2)', [
    accountId,
    await goodHash(),
  ]);
  await admin.query(
    `INSERT INTO protection.undertaking_acceptance (account_id, version) SELECT $1, max(version) FROM protection.undertaking`,
    [accountId],
  );
  if (role) await grant(admin, accountId, role, constituencyId, purposes);
  return { accountId, username };
}

export function signIn(
  url: string,
  holder: Holder,
  more: Record<string, unknown> = {},
): Promise<Answer<Tokens>> {
  return new ApiClient(url).post<Tokens>('/v1/auth/token', {
    username: holder.username,
    password: goodPassword,
    ...more,
  });
}

/** A client with an access token. */
export function bearing(
  { accessToken }: Pick<Tokens, 'accessToken'>,
  url: string,
  purpose?: string,
): ApiClient {
  return new ApiClient(url, { headers: { authorization: `Bearer ${accessToken}` } }, purpose);
}

/** The code of an authenticator app that is `steps` half-minutes ahead. */
export function codeOf(secret: string, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });
}

export interface Enrolled {
  secret: string;
  recoveryCodes: string[];
  tokens: Tokens;
}

/** Signs in and enrols an authenticator app with the code of the step before, so that the present one stays unused. */
export async function enrol(url: string, holder: Holder): Promise<Enrolled> {
  const { body: tokens } = await signIn(url, holder);
  const client = bearing(tokens, url);
  const begun = await client.post<{ secret: string }>('/v1/me/totp', { password: goodPassword });
  const confirmed = await client.post<{ codes: string[] }>('/v1/me/totp/confirm', {
    code: codeOf(begun.body.secret, -1),
  });
  return { secret: begun.body.secret, recoveryCodes: confirmed.body.codes, tokens };
}

/** Forgets the counters of used codes: the half-minute a test would otherwise wait. */
export async function passTime(database: TestDatabase, accountId: string): Promise<void> {
  await database.admin.query('DELETE FROM identity.used_totp_counter WHERE account_id = $1', [accountId]);
}

/** The one-time token of the last letter to an address. */
export async function mailedToken(mail: MailServer, address: string, count = 1): Promise<string> {
  const until = performance.now() + 10_000;
  for (;;) {
    const letters = mail.received.filter(({ to }) => to.includes(address));
    const token = /code: ([\w-]{43})/.exec(letters.length >= count ? textOf(letters.at(-1)!) : '')?.[1];
    if (token !== undefined) return token;
    if (performance.now() > until) throw new Error(`no letter ${count} to ${address}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
