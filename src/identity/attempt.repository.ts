import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';

/** What is counted, and how far it is let go: so many failures without a wait, and the longest wait after them. */
export interface Counter {
  subject: Buffer;
  partOf?: Buffer;
  free: number;
  longestSeconds: number;
}

/** Counted attempts; identity.begin_attempt holds the back-off. */
@Injectable()
export class AttemptRepository {
  async begin(
    tx: Tx,
    { subject, partOf, free, longestSeconds }: Counter,
  ): Promise<{ waitSeconds: number; counted: number }> {
    const row = await tx.first<{ waitSeconds: number; counted: number }>(
      'SELECT wait_seconds AS "waitSeconds", counted FROM identity.begin_attempt($1, $2, $3, $4)',
      [subject, partOf ?? null, free, longestSeconds],
    );
    if (!row) throw new Error('identity.begin_attempt answered nothing');
    return row;
  }

  /** With its parts. Indexes: failed_attempt_pkey, failed_attempt_by_whole. */
  async clear(tx: Tx, subject: Buffer): Promise<void> {
    await tx.run('DELETE FROM identity.failed_attempt WHERE subject = $1 OR part_of = $1', [subject]);
  }

  /** Takes back one count, unless another attempt was counted since. */
  async takeBack(tx: Tx, subject: Buffer, counted: number): Promise<void> {
    await tx.run(
      'UPDATE identity.failed_attempt SET failures = failures - 1, blocked_until = now() WHERE subject = $1 AND failures = $2',
      [subject, counted],
    );
  }
}
