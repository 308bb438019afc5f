import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Undertaking } from './undertaking.dto.js';

/** The undertaking in force and who has accepted it; an acceptance is the actor's own, by protection.accept_undertaking. */
@Injectable()
export class UndertakingRepository {
  /** Indexes: undertaking_pkey, undertaking_acceptance_pkey. */
  async ofActor(tx: Tx): Promise<Undertaking | undefined> {
    return tx.first<Undertaking & { version: number }>(
      `SELECT u.version, u.text, a.accepted_at AS "acceptedAt"
       FROM protection.undertaking u
       LEFT JOIN protection.undertaking_acceptance a ON a.version = u.version AND a.account_id = (SELECT ks.actor())
       WHERE u.in_force_at <= now() ORDER BY u.version DESC LIMIT 1`,
    );
  }

  /** Whether the version is the one in force, and so accepted now. */
  async accept(tx: Tx, version: number): Promise<boolean> {
    const row = await tx.first<{ at: Date | null }>('SELECT protection.accept_undertaking($1) AS at', [
      version,
    ]);
    return row?.at != null;
  }
}
