/** A record that never was, sealed and signed as a real one: for tests of the verifier, and for what it costs. */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { canonicalJson } from '../canonical-json.js';
import { GrowingTree, inclusionPath, leafHash } from '../merkle.rules.js';
import { signCheckpoint, verifierKey } from '../signed-note.rules.js';
import { recordForm } from './run-verify.js';

export const suspensionId = '3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10';

const origin = 'rosette/made-up';
const at = (n: number) => new Date(Date.UTC(2026, 1, 20) + n).toISOString().replace('Z', '000Z');
const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export function newKeys(): { privateKey: KeyObject; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, key: verifierKey(origin, publicKey) };
}

export function disclosure(n: number, tool = 'contact-creator') {
  return {
    accountId: id(n % 50),
    action: 'elector.read',
    addressClass: 'public',
    at: at(n),
    constituencyIds: ['E14001434'],
    dataClasses: ['identity'],
    id: id(n),
    purpose: 'voter-contact',
    record: 'disclosure',
    requestId: id(n + 1),
    role: 'organiser',
    rows: 2,
    sessionId: id(n % 90),
    subjectIds: [String(n), String(n + 1)],
    tool,
  };
}

export function certificate(n: number) {
  return {
    action: 'suspension.certify',
    at: at(n),
    detail: {
      form: 'rosette-flip/1',
      action: 'suspend',
      suspensionId,
      scopes: [{ kind: 'tool', id: 'contact-creator', gen: 1 }],
      inForceAt: at(n - 30),
      completeAt: at(n),
      members: [
        { incarnation: id(1), number: 1, leaseMs: 2000, how: 'drained', closedMs: 5, drainedMs: 9 },
        { incarnation: id(2), number: 2, leaseMs: 2000, how: 'retired', closedMs: null, drainedMs: null },
      ],
      database: { terminated: 0, drainedAt: at(n - 10), drainMs: 9 },
      bound: { leaseMs: 2000, rhoPpm: 1000, waitMs: 2005 },
    },
    id: id(n),
    outcome: 'done',
    record: 'action',
    targetId: suspensionId,
    targetKind: 'suspension',
  };
}

export function lift(n: number) {
  const detail = { outcome: 'lifted' };
  return {
    action: 'suspension.lift',
    at: at(n),
    detail,
    id: id(n),
    outcome: 'done',
    record: 'action',
    targetId: suspensionId,
  };
}

/** The file that `npx rosette record` would write of these events, as lines, and parts of it. */
export function seal(events: readonly object[], { privateKey, key }: ReturnType<typeof newKeys>) {
  const salts = events.map((_, n) => createHash('sha256').update(String(n)).digest().subarray(0, 16));
  const leaves = events.map((event, n) => leafHash(salts[n]!, Buffer.from(canonicalJson(event))));
  const treeOf = (from: number, to: number) => {
    const tree = new GrowingTree();
    for (let n = from; n < to; n += 1) tree.append(leaves[n]!);
    return tree.root();
  };
  const note = (size: number) =>
    signCheckpoint({ origin, size, root: treeOf(0, size) }, [{ name: origin, privateKey }]);
  const checkpoint = note(events.length);
  const header = {
    form: recordForm,
    from: 0,
    edge: [],
    checkpoint,
    checkpoints: [note(Math.ceil(events.length / 2))],
    publicKeys: [key],
  };
  const lines = [
    JSON.stringify(header),
    ...events.map(
      (event, position) =>
        `{"position":${position},"salt":"${salts[position]!.toString('base64')}","event":${canonicalJson(event)}}`,
    ),
  ];
  const proof = (position: number) => ({
    position,
    salt: salts[position]!.toString('base64'),
    event: events[position],
    inclusionProof: inclusionPath(position, events.length).map(({ from, to }) =>
      treeOf(from, to).toString('base64'),
    ),
    checkpoint,
    publicKeys: [key],
  });
  return { lines, note, proof };
}
