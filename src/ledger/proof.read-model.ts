import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Subtree } from './merkle.rules.js';
import { rootsOf } from './tree-tiles.js';

export interface CheckpointRow {
  size: number;
  root: string;
  sealedAt: Date;
  note: string;
}

/** An entry as it was sealed. */
export interface EntryRow {
  position: number;
  record: 'disclosure' | 'action';
  salt: Buffer | null;
  event: string | null;
}

const checkpoints = `
  SELECT c.size::float8 AS size, encode(r.root, 'base64') AS root, r.sealed_at AS "sealedAt", c.note
  FROM ledger.checkpoint c JOIN ledger.round r USING (size)`;

/** What is needed to prove something of the sealed record. Indexes: checkpoint_pkey, round_pkey, leaf_pkey, node_pkey, leaf_id_unique. */
@Injectable()
export class ProofReadModel {
  /** Newest first, below a size. */
  async checkpoints(tx: Tx, limit: number, below: number | null): Promise<CheckpointRow[]> {
    return tx.rows(`${checkpoints} WHERE $2::bigint IS NULL OR c.size < $2 ORDER BY c.size DESC LIMIT $1`, [
      limit,
      below,
    ]);
  }

  async checkpoint(tx: Tx, size: number): Promise<CheckpointRow | undefined> {
    return tx.first<CheckpointRow & { size: number }>(`${checkpoints} WHERE c.size = $1`, [size]);
  }

  /** Every public key that has ever signed, newest first. */
  async publicKeys(tx: Tx): Promise<string[]> {
    const rows = await tx.rows<{ name: string }>(
      'SELECT name FROM ledger.checkpoint_key ORDER BY first_used_at DESC, name',
    );
    return rows.map(({ name }) => name);
  }

  /** For who may read it: the database asks the context. Undefined where it is not sealed or not to be seen. */
  async entry(tx: Tx, id: string): Promise<EntryRow | undefined> {
    return tx.first<EntryRow & { position: number }>(
      'SELECT position::float8 AS position, record, salt, event FROM ledger.entry($1)',
      [id],
    );
  }

  async certificateId(tx: Tx, suspensionId: string): Promise<string | null> {
    const row = await tx.first<{ id: string | null }>('SELECT ks.certificate_of($1) AS id', [suspensionId]);
    return row?.id ?? null;
  }

  /** The root of each subtree, in base64. */
  async roots(tx: Tx, subtrees: readonly Subtree[]): Promise<string[]> {
    return rootsOf((sql, values) => tx.rows(sql, values), subtrees);
  }
}
