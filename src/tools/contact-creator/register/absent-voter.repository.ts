import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';

/** A number taken apart, with what is to stand there: null for nothing. */
export interface WantedAbsentVote {
  prefix: string;
  number: string;
  suffix: string;
  kind: string | null;
}
export type StoredOutcome = 'done' | 'unchanged' | 'unknown' | 'ambiguous';

/** Who votes by post or proxy: written by contact_creator.set_absent_votes alone, which names the index it relies on. */
@Injectable()
export class AbsentVoterRepository {
  /** An outcome for each, in the order given. No number may be given twice. */
  async change(
    tx: Tx,
    constituencyId: string,
    wanted: readonly WantedAbsentVote[],
  ): Promise<StoredOutcome[]> {
    const row = await tx.first<{ outcomes: StoredOutcome[] }>(
      'SELECT contact_creator.set_absent_votes($1, $2, $3, $4, $5) AS outcomes',
      [
        constituencyId,
        wanted.map(({ prefix }) => prefix),
        wanted.map(({ number }) => number),
        wanted.map(({ suffix }) => suffix),
        wanted.map(({ kind }) => kind),
      ],
    );
    return row?.outcomes ?? [];
  }
}
