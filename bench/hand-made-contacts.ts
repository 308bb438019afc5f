/**
 * A batch of contacts as anyone would write it who trusts whoever calls: the rows of the three tables, and what is derived
 * from them by the same aggregates, in one transaction. It judges no item, asks no seal, locks no elector in advance and
 * tells no ledger.
 */
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { derivedElectorsSql } from '../migrations/parts/contact-derivation.js';

/** As a device hands it in. */
export interface HandMadeContact {
  id: string;
  electorId: string;
  method: string;
  outcome: string;
  votingIntentionCode?: string;
  likelihood?: number;
  flags?: string[];
  deviceAt: string;
}

const insertSql = `
  WITH item AS (
    SELECT r.*, e.door_id, date_trunc('milliseconds', least(r."deviceAt", now())) AS effective_at
    FROM jsonb_to_recordset($2::jsonb) AS r (id uuid, "electorId" bigint, method text, outcome text, "votingIntentionCode" text,
                                             likelihood smallint, flags text[], "deviceAt" timestamptz, hash text)
    JOIN contact_creator.elector e ON e.constituency_id = $1 AND e.id = r."electorId"),
  contact AS (
    INSERT INTO contact_creator.contact (constituency_id, id, elector_id, door_id, method, outcome, device_at, effective_at,
                                         recorded_at, recorded_by, payload_hash)
    SELECT $1, id, "electorId", door_id, method, outcome, "deviceAt", effective_at, now(), $3, decode(hash, 'hex') FROM item),
  subject AS (
    INSERT INTO contact_creator.contact_subject (constituency_id, elector_id, contact_id) SELECT $1, "electorId", id FROM item)
  INSERT INTO contact_creator.contact_answer (constituency_id, contact_id, vi_code, vi_category, vi_party, likelihood, answers, flags, flags_cleared)
  SELECT $1, i.id, v.code, v.category, v.party, i.likelihood, '{}', coalesce(i.flags, '{}'), '{}'
  FROM item i JOIN contact_creator.voting_intention_code v ON v.code = i."votingIntentionCode"`;

const derived = `
  (id, last_attempt_at, last_contact_at, attempt_count, contact_count, flags, objected_at, do_not_return_until, is_deceased, has_moved,
   vi_code, vi_category, vi_party, vi_at, vi_contact_id, likelihood)`;

const deriveSql = `
  WITH n ${derived} AS MATERIALIZED (${derivedElectorsSql('$2::bigint[]').replaceAll('p_constituency', '$1')}),
  elector AS (
    UPDATE contact_creator.elector e
    SET last_attempt_at = n.last_attempt_at, last_contact_at = n.last_contact_at, attempt_count = n.attempt_count,
        contact_count = n.contact_count, flags = n.flags, objected_at = n.objected_at, do_not_return_until = n.do_not_return_until,
        is_deceased = n.is_deceased, has_moved = n.has_moved
    FROM n WHERE e.constituency_id = $1 AND e.id = ANY ($2) AND e.id = n.id)
  INSERT INTO contact_creator.elector_opinion (constituency_id, elector_id, vi_code, vi_category, vi_party, vi_at, vi_contact_id, likelihood)
  SELECT $1, id, vi_code, vi_category, vi_party, vi_at, vi_contact_id, likelihood FROM n WHERE vi_contact_id IS NOT NULL OR likelihood IS NOT NULL
  ON CONFLICT ON CONSTRAINT elector_opinion_pkey DO UPDATE
  SET vi_code = excluded.vi_code, vi_category = excluded.vi_category, vi_party = excluded.vi_party, vi_at = excluded.vi_at,
      vi_contact_id = excluded.vi_contact_id, likelihood = excluded.likelihood`;

export async function recordByHand(
  client: Client,
  constituencyId: string,
  recordedBy: string,
  contacts: readonly HandMadeContact[],
): Promise<void> {
  const items = contacts.map((contact) => ({ ...contact, hash: hashOf(contact) }));
  await client.query('BEGIN');
  await client.query({
    name: 'hand-made contacts',
    text: insertSql,
    values: [constituencyId, JSON.stringify(items), recordedBy],
  });
  await client.query({
    name: 'hand-made derivation',
    text: deriveSql,
    values: [constituencyId, contacts.map(({ electorId }) => electorId)],
  });
  await client.query('COMMIT');
}

/** How the rows of a batch are derived; in a transaction that leaves nothing. */
export async function planByHand(
  client: Client,
  constituencyId: string,
  electorIds: readonly string[],
): Promise<string[]> {
  await client.query('BEGIN');
  const explain = `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) ${deriveSql}`;
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(explain, [constituencyId, electorIds]);
  await client.query('ROLLBACK');
  return rows.map((row) => row['QUERY PLAN']);
}

function hashOf(contact: HandMadeContact): string {
  return createHash('sha256').update(JSON.stringify(contact)).digest('hex');
}
