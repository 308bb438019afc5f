/**
 * In charge of the roots of subtrees from what is kept of the tree: its leaves and every eighth level, 256 hashes a tile. However
 * tall the tree, a proof takes a handful of tiles. Indexes: leaf_pkey, node_pkey.
 */
import { nodeHash, split, type Subtree } from './merkle.rules.js';

const tileWidth = 256;
const tileHeight = 8;

/** Whoever asks the database: in a transaction, or on an operator's connection. */
type Rows = (sql: string, values: readonly number[]) => Promise<{ hash: Buffer }[]>;
type Tiles = (level: number, tile: number) => Promise<Buffer[]>;

/** In base64. */
export async function rootsOf(rows: Rows, subtrees: readonly Subtree[]): Promise<string[]> {
  const known = new Map<string, Promise<Buffer[]>>();
  const tiles: Tiles = (level, tile) => {
    const key = `${level}:${tile}`;
    const found = known.get(key) ?? tileOf(rows, level, tile);
    known.set(key, found);
    return found;
  };
  const roots: string[] = [];
  for (const { from, to } of subtrees) roots.push((await rootOf(tiles, from, to)).toString('base64'));
  return roots;
}

async function tileOf(rows: Rows, level: number, tile: number): Promise<Buffer[]> {
  const range = [tile * tileWidth, (tile + 1) * tileWidth];
  const kept =
    level === 0
      ? await rows(
          'SELECT hash FROM ledger.leaf WHERE position >= $1 AND position < $2 ORDER BY position',
          range,
        )
      : await rows(
          'SELECT hash FROM ledger.node WHERE place >= $1 AND place < $2 AND level = $3 ORDER BY place',
          [...range, level],
        );
  return kept.map(({ hash }) => hash);
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
