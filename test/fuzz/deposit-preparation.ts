/**
 * Prepares who hands in what was recorded on a walk, and what was handed in and waits for a decision. Each time with a token of
 * its own: one takes no more than so much in an hour.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { createPerson, putney } from '../support/people.js';
import type { Preparation } from './prepared.js';
import type { World } from './world.js';

async function tokenOfSomebody({
  database,
}: World): Promise<{ headers: Record<string, string>; walkId: string }> {
  const holder = await createPerson(database, { role: 'canvasser', constituencyId: putney });
  const token = randomBytes(32).toString('base64url');
  const { rows } = await database.admin.query<{ walkId: string }>(
    `INSERT INTO quarantine.token (token_hash, constituency_id, list_id, walk_id, account_id, session_id, expires_at)
     SELECT $1, $2, coalesce(w.list_id, gen_random_uuid()), coalesce(w.id, gen_random_uuid()), $3, $4, now() + interval '1 day'
     FROM (SELECT) one LEFT JOIN (SELECT list_id, id FROM contact_creator.walk WHERE constituency_id = $2 LIMIT 1) w ON true
     RETURNING walk_id AS "walkId"`,
    [createHash('sha256').update(token).digest(), putney, holder.accountId, holder.sessionId],
  );
  return { headers: { authorization: `Deposit ${token}` }, walkId: rows[0]!.walkId };
}

function contactOn(walkId: string, doorId: string): object {
  const deviceAt = new Date().toISOString();
  return { id: randomUUID(), doorId, walkId, method: 'doorstep', outcome: 'not-in', deviceAt };
}

export const handingIn: Preparation = async (world) => {
  const { headers, walkId } = await tokenOfSomebody(world);
  return { headers, body: { id: randomUUID(), contacts: [contactOn(walkId, '@door:0')] } };
};

export const depositWaiting: Preparation = async (world) => {
  const { headers, walkId } = await tokenOfSomebody(world);
  const body = { id: randomUUID(), contacts: [contactOn(walkId, '1')] };
  const { status } = await new ApiClient(world.server.url).send('POST', '/v1/deposits', body, headers);
  if (status !== 202) throw new Error(`no deposit to decide: ${status}`);
  return { isFresh: true, body: { reason: 'the team was not concerned' } };
};
