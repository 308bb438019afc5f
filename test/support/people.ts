import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { Role } from '../../src/config/vocabulary.js';
import { AccessTokenService } from '../../src/identity/access-token.service.js';
import type { TestDatabase } from './test-database.js';

/** Two real constituencies with a handful of made-up people, and two more names to be refused. */
export const putney = 'E14001434';
export const wimbledon = 'E14001586';

export interface Person {
  accountId: string;
  sessionId: string;
  token: string;
  /** Headers of a request in this person's name. */
  headers: Record<string, string>;
}

export interface Standing {
  role?: Role;
  constituencyId?: string;
  purposes?: string[];
  hasAccepted?: boolean;
  kind?: 'person' | 'client';
  /** Whether the session was opened with a second factor, and stepped up. Default: yes. */
  hasSecondFactor?: boolean;
}

/** Makes an account with a live session and a grant, and signs its token as the server would. */
export async function createPerson(
  database: Pick<TestDatabase, 'admin' | 'environment'>,
  standing: Standing = {},
): Promise<Person> {
  const { admin } = database;
  const accountId = randomUUID();
  const sessionId = randomUUID();
  await admin.query(
    `INSERT INTO identity.account (id, kind, username, display_name) VALUES ($1, $2, $3, 'A Person')`,
    [accountId, standing.kind ?? 'person', `person-${accountId}`],
  );
  await admin.query(
    `INSERT INTO identity.session (id, account_id, expires_at, mfa_at, stepped_up_until)
     VALUES ($1, $2, now() + interval '1 hour', CASE WHEN $3 THEN now() END, CASE WHEN $3 THEN now() + interval '1 hour' END)`,
    [sessionId, accountId, standing.hasSecondFactor ?? true],
  );
  if (standing.role) await grant(admin, accountId, standing.role, standing.constituencyId, standing.purposes);
  if (standing.hasAccepted ?? true) {
    await admin.query(
      `INSERT INTO protection.undertaking_acceptance (account_id, version) SELECT $1, max(version) FROM protection.undertaking`,
      [accountId],
    );
  }
  const token = await new AccessTokenService(database.environment).sign({ accountId, sessionId });
  return { accountId, sessionId, token, headers: { authorization: `Bearer ${token}` } };
}

export async function grant(
  admin: Client,
  accountId: string,
  role: Role,
  constituencyId?: string,
  purposes: string[] = [],
): Promise<void> {
  await admin.query(
    `INSERT INTO access.role_grant (account_id, role, area_kind, constituency_id, purposes, from_at, until_at, approved_at)
     VALUES ($1, $2, $3, $4, $5, now() - interval '1 minute', now() + interval '30 days', now())`,
    [
      accountId,
      role,
      constituencyId === undefined ? 'everywhere' : 'constituency',
      constituencyId ?? null,
      purposes,
    ],
  );
}

/** `count` electors and as many members in a constituency. */
export async function createElectorsAndMembers(
  admin: Client,
  constituencyId: string,
  count: number,
): Promise<void> {
  await admin.query(
    `WITH district AS (
       INSERT INTO contact_creator.polling_district (constituency_id, id, code) VALUES ($1, nextval('protection.subject_id'), 'KA')
       ON CONFLICT ON CONSTRAINT polling_district_code_unique DO UPDATE SET code = excluded.code RETURNING id)
     INSERT INTO contact_creator.elector (constituency_id, entry_kind, polling_district_id, number_prefix, number, forename, surname,
                                          name_folded, first_import_id, import_id)
     SELECT $1, 'ordinary', district.id, 'KA', n, 'Forename' || n, 'Surname' || n, 'surname' || n || ' forename' || n,
            '00000000-0000-4000-8000-000000000000', '00000000-0000-4000-8000-000000000000'
     FROM district, generate_series(1, $2::integer) n`,
    [constituencyId, count],
  );
  await admin.query(
    `INSERT INTO organise.member (constituency_id, membership_number, forename, surname)
     SELECT $1, 'M' || n, 'Forename' || n, 'Surname' || n FROM generate_series(1, $2::integer) n`,
    [constituencyId, count],
  );
}
