import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { ContactItem } from '../contacts/contact-item.rules.js';
import type { Taken } from '../contacts/contact.repository.js';

export type DepositState = 'quarantined' | 'released' | 'discarded';
/** Why a deposit cannot be decided, or cannot be decided any more. */
export type Against = 'absent' | 'own' | 'released' | 'discarded';

/** A deposit without its content. */
export interface KnownDeposit {
  id: string;
  constituencyId: string;
  listId: string;
  walkId: string;
  depositedBy: string;
  receivedAt: Date;
  received: number;
  state: DepositState;
  keptUntil: Date | null;
  decidedAt: Date | null;
  decidedBy: string | null;
  reason: string | null;
  outcomes: Record<Taken['status'], number> | null;
}

export interface SealedDeposit {
  tokenHash: Buffer;
  deviceId: string;
  keyId: string;
  sealed: Buffer;
  constituencyId: string;
  walkId: string;
}

const columns = `
  id, constituency_id AS "constituencyId", list_id AS "listId", walk_id AS "walkId", account_id AS "depositedBy", received_at AS "receivedAt",
  received, state, kept_until AS "keptUntil", decided_at AS "decidedAt", decided_by AS "decidedBy", reason, outcomes`;

/** Quarantine towards who decides, by definer functions alone, which say what indexes they rely on. */
@Injectable()
export class QuarantineRepository {
  /** Newest first. */
  async list(
    tx: Tx,
    state: DepositState | undefined,
    limit: number,
    before: { receivedMicroseconds: number; id: string } | undefined,
  ): Promise<(KnownDeposit & { microseconds: string })[]> {
    return tx.rows<KnownDeposit & { microseconds: string }>(
      `SELECT ${columns}, (extract(epoch FROM received_at) * 1000000)::bigint AS microseconds
       FROM quarantine.deposits(NULL, $1, to_timestamp(0) + $2::bigint * interval '1 microsecond', $3, $4)`,
      [state ?? null, before?.receivedMicroseconds ?? null, before?.id ?? null, limit],
    );
  }

  async byId(tx: Tx, id: string): Promise<KnownDeposit | undefined> {
    return tx.first<KnownDeposit & { id: string }>(
      `SELECT ${columns} FROM quarantine.deposits($1, NULL, NULL, NULL, 1)`,
      [id],
    );
  }

  /** The content, sealed; refused by the fence while the tool, everything or the area is suspended. */
  async open(tx: Tx, id: string): Promise<SealedDeposit | Against> {
    const row = await tx.first<SealedDeposit & { against: Against | null }>(
      `SELECT against, token_hash AS "tokenHash", device_id AS "deviceId", key_id AS "keyId", sealed,
              constituency_id AS "constituencyId", walk_id AS "walkId" FROM quarantine.open($1)`,
      [id],
    );
    return row && row.against === null ? row : (row?.against ?? 'absent');
  }

  /** Records the items in the name of who handed them in; their ids differ. */
  async release(tx: Tx, id: string, items: readonly ContactItem[]): Promise<Taken[]> {
    return tx.rows<Taken & { id: string }>('SELECT id, status, fault FROM quarantine.release($1, $2)', [
      id,
      JSON.stringify(items),
    ]);
  }

  /** Without outcomes: nothing is let in. */
  async decide(
    tx: Tx,
    id: string,
    reason: string,
    outcomes: KnownDeposit['outcomes'],
  ): Promise<Against | undefined> {
    const row = await tx.first<{ against: Against | null }>(
      'SELECT quarantine.decide($1, $2, $3) AS against',
      [id, reason, outcomes && JSON.stringify(outcomes)],
    );
    return row?.against ?? undefined;
  }
}
