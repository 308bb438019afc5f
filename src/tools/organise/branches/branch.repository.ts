import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { Branch } from './branch.dto.js';

export type VersionedBranch = Branch & { version: number };

// Index: branch_ward_by_branch.
const columns = `
  b.id, b.constituency_id AS "constituencyId", b.name, b.closed_at AS "closedAt", b.version,
  ARRAY(SELECT w.ward_id FROM organise.branch_ward w
        WHERE w.constituency_id = $1 AND w.branch_id = b.id ORDER BY w.ward_id) AS "wardIds"`;

/** Branches: the part of a constituency party that meets in some of its wards. */
@Injectable()
export class BranchRepository {
  /** By id, closed or not. Index: branch_pkey. */
  async page(
    tx: Tx,
    constituencyId: string,
    limit: number,
    afterId: string | undefined,
  ): Promise<VersionedBranch[]> {
    return tx.rows<VersionedBranch>(
      `SELECT ${columns} FROM organise.branch b
       WHERE b.constituency_id = $1 AND ($3::uuid IS NULL OR b.id > $3) ORDER BY b.id LIMIT $2`,
      [constituencyId, limit, afterId ?? null],
    );
  }

  /** Index: branch_pkey. */
  async byId(tx: Tx, constituencyId: string, id: string): Promise<VersionedBranch | undefined> {
    return tx.first<VersionedBranch>(
      `SELECT ${columns} FROM organise.branch b WHERE b.constituency_id = $1 AND b.id = $2`,
      [constituencyId, id],
    );
  }

  /** Locked until commit. Index: branch_pkey. */
  async lock(
    tx: Tx,
    constituencyId: string,
    id: string,
  ): Promise<{ version: number; name: string; isClosed: boolean } | undefined> {
    return tx.first<{ version: number; name: string; isClosed: boolean }>(
      `SELECT version, name, closed_at IS NOT NULL AS "isClosed" FROM organise.branch
       WHERE constituency_id = $1 AND id = $2 FOR UPDATE`,
      [constituencyId, id],
    );
  }

  /** Whether there is such a branch and it is open; an open one stays so until commit. Index: branch_pkey. */
  async keepOpen(tx: Tx, constituencyId: string, id: string): Promise<boolean> {
    const open = await tx.first(
      `SELECT id FROM organise.branch WHERE constituency_id = $1 AND id = $2 AND closed_at IS NULL FOR SHARE`,
      [constituencyId, id],
    );
    return open !== undefined;
  }

  /** Constraint: branch_name_unique. */
  async add(tx: Tx, constituencyId: string, id: string, name: string): Promise<void> {
    await tx.run('INSERT INTO organise.branch (constituency_id, id, name) VALUES ($1, $2, $3)', [
      constituencyId,
      id,
      name,
    ]);
  }

  /** A branch closes once: the first moment stays. Constraint: branch_name_unique. Index: branch_pkey. */
  async change(tx: Tx, constituencyId: string, id: string, name: string, isClosed: boolean): Promise<void> {
    await tx.run(
      `UPDATE organise.branch
       SET name = $3, closed_at = CASE WHEN $4 THEN coalesce(closed_at, now()) END, version = version + 1
       WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id, name, isClosed],
    );
  }

  /** In place of the wards it has. Constraint: branch_ward_pkey, for a ward of another branch. Index: branch_ward_by_branch. */
  async setWards(tx: Tx, constituencyId: string, id: string, wardIds: readonly string[]): Promise<void> {
    await tx.run('DELETE FROM organise.branch_ward WHERE constituency_id = $1 AND branch_id = $2', [
      constituencyId,
      id,
    ]);
    // In one order, so that two who take the same wards at once do not lock each other out.
    await tx.run(
      `INSERT INTO organise.branch_ward (constituency_id, ward_id, branch_id)
       SELECT $1, w, $2 FROM unnest($3::text[]) w ORDER BY w COLLATE "C"`,
      [constituencyId, id, wardIds],
    );
  }
}
