import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';

/** The keys of requests that created something, once they count no more. The fence claims and keeps them. */
@Injectable()
export class IdempotencyKeyRepository {
  /** Deletes at most so many whose 24 hours are over; how many. Index: idempotency_key_by_age. */
  async forget(tx: Tx, limit: number): Promise<number> {
    const row = await tx.first<{ n: number }>('SELECT http.forget_keys($1) AS n', [limit]);
    return row?.n ?? 0;
  }
}
