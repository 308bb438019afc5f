import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { StreamEnd } from './access-state-stream.js';

/** Why sessions have ended, as far as their holder is told. */
@Injectable()
export class SessionEndReadModel {
  /** Index: session_pkey. */
  async whyOf(tx: Tx, sessionIds: readonly string[]): Promise<Map<string, StreamEnd>> {
    const rows = await tx.rows<{ id: string; why: StreamEnd }>(
      `SELECT s.id, CASE WHEN s.ended_why = 'departure' OR a.closed_at IS NOT NULL THEN 'departed' ELSE 'session-ended' END AS why
       FROM identity.session s JOIN identity.account a ON a.id = s.account_id WHERE s.id = ANY ($1)`,
      [sessionIds],
    );
    return new Map(rows.map(({ id, why }) => [id, why]));
  }
}
