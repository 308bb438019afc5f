/**
 * Prepares people and programs: spare ones to be departed or reset, passwords, one-time tokens, second factors.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { hashPassword } from '../../src/identity/password-hash.js';
import { codeOf, goodPassword, signIn, type Holder } from '../support/sign-in.js';
import { createSpare } from './cast.js';
import type { Preparation } from './prepared.js';
import { send } from './wire.js';
import type { World } from './world.js';

let hashed: Promise<string> | undefined;

/** Gives a person the good password. */
async function givePassword({ database }: World, accountId: string): Promise<Holder> {
  hashed ??= hashPassword(goodPassword);
  await database.admin.query(
    `INSERT INTO identity.password (account_id, hash) VALUES ($1, $2) ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash`,
    [accountId, await hashed],
  );
  const { rows } = await database.admin.query<{ username: string }>(
    `UPDATE identity.account SET username = 'p-' || id || '@example.org' WHERE id = $1 RETURNING username`,
    [accountId],
  );
  return { accountId, username: rows[0]!.username };
}

export const spareIn =
  (role?: 'canvasser'): Preparation =>
  async ({ database }) => {
    await createSpare(database, 'person', role);
    return { isFresh: true };
  };
export const spareProgram: Preparation = async ({ database }) => {
  await createSpare(database, 'client');
  return { isFresh: true };
};

export const oneTimeToken =
  (kind: 'invitation' | 'password-reset' | 'set-up'): Preparation =>
  async (world) => {
    const token = randomBytes(32).toString('base64url');
    const accountId = kind === 'set-up' ? null : await createSpare(world.database, 'person');
    await world.database.admin.query(
      `INSERT INTO identity.one_time_token (hash, kind, account_id, expires_at) VALUES ($1, $2, $3, now() + interval '1 hour')`,
      [createHash('sha256').update(token).digest(), kind, accountId],
    );
    const more = kind === 'set-up' ? { username: `${randomUUID()}@example.org`, displayName: 'First' } : {};
    return { body: { token, password: 'eight copper whistles sing', ...more } };
  };

export const ownPassword =
  (bodyOf: (password: string) => unknown): Preparation =>
  async (world, { person }) => {
    if (!person) return {};
    await givePassword(world, person.accountId);
    await world.database.admin.query('DELETE FROM identity.totp WHERE account_id = $1', [person.accountId]);
    return { body: bodyOf(goodPassword) };
  };

export const signedIn: Preparation = async (world) => {
  const { username } = await givePassword(world, await createSpare(world.database, 'person'));
  return { body: { username, password: goodPassword } };
};

export const refreshable: Preparation = async (world) => {
  const holder = await givePassword(world, await createSpare(world.database, 'person'));
  return { body: { refreshToken: (await signIn(world.server.url, holder)).body.refreshToken } };
};

export const refreshableByCookie: Preparation = async (world, played) => {
  const { body } = await refreshable(world, played);
  const { refreshToken } = body as { refreshToken: string };
  return { headers: { cookie: `__Host-rosette-refresh=${refreshToken}` } };
};

/** The first administrator can be made only where there is none. */
export const beforeSetUp: Preparation = async (world, played) => {
  await world.database.admin.query(
    `UPDATE access.role_grant SET role = 'general-secretary' WHERE role = 'administrator'`,
  );
  return oneTimeToken('set-up')(world, played);
};

export const spareWithFactor: Preparation = async ({ database }) => {
  await database.admin.query(
    `INSERT INTO identity.totp (account_id, key_id, sealed, confirmed_at) VALUES ($1, 'none', '\\x00', now())`,
    [await createSpare(database, 'person')],
  );
  return { isFresh: true };
};

export const unconfirmedFactor: Preparation = async (world, played) => {
  const { body: password } = await ownPassword((text) => ({ password: text }))(world, played);
  const { text } = await send(world.server.url, {
    method: 'POST',
    target: '/v1/me/totp',
    headers: { ...played.headers, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(password ?? {})),
  });
  const { secret } = JSON.parse(text) as { secret?: string };
  return secret === undefined ? {} : { body: { code: codeOf(secret) } };
};
