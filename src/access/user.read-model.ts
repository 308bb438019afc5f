import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { User } from './user.dto.js';

// Indexes: role_grant_live_by_account, office_member_pkey, departure_by_account.
const columns = `
  a.id, a.kind, a.username, a.display_name AS "displayName",
  ARRAY(SELECT DISTINCT g.role FROM access.live_grants(a.id) g ORDER BY g.role) AS roles,
  ARRAY(SELECT m.office_id::text FROM access.office_member m
        WHERE m.account_id = a.id AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now()) ORDER BY m.office_id) AS "officeIds",
  a.created_at AS "createdAt",
  (SELECT max(d.at) FROM access.departure d WHERE d.account_id = a.id) AS "departedAt",
  a.closed_at AS "closedAt"`;

/** Accounts with what they may do now: people and API clients, never electors or members. */
@Injectable()
export class UserReadModel {
  /** Index: account_pkey. */
  async byId(tx: Tx, accountId: string): Promise<User | undefined> {
    return tx.first<User & { id: string }>(`SELECT ${columns} FROM identity.account a WHERE a.id = $1`, [
      accountId,
    ]);
  }

  /** By username. Index: account_username_unique. */
  async page(tx: Tx, limit: number, afterUsername: string | undefined): Promise<User[]> {
    return tx.rows<User>(
      `SELECT ${columns} FROM identity.account a WHERE $2::text IS NULL OR a.username > $2 ORDER BY a.username LIMIT $1`,
      [limit, afterUsername ?? null],
    );
  }
}
