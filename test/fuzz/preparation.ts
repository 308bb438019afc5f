/**
 * What must be there before an operation can succeed at all, where the demonstration does not have it: a one-time token,
 * a spare person to depart, an import that waits. Made afresh, because most of it is used up.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readTombstoneKeys } from '../../src/protection/tombstone-keys.js';
import { unsubscribeToken } from '../../src/protection/unsubscribe-token.rules.js';
import { hashPassword } from '../../src/identity/password-hash.js';
import { createPerson, putney, wimbledon } from '../support/people.js';
import { goodPassword, signIn, type Holder } from '../support/sign-in.js';
import { createFrozenSelection } from '../support/selection.js';
import { createSpare, type Played } from './cast.js';
import type { Operation } from './document.js';
import type { Target } from './pool.js';
import { send } from './wire.js';
import type { World } from './world.js';

export interface Prepared {
  body?: unknown;
  targets?: Target[];
  /** Something new is there: look for targets again. */
  isFresh?: boolean;
}

type Preparation = (world: World, played: Played) => Promise<Prepared>;

/** Nothing for who is refused: it would be as dull as it is slow. */
export async function prepare(world: World, operation: Operation, played: Played): Promise<Prepared> {
  return (await preparations[`${operation.method} ${operation.path}`]?.(world, played)) ?? {};
}

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

const spareIn =
  (role?: 'canvasser'): Preparation =>
  async ({ database }) => {
    await createSpare(database, 'person', role);
    return { isFresh: true };
  };
const spareProgram: Preparation = async ({ database }) => {
  await createSpare(database, 'client');
  return { isFresh: true };
};

const oneTimeToken =
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

const ownPassword =
  (bodyOf: (password: string) => unknown): Preparation =>
  async (world, { person }) => {
    if (!person) return {};
    await givePassword(world, person.accountId);
    await world.database.admin.query('DELETE FROM identity.totp WHERE account_id = $1', [person.accountId]);
    return { body: bodyOf(goodPassword) };
  };

