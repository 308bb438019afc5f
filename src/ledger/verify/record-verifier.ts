import { canonicalJson } from '../canonical-json.js';
import { GrowingTree, leafHash } from '../merkle.rules.js';
import { isVerifierKey, openCheckpoint, type Checkpoint } from '../signed-note.rules.js';
import { allBytesOf, bytesOf } from '../strict-base64.js';
import {
  endedBy,
  isMembers,
  isOfScope,
  readCertificate,
  type Members,
  type Stopped,
} from './certificate-claims.rules.js';

/** What makes evidence worthless: said once, and nothing after it is looked at. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
}

export interface RecordReport {
  checkpoint: Checkpoint;
  from: number;
  entries: number;
  erased: number;
  certificates: number;
  /** What the entries themselves show to be wrong. */
  faults: string[];
  /** What could not be looked at. */
  unseen: string[];
}

const mostFaults = 20;
/** As `npx rosette record` writes it. */
const entry = /^\{"position":(0|[1-9]\d*),"salt":"([A-Za-z0-9+/=]+)","event":(\{.*\})\}$/;

/**
 * In charge of a stretch of the record, line by line: that it is what was sealed and signed, whole and in its order, that its
 * certificates hold together, and that nothing of a suspended scope was disclosed between a certificate and its lift. A stretch
 * is a whole range of positions, so that the tree grown from it needs no proof of any one entry.
 */
export class RecordVerifier {
  private readonly checkpoint: Checkpoint;
  private readonly from: number;
  private readonly tree: GrowingTree;
  private readonly stopped = new Map<string, Stopped>();
  private readonly faults: string[] = [];
  private readonly unseen = new Set<string>();
  private erased = 0;
  private certificates = 0;
  /** Checkpoints within the range, nearest last. */
  private readonly within: Checkpoint[];

  /** `known`: checkpoints that were kept or came with other evidence, of the same log. Throws Rejection. */
  constructor(header: Members, keys: readonly string[], known: readonly Checkpoint[]) {
    expectMembers(header, ['form', 'from', 'edge', 'checkpoint', 'checkpoints', 'publicKeys']);
    const { checkpoint, from, edge, checkpoints } = header;
    this.checkpoint = signed(checkpoint, keys);
    const roots = allBytesOf(edge);
    const tree = typeof from === 'number' && roots ? GrowingTree.at(from, roots) : undefined;
    if (!tree || !Array.isArray(checkpoints)) throw new Rejection('it does not say what came before it');
    [this.from, this.tree] = [tree.size, tree];
    this.within = [...checkpoints.map((note) => signed(note, keys)), ...known, this.checkpoint]
      .filter(({ size }) => size >= this.from)
      .toSorted((one, other) => other.size - one.size);
    for (const { origin } of this.within)
      if (origin !== this.checkpoint.origin) throw new Rejection('it is of another log than the rest');
    this.compare();
  }

  /** Throws Rejection. */
  take(line: string): void {
    const position = this.tree.size;
    if (position >= this.checkpoint.size) throw new Rejection('it goes on after what is signed');
    const [, said, salt, event] = entry.exec(line) ?? [];
    if (salt !== undefined && event !== undefined) {
      expectPosition(Number(said), position);
      this.takeEvent(salt, event);
    } else this.takeOther(parsed(line));
    this.compare();
  }

  /**
   * The text as it stands is hashed: where the root is right, it is the one that was sealed, and its form needs no second look.
   * It is read only where it can matter.
   */
  private takeEvent(salt: string, event: string): void {
    const salted = bytesOf(salt);
    if (!salted) throw new Rejection(`entry ${this.tree.size} has no salt`);
    const position = this.tree.size;
    this.tree.append(leafHash(salted, Buffer.from(event)));
    if (this.stopped.size > 0 || event.includes('suspension.certify')) this.consider(parsed(event), position);
  }

  /** Written by somebody else in another order or with blanks, or erased. */
  private takeOther(said: Members): void {
    expectPosition(said['position'], this.tree.size);
    const { salt, event, leaf } = said;
    if (typeof salt === 'string' && isMembers(event)) return this.takeEvent(salt, canonicalJson(event));
    const hash = bytesOf(leaf);
    if (hash?.length !== 32) throw new Rejection(`entry ${this.tree.size} is neither an event nor a leaf`);
    this.tree.append(hash);
    this.erased += 1;
  }

  /** Throws Rejection. */
  end(): RecordReport {
    const { checkpoint, from, tree, erased, certificates, faults } = this;
    if (tree.size !== checkpoint.size)
      throw new Rejection(`it ends after ${tree.size} entries of ${checkpoint.size}: the rest is missing`);
    return {
      checkpoint,
      from,
      entries: tree.size - from,
      erased,
      certificates,
      faults,
      unseen: [...this.unseen],
    };
  }

  /** With every signed checkpoint that is due at this size. */
  private compare(): void {
    for (let next = this.within.at(-1); next?.size === this.tree.size; next = this.within.at(-1)) {
      if (!this.tree.root().equals(next.root))
        throw new Rejection(
          `up to entry ${next.size} it is not what the checkpoint of that size was signed for`,
        );
      this.within.pop();
    }
  }

  private consider(event: Members, position: number): void {
    if (event['record'] === 'disclosure') {
      for (const { suspensionId, scopes } of this.stopped.values())
        for (const scope of scopes)
          if (isOfScope(event, scope))
            this.fault(
              `entry ${position} discloses ${scope.kind} ${scope.id}, which suspension ${suspensionId} had stopped`,
            );
      return;
    }
    const ended = endedBy(event);
    if (ended !== undefined) this.stopped.delete(ended);
    if (event['action'] !== 'suspension.certify') return;
    this.certificates += 1;
    const { faults, ...stopped } = readCertificate(event);
    for (const fault of faults) this.fault(`the certificate at ${position}: ${fault}`);
    for (const { kind } of stopped.scopes)
      if (kind === 'office') this.unseen.add('which disclosures were of an office: the record names none');
    this.stopped.set(stopped.suspensionId, stopped);
  }

  private fault(fault: string): void {
    if (this.faults.length < mostFaults) this.faults.push(fault);
  }
}

/** Throws Rejection. */
export function signed(note: unknown, keys: readonly string[]): Checkpoint {
  const checkpoint = typeof note === 'string' ? openCheckpoint(note, keys) : 'there is none';
  if (typeof checkpoint === 'string') throw new Rejection(`the checkpoint: ${checkpoint}`);
  return checkpoint;
}

/** Throws Rejection. */
function expectPosition(said: unknown, position: number): void {
  if (said !== position) throw new Rejection(`where entry ${position} should be is another`);
}

/** No more and no fewer: what is not understood is not passed over. Throws Rejection. */
export function expectMembers(said: Members, names: readonly string[]): void {
  const others = Object.keys(said).filter((name) => !names.includes(name));
  const absent = names.filter((name) => !(name in said));
  if (others.length + absent.length > 0)
    throw new Rejection(`it has another form: ${[...absent, ...others].join(', ')}`);
  const { publicKeys } = said;
  if (!Array.isArray(publicKeys) || !publicKeys.every(isVerifierKey))
    throw new Rejection('it names a key that is none');
}

/** Throws Rejection. */
export function parsed(text: string): Members {
  try {
    const value: unknown = JSON.parse(text);
    if (isMembers(value)) return value;
  } catch (error) {
    throw new Rejection('it has a line that is no JSON', { cause: error });
  }
  throw new Rejection('it has a line that is no object');
}
