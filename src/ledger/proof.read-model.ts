import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { nodeHash, split, type Subtree } from './merkle.rules.js';

/** One hash is kept for so many of the level that is kept below it. */
const tileWidth = 256;
const tileHeight = 8;

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

type Tiles = (level: number, tile: number) => Promise<Buffer[]>;

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

  /** The root of each subtree, in a handful of tiles. */
  async roots(tx: Tx, subtrees: readonly Subtree[]): Promise<string[]> {
    const known = new Map<string, Promise<Buffer[]>>();
    const tiles: Tiles = (level, tile) => {
      const key = `${level}:${tile}`;
      const found = known.get(key) ?? this.tile(tx, level, tile);
      known.set(key, found);
      return found;
    };
    const roots: string[] = [];
    for (const { from, to } of subtrees) roots.push((await rootOf(tiles, from, to)).toString('base64'));
    return roots;
  }

  private async tile(tx: Tx, level: number, tile: number): Promise<Buffer[]> {
    const [from, to] = [tile * tileWidth, (tile + 1) * tileWidth];
    const rows =
      level === 0
        ? await tx.rows<{ hash: Buffer }>(
            'SELECT hash FROM ledger.leaf WHERE position >= $1 AND position < $2 ORDER BY position',
            [from, to],
          )
        : await tx.rows<{ hash: Buffer }>(
            'SELECT hash FROM ledger.node WHERE level = $3 AND place >= $1 AND place < $2 ORDER BY place',
            [from, to, level],
          );
    return rows.map(({ hash }) => hash);
  }
}

/** Of a subtree as RFC 6962 divides: whole ones, but for the last at the right edge. */
async function rootOf(tiles: Tiles, from: number, to: number): Promise<Buffer> {
  const height = Math.log2(to - from);
  if (!Number.isInteger(height)) {
    const middle = from + split(to - from);
    return nodeHash(await rootOf(tiles, from, middle), await rootOf(tiles, middle, to));
  }
  const level = height - (height % tileHeight);
  const first = from / 2 ** level;
  const hashes = await tiles(level, Math.floor(first / tileWidth));
  return fold(hashes.slice(first % tileWidth, (first % tileWidth) + 2 ** (height - level)));
}

function fold(hashes: Buffer[]): Buffer {
  let level = hashes;
  while (level.length > 1)
    level = level.flatMap((hash, at) => (at % 2 === 0 ? [nodeHash(hash, level[at + 1] as Buffer)] : []));
  return level[0] as Buffer;
}
