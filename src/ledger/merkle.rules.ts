/**
 * In charge of the arithmetic of the tree (RFC 6962, section 2; the checks are those of RFC 9162, section 2.1): how leaves and
 * nodes are hashed, which hashes a proof consists of, and whether a proof holds. Pure: where hashes are kept is no matter.
 */
import { hash } from 'node:crypto';

const leafPrefix = Buffer.from([0]);
/** Written anew for each node: nothing is kept of it. */
const nodeBytes = Buffer.alloc(65, 1);

const sha256 = (bytes: Buffer): Buffer => hash('sha256', bytes, 'buffer');

/** The root of a tree without leaves. */
export const emptyRoot = sha256(Buffer.alloc(0));

/** Of the leaf's bytes. */
export const leafHash = (...parts: Buffer[]): Buffer => sha256(Buffer.concat([leafPrefix, ...parts]));
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  if (left.length !== 32 || right.length !== 32) throw new RangeError('a hash has 32 bytes');
  nodeBytes.set(left, 1);
  nodeBytes.set(right, 33);
  return sha256(nodeBytes);
}

/** Leaves from `from`, up to but without `to`, that are a subtree. */
export interface Subtree {
  from: number;
  to: number;
}

/** The largest power of two below a number above one. */
export function split(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}

/** PATH of RFC 6962: from the leaf upwards, the subtrees beside its way to the root. */
export function inclusionPath(position: number, size: number): Subtree[] {
  const path: Subtree[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + split(to - from);
    if (position < middle) {
      path.push({ from: middle, to });
      to = middle;
    } else {
      path.push({ from, to: middle });
      from = middle;
    }
  }
  return path.toReversed();
}

/** PROOF of RFC 6962: that the first `older` leaves of `newer` are those of the older tree. */
export function consistencyPath(older: number, newer: number): Subtree[] {
  const path: Subtree[] = [];
  let from = 0;
  let to = newer;
  let isWhole = true;
  while (to !== older) {
    const middle = from + split(to - from);
    if (older <= middle) {
      path.push({ from: middle, to });
      to = middle;
    } else {
      path.push({ from, to: middle });
      from = middle;
      isWhole = false;
    }
  }
  if (!isWhole) path.push({ from, to });
  return path.toReversed();
}

/** What the root must be if the leaf is at that position; undefined where no such proof can be. */
export function rootByInclusion(
  leaf: Buffer,
  position: number,
  size: number,
  proof: readonly Buffer[],
): Buffer | undefined {
  if (!isPosition(position) || !isPosition(size) || position >= size) return undefined;
  const path = inclusionPath(position, size);
  if (path.length !== proof.length || !proof.every(isHash)) return undefined;
  return path.reduce((below, { from }, step) => {
    const beside = proof[step] as Buffer;
    return from > position ? nodeHash(below, beside) : nodeHash(beside, below);
  }, leaf);
}

/** Whether the newer tree begins with the older one. */
export function isConsistent(
  older: { size: number; root: Buffer },
  newer: { size: number; root: Buffer },
  proof: readonly Buffer[],
): boolean {
  if (!isPosition(older.size) || !isPosition(newer.size) || older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && older.root.equals(newer.root);
  if (older.size === 0) return proof.length === 0;
  const path = consistencyPath(older.size, newer.size);
  if (path.length !== proof.length || !proof.every(isHash)) return false;
  // The older tree's last subtree begins the way up: it is the whole of it, or the proof names it.
  const isNamed = path[0]?.to === older.size;
  const first = isNamed ? (proof[0] as Buffer) : older.root;
  let [oldRoot, newRoot] = [first, first];
  for (let step = isNamed ? 1 : 0; step < path.length; step += 1) {
    const beside = proof[step] as Buffer;
    if ((path[step] as Subtree).from >= older.size) newRoot = nodeHash(newRoot, beside);
    else {
      oldRoot = nodeHash(beside, oldRoot);
      newRoot = nodeHash(beside, newRoot);
    }
  }
  return oldRoot.equals(older.root) && newRoot.equals(newer.root);
}

function isHash(bytes: Buffer): boolean {
  return bytes.length === 32;
}

function isPosition(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Everything of a growing tree that its next leaves need: the roots of the full subtrees at its right edge. */
export class GrowingTree {
  private readonly edge: { height: number; root: Buffer }[] = [];
  size = 0;

  append(leaf: Buffer): void {
    let root = leaf;
    let height = 0;
    for (let last = this.edge.at(-1); last?.height === height; last = this.edge.at(-1)) {
      root = nodeHash(last.root, root);
      this.edge.pop();
      height += 1;
    }
    this.edge.push({ height, root });
    this.size += 1;
  }

  root(): Buffer {
    const roots = this.edge.map(({ root }) => root);
    return roots.length === 0 ? emptyRoot : roots.reduceRight((right, left) => nodeHash(left, right));
  }

  /** A tree of so many leaves, whose right edge is known: what `rightEdge` names, in its order. Undefined where it cannot be. */
  static at(size: number, roots: readonly Buffer[]): GrowingTree | undefined {
    const edge = isPosition(size) ? rightEdge(size) : [];
    if (!isPosition(size) || edge.length !== roots.length || !roots.every(isHash)) return undefined;
    const tree = new GrowingTree();
    tree.size = size;
    edge.forEach(({ from, to }, index) =>
      tree.edge.push({ height: Math.log2(to - from), root: roots[index] as Buffer }),
    );
    return tree;
  }
}

/** The full subtrees that make up a tree of so many leaves, from the left. */
export function rightEdge(size: number): Subtree[] {
  const edge: Subtree[] = [];
  for (let from = 0; from < size;) {
    const left = size - from;
    const to = from + (left === 1 ? 1 : split(left + 1));
    edge.push({ from, to });
    from = to;
  }
  return edge;
}
