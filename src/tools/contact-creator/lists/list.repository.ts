import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import { fatigueRange } from '../../../targeting/fatigue.rules.js';
import type { List } from './list.dto.js';

export type VersionedList = List & { version: number };

/** What a list is made with; the counts follow from the cut. */
export interface NewList extends Pick<
  List,
  | 'id'
  | 'constituencyId'
  | 'name'
  | 'purpose'
  | 'cutBy'
  | 'maxDoorsPerWalk'
  | 'sideMode'
  | 'fatigueDays'
  | 'expiresAt'
> {
  selectionId: string;
  selected: number;
  usesOpinions: boolean;
}

/** What a list takes over from its selection. */
export interface ListedSelection {
  isFrozen: boolean;
  usesOpinions: boolean;
  members: number;
  fatigueDays: number;
}

const columnsWith = (counts: string) => `
  l.id, l.constituency_id AS "constituencyId", l.name, l.selection_id AS "selectionId", l.purpose, l.cut_by AS "cutBy",
  l.max_doors AS "maxDoorsPerWalk", l.side_mode AS "sideMode", l.fatigue_days AS "fatigueDays", ${counts},
  l.walk_count AS walks, l.created_by AS "createdBy", l.created_at AS "createdAt", l.expires_at AS "expiresAt", l.version`;
const counted = 'l.selected_count AS selected, l.door_count AS doors, l.elector_count AS electors';
// How many a selection by opinions found is an answer about opinions: only under a purpose that covers them.
const columns = columnsWith(`
  CASE WHEN NOT l.uses_opinions THEN l.selected_count END AS selected,
  CASE WHEN NOT l.uses_opinions THEN l.door_count END AS doors,
  CASE WHEN NOT l.uses_opinions THEN l.elector_count END AS electors`);

/** Lists: what was cut, for which purpose and until when. */
@Injectable()
export class ListRepository {
  /** By id. A constituency has at most hundreds. Index: list_pkey; with a selection list_by_selection. */
  async page(
    tx: Tx,
    constituencyId: string,
    selectionId: string | undefined,
    limit: number,
    afterId: string | undefined,
  ): Promise<VersionedList[]> {
    return tx.rows<VersionedList>(
      `SELECT ${columns} FROM contact_creator.list l
       WHERE l.constituency_id = $1 AND ($2::uuid IS NULL OR l.selection_id = $2) AND ($4::uuid IS NULL OR l.id > $4)
       ORDER BY l.id LIMIT $3`,
      [constituencyId, selectionId ?? null, limit, afterId ?? null],
    );
  }

  /** Index: list_pkey. */
  async byId(tx: Tx, constituencyId: string, id: string): Promise<VersionedList | undefined> {
    return tx.first<VersionedList>(
      `SELECT ${columns} FROM contact_creator.list l WHERE l.constituency_id = $1 AND l.id = $2`,
      [constituencyId, id],
    );
  }

  /** With its counts, for who cut it under a purpose that covers what was asked. Index: list_pkey. */
  async counted(tx: Tx, constituencyId: string, id: string): Promise<VersionedList | undefined> {
    return tx.first<VersionedList>(
      `SELECT ${columnsWith(counted)} FROM contact_creator.list l WHERE l.constituency_id = $1 AND l.id = $2`,
      [constituencyId, id],
    );
  }

  /** Purpose and classes a live list is read under. Index: list_pkey. */
  async terms(
    tx: Tx,
    constituencyId: string,
    id: string,
  ): Promise<{ purpose: string; usesOpinions: boolean } | undefined> {
    return tx.first<{ purpose: string; usesOpinions: boolean }>(
      `SELECT purpose, uses_opinions AS "usesOpinions" FROM contact_creator.list
       WHERE constituency_id = $1 AND id = $2 AND expires_at > now()`,
      [constituencyId, id],
    );
  }

  /** The terms of a walk's list, where it is this list. Indexes: list_pkey, walk_pkey. */
  async termsOfWalk(
    tx: Tx,
    constituencyId: string,
    id: string,
    walkId: string,
  ): Promise<{ purpose: string; usesOpinions: boolean } | undefined> {
    return tx.first<{ purpose: string; usesOpinions: boolean }>(
      `SELECT l.purpose, l.uses_opinions AS "usesOpinions" FROM contact_creator.list l
       JOIN contact_creator.walk w ON w.constituency_id = $1 AND w.list_id = l.id AND w.id = $3
       WHERE l.constituency_id = $1 AND l.id = $2 AND l.expires_at > now()`,
      [constituencyId, id, walkId],
    );
  }

  /** Locked until commit. Index: list_pkey. */
  async lock(tx: Tx, constituencyId: string, id: string): Promise<VersionedList | undefined> {
    return tx.first<VersionedList>(
      `SELECT ${columns} FROM contact_creator.list l WHERE l.constituency_id = $1 AND l.id = $2 FOR UPDATE`,
      [constituencyId, id],
    );
  }

  /** A selection, kept as it is until commit. Index: selection_pkey. */
  async selection(tx: Tx, constituencyId: string, id: string): Promise<ListedSelection | undefined> {
    return tx.first<ListedSelection & Record<string, unknown>>(
      `SELECT frozen_at IS NOT NULL AS "isFrozen", uses_opinions AS "usesOpinions", coalesce(frozen_count, 0) AS members,
              coalesce((definition ->> 'fatigueDays')::integer, $3) AS "fatigueDays"
       FROM contact_creator.selection WHERE constituency_id = $1 AND id = $2 FOR SHARE`,
      [constituencyId, id, fatigueRange.unlessAsked],
    );
  }

  /** Index: purpose_pkey. */
  async purposeCovers(tx: Tx, purpose: string, dataClass: string): Promise<boolean> {
    const row = await tx.first<{ covers: boolean }>(
      'SELECT $2 = ANY (data_classes) AS covers FROM protection.purpose WHERE code = $1 AND ended_at IS NULL',
      [purpose, dataClass],
    );
    return row?.covers === true;
  }

  async add(tx: Tx, list: NewList): Promise<void> {
    await tx.run(
      `INSERT INTO contact_creator.list (constituency_id, id, name, selection_id, purpose, uses_opinions, cut_by, max_doors,
                                         side_mode, fatigue_days, selected_count, expires_at, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, ks.actor())`,
      [
        list.constituencyId,
        list.id,
        list.name,
        list.selectionId,
        list.purpose,
        list.usesOpinions,
        list.cutBy,
        list.maxDoorsPerWalk,
        list.sideMode,
        list.fatigueDays,
        list.selected,
        list.expiresAt,
      ],
    );
  }

  async count(
    tx: Tx,
    constituencyId: string,
    id: string,
    counts: { walks: number; doors: number; electors: number },
  ): Promise<void> {
    await tx.run(
      `UPDATE contact_creator.list SET walk_count = $3, door_count = $4, elector_count = $5
       WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id, counts.walks, counts.doors, counts.electors],
    );
  }

  async change(tx: Tx, constituencyId: string, id: string, name: string, expiresAt: Date): Promise<void> {
    await tx.run(
      `UPDATE contact_creator.list SET name = $3, expires_at = $4, version = version + 1
       WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id, name, expiresAt],
    );
  }

  /** Its walks go with it. Index: walk_position_unique. */
  async delete(tx: Tx, constituencyId: string, id: string): Promise<void> {
    await tx.run('DELETE FROM contact_creator.list WHERE constituency_id = $1 AND id = $2', [
      constituencyId,
      id,
    ]);
  }
}
