/** Lists with walks in every constituency of a database, a street a walk, some of them assigned to the people of a side. */
import type { Client } from 'pg';
import { createPerson } from '../test/support/people.js';
import type { BenchDatabase } from './arena.js';

/** Every fourth street is walked: some nine thousand walks with 180,000 doors in twenty constituencies. */
const everyNth = 4;

/** Answers the walks of each account. */
export async function createWalks(
  database: BenchDatabase,
  constituencyId: string,
  accountIds: readonly string[],
): Promise<string[][]> {
  const { admin } = database;
  const { accountId: somebody } = await createPerson(database);
  await admin.query(
    `INSERT INTO contact_creator.list (constituency_id, id, name, purpose, uses_opinions, cut_by, max_doors, fatigue_days, selected_count,
                                       created_by, expires_at)
     SELECT DISTINCT constituency_id, gen_random_uuid(), 'Everybody', 'voter-contact', false, 'size', 50, 30, 0, $1::uuid, now() + interval '7 days'
     FROM contact_creator.polling_district`,
    [somebody],
  );
  await admin.query(
    `INSERT INTO contact_creator.walk (constituency_id, id, list_id, position, polling_district_id, name, door_count, elector_count,
                                       assigned_to, assigned_from, assigned_until)
     SELECT s.constituency_id, gen_random_uuid(), l.id, row_number() OVER (PARTITION BY s.constituency_id ORDER BY s.id), s.polling_district_id,
            s.name, 20, 40, $1, now() - interval '1 hour', now() + interval '1 day'
     FROM contact_creator.street s JOIN contact_creator.list l USING (constituency_id)
     WHERE s.id % $2 = 0`,
    [somebody, everyNth],
  );
  await admin.query(
    `INSERT INTO contact_creator.walk_door (constituency_id, walk_id, position, door_id)
     SELECT w.constituency_id, w.id, d.number, d.id FROM contact_creator.walk w
     JOIN contact_creator.street s ON s.constituency_id = w.constituency_id AND s.name = w.name
     JOIN contact_creator.door d ON d.constituency_id = w.constituency_id AND d.street_id = s.id`,
  );
  await admin.query(
    `INSERT INTO contact_creator.walk_elector (constituency_id, walk_id, door_id, elector_id)
     SELECT w.constituency_id, w.walk_id, w.door_id, e.id FROM contact_creator.walk_door w
     JOIN contact_creator.elector e ON e.constituency_id = w.constituency_id AND e.door_id = w.door_id`,
  );
  const walks: string[][] = [];
  for (const accountId of accountIds)
    walks.push(await assignSome(admin, constituencyId, somebody, accountId));
  return walks;
}

const walksEach = 20;

async function assignSome(
  admin: Client,
  constituencyId: string,
  from: string,
  to: string,
): Promise<string[]> {
  const { rows } = await admin.query<{ id: string }>(
    `UPDATE contact_creator.walk SET assigned_to = $3
     WHERE constituency_id = $1 AND id IN (SELECT id FROM contact_creator.walk WHERE constituency_id = $1 AND assigned_to = $2 LIMIT $4)
     RETURNING id`,
    [constituencyId, from, to, walksEach],
  );
  return rows.map(({ id }) => id);
}
