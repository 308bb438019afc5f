/**
 * Who asks: each role with a real grant, a person without one, nobody, and a program. All are made anew for each
 * operation, so that one that signs out, departs or is suspended dulls nothing after it.
 */
import { ROLES, type Role } from '../../src/config/vocabulary.js';
import { ACTIONS } from '../../src/config/vocabulary.js';
import { createPerson, putney, type Person } from '../support/people.js';
import type { TestDatabase } from '../support/test-database.js';

/** Nobody first: what he may do, all may. */
export const ACTORS = ['no-token', ...ROLES, 'no-grant', 'program'] as const;
export type Actor = (typeof ACTORS)[number];

const purposesOf: Partial<Record<Actor, string[]>> = {
  canvasser: ['voter-contact'],
  organiser: ['voter-contact'],
  candidate: ['voter-contact'],
  program: ['voter-contact'],
  'data-officer': ['voter-contact', 'register-management'],
  'membership-secretary': ['membership-administration', 'member-communication'],
};
const anywhere: readonly Role[] = [
  'data-officer',
  'membership-secretary',
  'data-protection-officer',
  'general-secretary',
  'administrator',
];

export interface Played {
  person?: Person;
  headers: Record<string, string>;
  purposes: string[];
}

export async function play(database: TestDatabase, actor: Actor): Promise<Played> {
  const purposes = purposesOf[actor] ?? [];
  if (actor === 'no-token') return { headers: {}, purposes };
  const role = actor === 'no-grant' ? undefined : actor === 'program' ? 'organiser' : actor;
  const person = await createPerson(database, {
    ...(role ? { role } : {}),
    ...(role && anywhere.includes(role) ? {} : { constituencyId: putney }),
    purposes,
    kind: actor === 'program' ? 'client' : 'person',
  });
  if (actor === 'program')
    await database.admin.query(
      'INSERT INTO identity.client_scope (account_id, action) SELECT $1, unnest($2::text[])',
      [person.accountId, ACTIONS],
    );
  return { person, headers: person.headers, purposes };
}

/** A person, or a program, whom nothing else needs: may be departed, reset, closed. */
export async function createSpare(
  database: TestDatabase,
  kind: 'person' | 'client',
  role?: Role,
): Promise<string> {
  const { accountId } = await createPerson(database, {
    kind,
    ...(role ? { role, constituencyId: putney } : {}),
  });
  await database.admin.query(`UPDATE identity.account SET username = 'spare-' || id WHERE id = $1`, [
    accountId,
  ]);
  return accountId;
}
