import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { DoorOpinions } from './walk-opinion.dto.js';

/** Opinions of those meant by a walk: by definer functions alone, which say what indexes they rely on. */
@Injectable()
export class WalkOpinionRepository {
  /** Undefined where the reader may not. */
  async purpose(tx: Tx, constituencyId: string, walkId: string): Promise<string | undefined> {
    const row = await tx.first<{ purpose: string | null }>(
      'SELECT contact_creator.purpose_of_walk($1, $2) AS purpose',
      [constituencyId, walkId],
    );
    return row?.purpose ?? undefined;
  }

  /** In walk order, less whom nobody may call on by now. */
  async page(
    tx: Tx,
    constituencyId: string,
    walkId: string,
    limit: number,
    after: number,
  ): Promise<DoorOpinions[]> {
    return tx.rows<DoorOpinions & { id: string }>(
      'SELECT position, door_id AS id, electors FROM contact_creator.walk_opinions($1, $2, $3, $4)',
      [constituencyId, walkId, after, limit],
    );
  }
}
