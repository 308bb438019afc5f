/**
 * In charge of the demonstration's accounts: one per role, with grants, offices and, where the role asks for it, a second
 * factor. They are the operator's act, so they are written as the owner of the database and entered in the ledger as such;
 * names, passwords and seeds are kept in demo-accounts.json, which only the operator reads.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Secret } from 'otpauth';
import type { Client } from 'pg';
import { roleRules } from '../access/permissions.js';
import type { Environment } from '../config/environment.js';
import type { Role } from '../config/vocabulary.js';
import { Envelope } from '../identity/envelope.service.js';
import { hashPassword } from '../identity/password-hash.js';
import { asOperator } from './as-operator.js';
import { plannedAccounts, plannedOffices } from './demonstration-plan.js';

/** As demo-accounts.json holds it. */
export interface DemonstrationAccount {
  role: Role;
  username: string;
  password: string;
  totpSecret?: string;
}

/** The accounts: those of an earlier start, or new ones. Undefined where the database is already in somebody's use. */
export async function ensureDemonstrationAccounts(
  environment: Environment,
): Promise<DemonstrationAccount[] | undefined> {
  const file = join(environment.ROSETTE_DATA_DIR, 'demo-accounts.json');
  const known = readAccounts(file);
  return asOperator(environment, async (client) => {
    if (known && (await areThere(client, known))) return known;
    const { rows } = await client.query<{ isUsed: boolean }>(
      'SELECT EXISTS (SELECT FROM identity.account) AS "isUsed"',
    );
    if (rows[0]?.isUsed) return undefined;
    const accounts = plannedAccounts.map(({ role }) => newAccount(role));
    // The file first: accounts whose passwords nobody knows would be of no use.
    writeAccounts(file, accounts);
    await writeAccountsToDatabase(client, environment, accounts);
    return accounts;
  });
}

function newAccount(role: Role): DemonstrationAccount {
  const password = randomBytes(15).toString('base64url');
  const account = { role, username: `${role}@example.org`, password };
  return roleRules[role].isPrivileged ? { ...account, totpSecret: new Secret({ size: 20 }).base32 } : account;
}

function readAccounts(file: string): DemonstrationAccount[] | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DemonstrationAccount[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all, and never readable by others, not even for a moment. */
function writeAccounts(file: string, accounts: readonly DemonstrationAccount[]): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

async function areThere(client: Client, accounts: readonly DemonstrationAccount[]): Promise<boolean> {
  const { rows } = await client.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM identity.account WHERE username = ANY ($1) AND closed_at IS NULL',
    [accounts.map(({ username }) => username)],
  );
  return rows[0]?.count === accounts.length;
}

async function writeAccountsToDatabase(
  client: Client,
  environment: Environment,
  accounts: readonly DemonstrationAccount[],
): Promise<void> {
  const envelope = new Envelope(environment);
  const people = await Promise.all(
    accounts.map(async ({ role, username, password, totpSecret }) => {
      const id = randomUUID();
      const planned = plannedAccounts.find((account) => account.role === role);
      const seed = totpSecret === undefined ? undefined : envelope.seal(totpSecret, id);
      return {
        ...planned,
        id,
        username,
        hash: await hashPassword(password),
        keyId: seed?.keyId ?? null,
        sealed: seed?.sealed.toString('hex') ?? null,
        seesBulk: roleRules[role].seesBulk,
      };
    }),
  );
  const idOf = (role: Role | null) => people.find((person) => person.role === role)?.id ?? null;
  const offices = plannedOffices.map(({ members, representative, ...office }) => ({
    ...office,
    id: randomUUID(),
    representativeId: idOf(representative),
    members: members.map(idOf),
  }));
  await client.query(everything, [
    JSON.stringify(people),
    JSON.stringify(offices),
    idOf('administrator'),
    idOf('general-secretary'),
  ]);
}

/** One statement, so that all of it is there or nothing. Foreign keys are checked at its end. */
const everything = `
  WITH person AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS p (id uuid, role text, username text, "displayName" text, hash text,
      "keyId" text, sealed text, "seesBulk" boolean, "constituencyId" text, "secondConstituencyId" text, purposes text[])
  ), planned_office AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS o (id uuid, name text, kind text, "constituencyId" text,
      "representativeId" uuid, members uuid[])
  ), account AS (
    INSERT INTO identity.account (id, kind, username, display_name) SELECT id, 'person', username, "displayName" FROM person
  ), secret AS (
    INSERT INTO identity.password (account_id, hash) SELECT id, hash FROM person
  ), factor AS (
    INSERT INTO identity.totp (account_id, key_id, sealed, confirmed_at)
    SELECT id, "keyId", decode(sealed, 'hex'), now() FROM person WHERE sealed IS NOT NULL
  ), acceptance AS (
    INSERT INTO protection.undertaking_acceptance (account_id, version)
    SELECT p.id, (SELECT max(version) FROM protection.undertaking WHERE in_force_at <= now()) FROM person p
  ), office AS (
    INSERT INTO access.office (id, name, kind, constituency_id, representative_id)
    SELECT id, name, kind, "constituencyId", "representativeId" FROM planned_office
  ), office_member AS (
    INSERT INTO access.office_member (office_id, account_id) SELECT o.id, m FROM planned_office o, unnest(o.members) m
  ), role_grant AS (
    INSERT INTO access.role_grant (account_id, role, area_kind, constituency_id, purposes, from_at, until_at, granted_by, approved_by, approved_at)
    SELECT p.id, p.role, CASE WHEN a.id IS NULL THEN 'everywhere' ELSE 'constituency' END, a.id, p.purposes,
           now(), now() + interval '1 year', nullif($3::uuid, p.id), CASE WHEN p."seesBulk" THEN $4::uuid END, now()
    FROM person p CROSS JOIN LATERAL (
      SELECT p."constituencyId" UNION ALL SELECT p."secondConstituencyId" WHERE p."secondConstituencyId" IS NOT NULL) a (id)
  )
  INSERT INTO ledger.action (action, outcome, target_kind, target_id, detail)
  SELECT 'demonstration.load', 'done', 'account', p.id::text, jsonb_build_object('role', p.role, 'by', 'operator') FROM person p`;
