import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { MyWalk, WalkDoor } from './walk.dto.js';

export type WorkedWalk = MyWalk & { usesOpinions: boolean };

const columns = `
  id, list_id AS "listId", list_name AS list, position, name, purpose, uses_opinions AS "usesOpinions",
  CASE WHEN NOT uses_opinions THEN doors END AS doors, CASE WHEN NOT uses_opinions THEN electors END AS electors,
  expires_at AS "expiresAt", assigned_until AS "assignedUntil", claim_expires_at AS "claimExpiresAt",
  is_held_by_another AS "isHeldByAnother", $1::text AS "constituencyId"`;
const firstId = '00000000-0000-0000-0000-000000000000';

/** Walks as who works them sees them: by definer functions alone, which say what indexes they rely on. */
@Injectable()
export class WalkWorkRepository {
  /** List by list. */
  async mine(
    tx: Tx,
    constituencyId: string,
    limit: number,
    after: { listId: string; position: number } | undefined,
  ): Promise<WorkedWalk[]> {
    return tx.rows<WorkedWalk>(`SELECT ${columns} FROM contact_creator.my_walks($1, $2, $3, $4)`, [
      constituencyId,
      after?.listId ?? firstId,
      after?.position ?? 0,
      limit,
    ]);
  }

  async mineById(tx: Tx, constituencyId: string, id: string): Promise<WorkedWalk | undefined> {
    return tx.first<WorkedWalk>(`SELECT ${columns} FROM contact_creator.my_walk($1, $2)`, [
      constituencyId,
      id,
    ]);
  }

  /** In walk order, less whom nobody may call on by now. */
  async doors(tx: Tx, constituencyId: string, id: string, limit: number, after: number): Promise<WalkDoor[]> {
    return tx.rows<WalkDoor & { id: string }>(
      `SELECT position, door_id AS id, street, address_lines AS "addressLines", postcode, electors
       FROM contact_creator.walk_doors($1, $2, $3, $4)`,
      [constituencyId, id, after, limit],
    );
  }

  async claim(
    tx: Tx,
    constituencyId: string,
    id: string,
  ): Promise<'claimed' | 'absent' | 'held' | 'doors-held'> {
    const row = await tx.first<{ outcome: 'claimed' | 'absent' | 'held' | 'doors-held' }>(
      'SELECT contact_creator.claim_walk($1, $2) AS outcome',
      [constituencyId, id],
    );
    return row?.outcome ?? 'absent';
  }

  async release(tx: Tx, constituencyId: string, id: string): Promise<boolean> {
    const row = await tx.first<{ released: boolean }>(
      'SELECT contact_creator.release_walk($1, $2) AS released',
      [constituencyId, id],
    );
    return row?.released === true;
  }

  /** How many walks were taken from the departed. */
  async releaseDeparted(tx: Tx, accountIds: readonly string[]): Promise<number> {
    const row = await tx.first<{ released: number }>(
      'SELECT contact_creator.release_departed($1) AS released',
      [accountIds],
    );
    return row?.released ?? 0;
  }
}
