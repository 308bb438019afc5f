/**
 * Prepares who comes to an event and what came of a call at a door. Each time anew: earlier operations cancel every event
 * that was planned, and a demonstration this small has no contacts.
 */
import { randomUUID } from 'node:crypto';
import { putney } from '../support/people.js';
import type { Preparation } from './prepared.js';
import type { World } from './world.js';

/** An event that has begun, so that people may be checked in; one member is going or has come, another is not signed up. */
async function begin({ database }: World, accountId: string, state: 'going' | 'attended') {
  const { rows } = await database.admin.query<{ eventId: string; signUpId: string; otherId: string }>(
    `WITH member AS (SELECT min(id) AS first, max(id) AS last FROM organise.member WHERE constituency_id = $1 AND status = 'current'),
     event AS (
       INSERT INTO organise.event (constituency_id, id, kind, title, starts_at, ends_at, going_count, last_number, created_by)
       VALUES ($1, gen_random_uuid(), 'meeting', 'Meeting', now() - interval '1 hour', now() + interval '1 hour', 1, 1, $2)
       RETURNING id)
     INSERT INTO organise.sign_up (constituency_id, id, event_id, member_id, number, role, state, signed_up_by, checked_in_by, checked_in_at)
     SELECT $1, gen_random_uuid(), event.id, member.first, 1, 'attendee', $3, $2,
            CASE WHEN $3 = 'attended' THEN $2::uuid END, CASE WHEN $3 = 'attended' THEN now() END FROM event, member
     RETURNING event_id AS "eventId", id AS "signUpId", (SELECT last::text FROM member) AS "otherId"`,
    [putney, accountId, state],
  );
  return rows[0]!;
}

export const begunEvent: Preparation = async (world, { person }) => {
  if (!person) return {};
  const { eventId, otherId } = await begin(world, person.accountId, 'going');
  return { targets: [{ id: eventId, constituencyId: putney }], body: { memberId: otherId } };
};

export const signUp =
  (state: 'going' | 'attended'): Preparation =>
  async (world, { person }) => {
    if (!person) return {};
    const { signUpId } = await begin(world, person.accountId, state);
    return { targets: [{ id: signUpId, constituencyId: putney }] };
  };

/** At a door, where a contact needs neither a register entry nor a code. */
export const contactOfOwn: Preparation = async ({ database }, { person }) => {
  if (!person) return {};
  const { rows } = await database.admin.query<{ id: string }>(
    `INSERT INTO contact_creator.contact
       (constituency_id, id, door_id, method, outcome, device_at, effective_at, recorded_at, recorded_by, payload_hash)
     SELECT constituency_id, gen_random_uuid(), id, 'doorstep', 'not-in', now(), now(), now(), $2, sha256('')
     FROM contact_creator.door WHERE constituency_id = $1 LIMIT 1 RETURNING id`,
    [putney, person.accountId],
  );
  return { targets: rows, body: { constituencyId: putney, reason: 'never happened' } };
};

export const correction: Preparation = async (world, played) => {
  const { targets } = await contactOfOwn(world, played);
  const deviceAt = new Date().toISOString();
  const contact = { id: randomUUID(), doorId: '@door:0', method: 'doorstep', outcome: 'refused', deviceAt };
  const body = { constituencyId: putney, reason: 'somebody was in', contact };
  return targets ? { targets, body } : {};
};
