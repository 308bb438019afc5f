import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';

export const SUPPRESSION_REASONS = ['unsubscribed', 'objected', 'bounced'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Who is sent nothing. The table is closed to the API role: it adds by one definer function and asks by another. */
@Injectable()
export class SuppressionRepository {
  /** Again, it changes nothing. */
  async suppress(
    tx: Tx,
    addressHash: string,
    reason: SuppressionReason,
    subjectId: string | null,
  ): Promise<void> {
    await tx.run(`SELECT protection.suppress('email', $1, $2, $3)`, [addressHash, reason, subjectId]);
  }

  /** Those that are suppressed, with why; index: suppression_pkey. Only inside the fence. */
  async among(tx: Tx, addressHashes: readonly string[]): Promise<Map<string, SuppressionReason>> {
    const rows = await tx.rows<{ hash: string; reason: SuppressionReason }>(
      `SELECT address_hash AS hash, reason FROM protection.suppressed('email', $1)`,
      [addressHashes],
    );
    return new Map(rows.map(({ hash, reason }) => [hash, reason]));
  }
}