const staged =
  (path: 'register-imports' | 'member-imports', state: string): Preparation =>
  async (world) => {
    const { admin } = world.database;
    const table = path === 'register-imports' ? 'contact_creator.register_import' : 'organise.member_import';
    const waiting = await admin.query(
      `SELECT 1 FROM ${table} WHERE state = $1 AND constituency_id = $2 LIMIT 1`,
      [state, wimbledon],
    );
    if (waiting.rows.length === 0) await upload(world, path, wimbledon, csvOf(path), state === 'staged');
    const until = performance.now() + 5_000;
    while (performance.now() < until) {
      const { rows } = await admin.query(
        `SELECT 1 FROM ${table} WHERE state = $1 AND constituency_id = $2 LIMIT 1`,
        [state, wimbledon],
      );
      if (rows.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { isFresh: true };
  };

export function csvOf(path: 'register-imports' | 'member-imports'): string {
  const n = randomUUID().slice(0, 8);
  return path === 'register-imports'
    ? `Elector Number Prefix,Elector Number,Elector Number Suffix,Elector Markers,Elector DOB,Elector Surname,Elector Forename,PostCode,Address1,Address2,Address3,Address4,Address5,Address6\r\nKA,1,0,,,Example${n},Ada,SW15 1AA,1 Example Road,,,,,\r\n`
    : `Membership Number,First Name,Surname,Email\r\n${n},Ada,Example,ada-${n}@example.org\r\n`;
}

/** Sends a file as somebody who may; answers the status. */
export async function upload(
  world: World,
  path: 'register-imports' | 'member-imports',
  constituencyId: string,
  file: string | Buffer,
  isDryRun: boolean,
): Promise<{ status: number; text: string }> {
  const officer = await createPerson(world.database, {
    role: path === 'register-imports' ? 'data-officer' : 'membership-secretary',
    purposes: [path === 'register-imports' ? 'register-management' : 'membership-administration'],
  });
  const more = path === 'register-imports' ? '&gateway=registered-party&ero=Example' : '&complete=false';
  return send(world.server.url, {
    method: 'POST',
    target: `/v1/${path}?constituencyId=${constituencyId}&publishedOn=2026-02-01&dryRun=${isDryRun}${more}`,
    headers: { ...officer.headers, 'content-type': 'text/csv', 'idempotency-key': randomUUID() },
    body: Buffer.from(file as string),
  });
}

const selection =
  (isFrozen: boolean): Preparation =>
  async ({ database, pool }, { person }) => {
    if (person) await createFrozenSelection(database.admin, putney, person.accountId, { isFrozen });
    // What the support function leaves out, and what the compiler asks for.
    await database.admin.query(
      `UPDATE contact_creator.selection SET definition = '{"unit":"person","base":{"all":[]},"for":"any"}' WHERE definition = '{}'`,
    );
    await pool.refresh();
    return { isFresh: true };
  };

const mailing =
  (state: 'draft' | 'preparing'): Preparation =>
  async ({ database }, { person }) => {
    if (!person) return {};
    await database.admin.query(
      `INSERT INTO organise.mailing (constituency_id, id, name, subject, body_text, segment, state, job_id, created_by, sent_by, sent_at)
       VALUES ($1, gen_random_uuid(), 'Meeting', 'Meeting', 'Come.', '{"all":[]}', $2, CASE WHEN $2 <> 'draft' THEN gen_random_uuid() END, $3,
               CASE WHEN $2 <> 'draft' THEN $3::uuid END, CASE WHEN $2 <> 'draft' THEN now() END)`,
      [putney, state, person.accountId],
    );
    return { isFresh: true };
  };

const walkOfOwn: Preparation = async ({ database }, { person }) => {
  if (!person) return {};
  await database.admin.query(
    `UPDATE contact_creator.walk SET assigned_to = $1, assigned_from = now() - interval '1 hour', assigned_until = now() + interval '5 hours',
       claimed_by = NULL, claimed_at = NULL, claim_expires_at = NULL WHERE constituency_id = $2`,
    [person.accountId, putney],
  );
  return {};
};

const ofOwn =
  (table: string): Preparation =>
  async ({ database }, { person }) => {
    if (person) await database.admin.query(`UPDATE ${table} SET requested_by = $1`, [person.accountId]);
    return { isFresh: true };
  };

const preparations: Partial<Record<string, Preparation>> = {
  'POST /v1/users/{id}/departure': async ({ database }) => {
    await createSpare(database, 'person', 'canvasser');
    return { isFresh: true, body: { standing: 'resigned', reason: 'left the party' } };
  },
  'GET /v1/users/{id}/departure': async ({ database }) => {
    const { rows } = await database.admin.query<{ id: string }>(
      'SELECT account_id AS id FROM access.departure LIMIT 3',
    );
    return rows.length > 0 ? { targets: rows } : {};
  },
  'POST /v1/users/{id}/grants': async ({ database }) => {
    await createSpare(database, 'person');
    const untilAt = new Date(Date.now() + 20 * 86_400_000).toISOString();
    const area = { kind: 'constituency', constituencyId: putney };
    return { isFresh: true, body: { role: 'canvasser', area, purposes: ['voter-contact'], untilAt } };
  },
  'POST /v1/users/{id}/grants/{grantId}/end': spareIn('canvasser'),
  'POST /v1/users/{id}/grants/{grantId}/renew': spareIn('canvasser'),
  'POST /v1/users/{id}/grants/{grantId}/approve': async (world) => {
    const id = await createSpare(world.database, 'person', 'canvasser');
    await world.database.admin.query(
      'UPDATE access.role_grant SET approved_at = NULL, granted_by = $2 WHERE account_id = $1',
      [id, await createSpare(world.database, 'person')],
    );
    return { isFresh: true };
  },
  'POST /v1/users/{id}/totp-reset': spareIn(),
  'POST /v1/api-clients/{id}/rotate-secret': spareProgram,
  'DELETE /v1/api-clients/{id}': spareProgram,
  'POST /v1/auth/token': async (world) => {
    const { username } = await givePassword(world, await createSpare(world.database, 'person'));
    return { body: { username, password: goodPassword } };
  },
  'POST /v1/auth/refresh': async (world) => {
    const holder = await givePassword(world, await createSpare(world.database, 'person'));
    return { body: { refreshToken: (await signIn(world.server.url, holder)).body.refreshToken } };
  },
  'POST /v1/auth/step-up': ownPassword((password) => ({ password })),
  'POST /v1/auth/password-reset/confirm': oneTimeToken('password-reset'),
  'POST /v1/auth/invitations/accept': oneTimeToken('invitation'),
  'POST /v1/auth/set-up': oneTimeToken('set-up'),
  'POST /v1/me/password': ownPassword((currentPassword) => ({
    currentPassword,
    newPassword: 'eight copper whistles sing',
  })),
  'POST /v1/me/totp': ownPassword((password) => ({ password })),
  'POST /v1/register-imports/{id}/commit': staged('register-imports', 'staged'),
  'POST /v1/register-imports/{id}/cancel': staged('register-imports', 'staged'),
  'POST /v1/register-imports/{id}/undo': staged('register-imports', 'committed'),
  'POST /v1/member-imports/{id}/commit': staged('member-imports', 'staged'),
  'POST /v1/member-imports/{id}/cancel': staged('member-imports', 'staged'),
  'POST /v1/lists': selection(true),
  'POST /v1/selections/{id}/freeze': selection(false),
  'PATCH /v1/selections/{id}': selection(false),
  'DELETE /v1/selections/{id}': selection(false),
  'POST /v1/mailings/{id}/send': mailing('draft'),
  'POST /v1/mailings/{id}/cancel': mailing('preparing'),
  'PATCH /v1/mailings/{id}': mailing('draft'),
  'DELETE /v1/mailings/{id}': mailing('draft'),
  'POST /v1/walks/{id}/claim': walkOfOwn,
  'GET /v1/walks/{id}/doors': walkOfOwn,
  'GET /v1/walks': walkOfOwn,
  'GET /v1/exports/{id}/file.csv': ofOwn('contact_creator.export'),
  'GET /v1/unsubscribe/{token}': unsubscribing(),
  'POST /v1/unsubscribe/{token}': unsubscribing(),
};

function unsubscribing(): Preparation {
  return async ({ database }) => {
    const [key] = readTombstoneKeys(database.environment.ROSETTE_KEYS_DIR);
    const addressHash = `${key!.id}:${randomBytes(32).toString('hex')}`;
    return { targets: [{ token: unsubscribeToken(key!, { addressHash, subjectId: '1' }) }] };
  };
}
