import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { ApiClient } from './api.js';

/** A frozen selection of current electors of districts, all of the constituency where none is named; written past the compiler. */
export async function createFrozenSelection(
  admin: Client,
  constituencyId: string,
  accountId: string,
  more: { districtIds?: string[]; usesOpinions?: boolean; isFrozen?: boolean; aim?: 'doorstep' | 'any' } = {},
): Promise<string> {
  const id = randomUUID();
  await admin.query(
    `INSERT INTO contact_creator.selection (constituency_id, id, name, definition, uses_opinions, created_by)
     VALUES ($1, $2, 'Everybody', $5, $3, $4)`,
    [
      constituencyId,
      id,
      more.usesOpinions ?? false,
      accountId,
      JSON.stringify({ unit: 'person', base: { all: [] }, for: more.aim ?? 'doorstep' }),
    ],
  );
  const members = await admin.query(
    `INSERT INTO contact_creator.selection_member (constituency_id, selection_id, elector_id)
     SELECT $1, $2, id FROM contact_creator.elector
     WHERE constituency_id = $1 AND is_current AND ($3::bigint[] IS NULL OR polling_district_id = ANY ($3))`,
    [constituencyId, id, more.districtIds ?? null],
  );
  if (more.isFrozen ?? true) {
    await admin.query(
      `UPDATE contact_creator.selection SET frozen_at = now(), frozen_count = $3 WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id, members.rowCount],
    );
  }
  return id;
}

/** A list of a frozen selection, cut into walks of ten doors; answers the walks in their order. */
export async function createWalks(
  organiser: ApiClient,
  constituencyId: string,
  selectionId: string,
): Promise<string[]> {
  const list = await organiser.post<{ id: string }>('/v1/lists', {
    constituencyId,
    name: 'Saturday',
    selectionId,
    cutBy: 'size',
    maxDoorsPerWalk: 10,
    purpose: 'voter-contact',
  });
  const walks = await organiser.get<{ items: { id: string }[] }>(
    `/v1/lists/${list.body.id}/walks?constituencyId=${constituencyId}`,
  );
  return walks.body.items.map(({ id }) => id);
}
