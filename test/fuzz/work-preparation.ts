/**
 * Prepares what campaigners work on: selections, walks, exports, mailings.
 */
import { randomBytes } from 'node:crypto';
import { readTombstoneKeys } from '../../src/protection/tombstone-keys.js';
import { unsubscribeToken } from '../../src/protection/unsubscribe-token.rules.js';
import { putney } from '../support/people.js';
import { createFrozenSelection } from '../support/selection.js';
import type { Preparation } from './prepared.js';

export const selection =
  (isFrozen: boolean): Preparation =>
  async ({ database, pool }, { person }) => {
    // One that is not frozen yet has nobody in it.
    const more = isFrozen ? {} : { districtIds: [] };
    if (person) await createFrozenSelection(database.admin, putney, person.accountId, { isFrozen, ...more });
    // What the support function leaves out, and what the compiler asks for.
    await database.admin.query(
      `UPDATE contact_creator.selection SET definition = '{"unit":"person","base":{"all":[]},"for":"any"}' WHERE definition = '{}'`,
    );
    await pool.refresh();
    return { isFresh: true };
  };

export const listable: Preparation = async (world, played) => ({
  ...(await selection(true)(world, played)),
  body: {
    constituencyId: putney,
    name: 'Saturday morning',
    selectionId: '@selection:0',
    cutBy: 'road-group',
    maxDoorsPerWalk: 60,
    purpose: 'voter-contact',
  },
});

export const mailing =
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

export const walkOfOwn =
  (isClaimed: boolean): Preparation =>
  async ({ database }, { person }) => {
    if (!person) return {};
    await database.admin.query(
      `UPDATE contact_creator.walk SET assigned_to = $1, assigned_from = now() - interval '1 hour', assigned_until = now() + interval '5 hours',
         claimed_by = CASE WHEN $3 THEN $1::uuid END, claimed_at = CASE WHEN $3 THEN now() END,
         claim_expires_at = CASE WHEN $3 THEN now() + interval '4 hours' END WHERE constituency_id = $2`,
      [person.accountId, putney, isClaimed],
    );
    return {};
  };

export const ofOwn =
  (table: string): Preparation =>
  async ({ database }, { person }) => {
    if (person) await database.admin.query(`UPDATE ${table} SET requested_by = $1`, [person.accountId]);
    return { isFresh: true };
  };

export const unsubscribing: Preparation = async ({ database }) => {
  const [key] = readTombstoneKeys(database.environment.ROSETTE_KEYS_DIR);
  const addressHash = `${key!.id}:${randomBytes(32).toString('hex')}`;
  return { targets: [{ token: unsubscribeToken(key!, { addressHash, subjectId: '1' }) }] };
};
