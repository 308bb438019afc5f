import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { putney } from './people.js';

/** A mailing to all members, who get an address each for it, every tenth still to be written to; answers its id. */
export async function createMailing(admin: Client, accountId: string): Promise<string> {
  const id = randomUUID();
  await admin.query(
    `INSERT INTO organise.member_contact_detail (constituency_id, member_id, email)
     SELECT constituency_id, id, lower(membership_number) || '@example.org' FROM organise.member`,
  );
  await admin.query(
    `INSERT INTO organise.mailing (constituency_id, id, name, subject, body_text, segment, created_by)
     VALUES ($1, $2, 'A', 'B', 'C', '{"all": []}', $3)`,
    [putney, id, accountId],
  );
  await admin.query(
    `INSERT INTO organise.mailing_recipient (constituency_id, mailing_id, member_id, state)
     SELECT constituency_id, $1, id, CASE WHEN id % 10 = 0 THEN 'pending' ELSE 'excluded' END FROM organise.member`,
    [id],
  );
  await admin.query('ANALYZE organise.member, organise.member_contact_detail, organise.mailing_recipient');
  return id;
}
