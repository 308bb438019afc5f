import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { Selection } from './selection.dto.js';

export type VersionedSelection = Selection & { version: number };

/** What an answer needs to know of its selection. */
export interface SelectionState {
  version: number;
  definition: unknown;
  frozenAt: Date | null;
}

// How many a selection by opinions kept is an answer about opinions: it is asked as a count, under a purpose.
const columns = `
  id, constituency_id AS "constituencyId", name, definition, uses_opinions AS "usesOpinions", created_by AS "createdBy",
  created_at AS "createdAt", frozen_at AS "frozenAt", CASE WHEN NOT uses_opinions THEN frozen_count END AS "frozenElectors", version`;

/** Selections as they were defined; who they find is the answer's part. Nobody's data is in them. */
@Injectable()
export class SelectionRepository {
  /** Newest first. `after` is microseconds since 1970 and an id. Index: selection_newest. */
  page(
    tx: Tx,
    constituencyId: string,
    limit: number,
    after: readonly [number, string] | undefined,
  ): Promise<(VersionedSelection & { key: string })[]> {
    return tx.rows<VersionedSelection & { key: string }>(
      `SELECT ${columns}, (extract(epoch FROM created_at) * 1000000)::bigint AS key FROM contact_creator.selection
       WHERE constituency_id = $1 AND ($2::bigint IS NULL
         OR created_at < to_timestamp(0) + $2 * interval '1 microsecond'
         OR (created_at = to_timestamp(0) + $2 * interval '1 microsecond' AND id > $3))
       ORDER BY created_at DESC, id LIMIT $4`,
      [constituencyId, after?.[0] ?? null, after?.[1] ?? null, limit],
    );
  }

  /** Index: selection_pkey. */
  byId(tx: Tx, constituencyId: string, id: string): Promise<VersionedSelection | undefined> {
    return tx.first<VersionedSelection & Record<string, unknown>>(
      `SELECT ${columns} FROM contact_creator.selection WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id],
    );
  }

  /** Index: selection_pkey. */
  state(tx: Tx, constituencyId: string, id: string): Promise<SelectionState | undefined> {
    return tx.first<SelectionState & Record<string, unknown>>(
      `SELECT version, definition, frozen_at AS "frozenAt" FROM contact_creator.selection
       WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id],
    );
  }

  /** As `state`, and nobody changes it before the transaction ends. Index: selection_pkey. */
  lock(tx: Tx, constituencyId: string, id: string): Promise<SelectionState | undefined> {
    return tx.first<SelectionState & Record<string, unknown>>(
      `SELECT version, definition, frozen_at AS "frozenAt" FROM contact_creator.selection
       WHERE constituency_id = $1 AND id = $2 FOR UPDATE`,
      [constituencyId, id],
    );
  }

  async insert(
    tx: Tx,
    selection: Pick<
      Selection,
      'id' | 'constituencyId' | 'name' | 'definition' | 'usesOpinions' | 'createdBy'
    >,
  ): Promise<void> {
    const { id, constituencyId, name, definition, usesOpinions, createdBy } = selection;
    await tx.run(
      `INSERT INTO contact_creator.selection (constituency_id, id, name, definition, uses_opinions, created_by)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [constituencyId, id, name, JSON.stringify(definition), usesOpinions, createdBy],
    );
  }

  /** What is undefined stays. Index: selection_pkey. */
  async change(
    tx: Tx,
    constituencyId: string,
    id: string,
    change: { name?: string; definition?: { value: unknown; usesOpinions: boolean } },
  ): Promise<void> {
    const { name, definition } = change;
    await tx.run(
      `UPDATE contact_creator.selection
       SET name = coalesce($3, name), definition = coalesce($4::jsonb, definition),
           uses_opinions = coalesce($5::boolean, uses_opinions), version = version + 1
       WHERE constituency_id = $1 AND id = $2`,
      [
        constituencyId,
        id,
        name ?? null,
        definition ? JSON.stringify(definition.value) : null,
        definition?.usesOpinions ?? null,
      ],
    );
  }

  /** What a frozen one kept goes with it. Index: selection_pkey. */
  async delete(tx: Tx, constituencyId: string, id: string): Promise<void> {
    await tx.run('DELETE FROM contact_creator.selection WHERE constituency_id = $1 AND id = $2', [
      constituencyId,
      id,
    ]);
  }
}
