import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Departure } from './departure.dto.js';

export type DepartOutcome = 'departed' | 'absent' | 'no-such-office' | 'last-administrator';

const columns = `
  id, account_id AS "accountId", standing, reason, office_ids AS "officeIds", at, ordered_by AS "orderedBy", people, grants, sessions`;

/** Departures, written through access.depart alone; what is read needs a sealed context. */
@Injectable()
export class DepartureRepository {
  /** Ends all standing; answers whose. */
  async depart(
    tx: Tx,
    departure: {
      id: string;
      accountId: string;
      standing: string;
      reason: string;
      officeIds: readonly string[];
    },
  ): Promise<{ outcome: DepartOutcome; people: string[] }> {
    const { id, accountId, standing, reason, officeIds } = departure;
    const row = await tx.first<{ outcome: DepartOutcome; people: string[] | null }>(
      'SELECT outcome, people FROM access.depart($1, $2, $3, $4, $5)',
      [id, accountId, standing, reason, officeIds],
    );
    return { outcome: row?.outcome ?? 'absent', people: row?.people ?? [] };
  }

  /** Index: departure_pkey. */
  async byId(tx: Tx, id: string): Promise<Departure | undefined> {
    return tx.first<Departure & { id: string }>(`SELECT ${columns} FROM access.departure WHERE id = $1`, [
      id,
    ]);
  }

  /** The latest of a user. Index: departure_by_account. */
  async latestOf(tx: Tx, accountId: string): Promise<Departure | undefined> {
    return tx.first<Departure & { id: string }>(
      `SELECT ${columns} FROM access.departure WHERE account_id = $1 ORDER BY at DESC LIMIT 1`,
      [accountId],
    );
  }
}
