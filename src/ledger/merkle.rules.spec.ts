import fc from 'fast-check';
import {
  consistencyPath,
  emptyRoot,
  GrowingTree,
  inclusionPath,
  isConsistent,
  leafHash,
  rightEdge,
  rootByInclusion,
  type Subtree,
} from './merkle.rules.js';

/** The leaves and roots that implementations of RFC 6962 test themselves by. */
const data = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const proofs = {
  first: [
    '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  ],
  sixToEight: [
    '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  ],
};
const leaves = data.map((hex) => leafHash(Buffer.from(hex, 'hex')));
const bytes = (hex: readonly string[]) => hex.map((one) => Buffer.from(one, 'hex'));

const rootOf = (some: readonly Buffer[]) => {
  const tree = new GrowingTree();
  for (const leaf of some) tree.append(leaf);
  return tree.root();
};
const hashesOf = (some: readonly Buffer[], path: readonly Subtree[]) =>
  path.map(({ from, to }) => rootOf(some.slice(from, to)));
const many = Array.from({ length: 70 }, (_, n) => leafHash(Buffer.from([n])));
const flipped = (hashes: readonly Buffer[], at: number) =>
  hashes.map((one, index) => {
    const copy = Buffer.from(one);
    if (index === at) copy[3]! ^= 1;
    return copy;
  });

describe('The tree of the record', () => {
  it('has the roots of RFC 6962', () => {
    expect(emptyRoot.toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(roots.map((_, n) => rootOf(leaves.slice(0, n + 1)).toString('hex'))).toEqual(roots);
  });

  it('proves inclusion and consistency as RFC 6962 has it', () => {
    expect(hashesOf(leaves, inclusionPath(0, 8))).toEqual(bytes(proofs.first));
    expect(hashesOf(leaves, consistencyPath(1, 8))).toEqual(bytes(proofs.first));
    expect(hashesOf(leaves, consistencyPath(6, 8))).toEqual(bytes(proofs.sixToEight));
    expect(rootByInclusion(leaves[0]!, 0, 8, bytes(proofs.first))?.toString('hex')).toBe(roots[7]);
  });

  it('proves each leaf of each size, and takes no other leaf, position, size or hash for it', () => {
    const position = fc.integer({ min: 0, max: many.length - 1 });
    fc.assert(
      fc.property(position, position, fc.nat(), (one, other, salt) => {
        const [at, size] = [Math.min(one, other), Math.max(one, other) + 1];
        const proof = hashesOf(many, inclusionPath(at, size));
        const root = rootOf(many.slice(0, size));
        expect(rootByInclusion(many[at]!, at, size, proof)).toEqual(root);
        expect(rootByInclusion(leafHash(Buffer.from('x')), at, size, proof)).not.toEqual(root);
        if (size > 1) {
          expect(rootByInclusion(many[at]!, (at + 1) % size, size, proof)).not.toEqual(root);
          expect(rootByInclusion(many[at]!, at, size, flipped(proof, salt % proof.length))).not.toEqual(root);
        }
        expect(rootByInclusion(many[at]!, at, size, [...proof, root])).toBeUndefined();
        expect(rootByInclusion(many[at]!, size, size, proof)).toBeUndefined();
      }),
    );
  });

  it('proves that each size begins with each smaller one, and no fork does', () => {
    const position = fc.integer({ min: 1, max: many.length });
    fc.assert(
      fc.property(position, position, fc.nat(), (one, another, salt) => {
        const [a, b] = [Math.min(one, another), Math.max(one, another)];
        const proof = hashesOf(many, consistencyPath(a, b));
        const older = { size: a, root: rootOf(many.slice(0, a)) };
        const newer = { size: b, root: rootOf(many.slice(0, b)) };
        expect(isConsistent(older, newer, proof)).toBe(true);
        const forked = flipped(many, salt % a);
        expect(isConsistent({ size: a, root: rootOf(forked.slice(0, a)) }, newer, proof)).toBe(false);
        if (proof.length > 0)
          expect(isConsistent(older, newer, flipped(proof, salt % proof.length))).toBe(false);
        expect(isConsistent(older, newer, [...proof, older.root])).toBe(false);
        if (a < b) expect(isConsistent(newer, older, proof)).toBe(false);
      }),
    );
  });

  it('goes on from its right edge alone', () => {
    for (const size of [0, 1, 2, 3, 7, 8, 21, 64, 69]) {
      const tree = GrowingTree.at(size, hashesOf(many, rightEdge(size)));
      expect(tree?.root()).toEqual(rootOf(many.slice(0, size)));
      for (const leaf of many.slice(size)) tree?.append(leaf);
      expect(tree?.root()).toEqual(rootOf(many));
    }
    expect(GrowingTree.at(3, [])).toBeUndefined();
  });
});
