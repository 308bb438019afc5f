import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { ApiClient } from './api-client.dto.js';

const columns = `
  a.id, a.display_name AS name, a.created_at AS "createdAt",
  ARRAY(SELECT s.action FROM identity.client_scope s WHERE s.account_id = a.id ORDER BY s.action) AS scopes`;

/** API clients: accounts of kind client, the hash of a secret, the actions they are limited to. */
@Injectable()
export class ApiClientRepository {
  async byId(tx: Tx, id: string): Promise<ApiClient | undefined> {
    return tx.first<ApiClient & { id: string }>(
      `SELECT ${columns} FROM identity.account a WHERE a.id = $1 AND a.kind = 'client' AND a.closed_at IS NULL`,
      [id],
    );
  }

  /** By id. Index: account_pkey; there are few clients. */
  async page(tx: Tx, limit: number, afterId: string | undefined): Promise<ApiClient[]> {
    return tx.rows<ApiClient & { id: string }>(
      `SELECT ${columns} FROM identity.account a
       WHERE a.kind = 'client' AND a.closed_at IS NULL AND ($2::uuid IS NULL OR a.id > $2) ORDER BY a.id LIMIT $1`,
      [limit, afterId ?? null],
    );
  }

  async putSecret(tx: Tx, id: string, hash: Buffer): Promise<void> {
    await tx.run(
      `INSERT INTO identity.client_secret (account_id, hash) VALUES ($1, $2)
       ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, changed_at = now()`,
      [id, hash],
    );
  }

  async addScopes(tx: Tx, id: string, actions: readonly string[]): Promise<void> {
    await tx.run('INSERT INTO identity.client_scope (account_id, action) SELECT $1, unnest($2::text[])', [
      id,
      actions,
    ]);
  }

  /** It stays so until commit: whoever puts another, or closes the account, waits. Index: client_secret_pkey. */
  async secretOf(tx: Tx, id: string): Promise<Buffer | undefined> {
    const row = await tx.first<{ hash: Buffer }>(
      `SELECT c.hash FROM identity.client_secret c JOIN identity.account a ON a.id = c.account_id
       WHERE a.id = $1 AND a.kind = 'client' AND a.closed_at IS NULL
       FOR SHARE`,
      [id],
    );
    return row?.hash;
  }
}
