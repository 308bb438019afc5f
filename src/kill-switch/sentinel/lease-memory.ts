import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { ScopeKey } from '../scopes.rules.js';

/** What the database says: the epoch and every scope that was ever flipped, as [key, suspended, generation]. */
export interface Snapshot {
  epoch: bigint;
  scopes: readonly (readonly [ScopeKey, boolean, number])[];
  /** Of a part: only what was flipped after this epoch, to be laid over the snapshot of then. */
  since?: bigint;
  /** Of the suspensions in force, the oldest first. */
  notices: readonly (Told & { scope: ScopeKey })[];
}

/** What those may know whom a suspension stops: which it is, and what they are told. Never the reason. */
export interface Told {
  suspensionId: string;
  notice: string | null;
  /** How to object. */
  appealNote: string | null;
  /** As the database writes times into JSON. */
  inForceAt: string;
}

/** What the thread is given of a memory; `snapshots` is transferred to it. */
export interface LeaseHandle {
  words: SharedArrayBuffer;
  work: SharedArrayBuffer;
  snapshots: MessagePort;
}

/** The clock of a lease, the same in every thread of the process: `performance.now()` begins anew in each. */
export const monotonicNow = process.hrtime.bigint.bind(process.hrtime);

const versionAt = 0;
const untilAt = 1;
const wordsBytes = 16;
const buckets = 1024;
/** Behind the buckets: all work, and what waits for the kernel to take it. */
const workAt = buckets;
const queueAt = buckets + 1;

interface Installed extends Snapshot {
  version: number;
}

/**
 * In charge of what gate and sentinel share, each in its thread: until when the gate may admit, which version of the
 * snapshot is in force, and a count of the work under way. The snapshot itself, of any size, goes through a port from
 * which the gate takes it without waiting for its loop. This is the gate's side.
 */
export class LeaseMemory {
  private readonly words = new SharedArrayBuffer(wordsBytes);
  private readonly numbers = new Int32Array(this.words);
  private readonly moments = new BigInt64Array(this.words);
  private readonly counts: Int32Array;
  private readonly channel = new MessageChannel();

  /** `work`: the counts of the memory before, whose work goes on. */
  constructor(readonly work = new SharedArrayBuffer(4 * (buckets + 2))) {
    this.counts = new Int32Array(work);
  }

  handle(): LeaseHandle {
    return { words: this.words, work: this.work, snapshots: this.channel.port2 };
  }

  /** Nanoseconds of `monotonicNow`. To be read before the version: a lease is granted on the snapshot before it. */
  get until(): bigint {
    return Atomics.load(this.moments, untilAt);
  }

  get version(): number {
    return Atomics.load(this.numbers, versionAt);
  }

  /** What was not yet taken, as one: the newest snapshot, with parts laid over what they are parts of. */
  take(): Installed | undefined {
    let newest: Installed | undefined;
    for (;;) {
      const received = receiveMessageOnPort(this.channel.port1) as { message: Installed } | undefined;
      if (received === undefined) return newest;
      const next = received.message;
      newest = newest && next.since !== undefined ? laidOver(newest, next) : next;
    }
  }

  /** The thread has gone: nothing is granted any more. */
  end(): void {
    Atomics.store(this.moments, untilAt, 0n);
    this.channel.port1.close();
  }

  /** Long work of these scopes begins; answers what to call when it has ended. */
  hold(scopes: readonly ScopeKey[]): () => void {
    return this.count([workAt, ...new Set(scopes.map(bucketOf))]);
  }

  /** Something is handed to the loop, which sends it without asking anyone; answers what to call when the kernel has it. */
  queue(): () => void {
    return this.count([queueAt]);
  }

  private count(places: readonly number[]): () => void {
    for (const place of places) Atomics.add(this.counts, place, 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      for (const place of places) Atomics.sub(this.counts, place, 1);
    };
  }
}

/** The sentinel's side. */
export class LeaseWriter {
  private readonly numbers: Int32Array;
  private readonly moments: BigInt64Array;
  private readonly counts: Int32Array;

  constructor(private readonly given: LeaseHandle) {
    this.numbers = new Int32Array(given.words);
    this.moments = new BigInt64Array(given.words);
    this.counts = new Int32Array(given.work);
  }

  /** In force for the gate's next question: the snapshot lies in its port before the version moves. */
  install(snapshot: Snapshot): void {
    const version = Atomics.load(this.numbers, versionAt) + 1;
    this.given.snapshots.postMessage({ ...snapshot, version } satisfies Installed, []);
    Atomics.store(this.numbers, versionAt, version);
  }

  /** Milliseconds of the monotonic clock; what has passed grants nothing. */
  grant(untilMs: number): void {
    Atomics.store(this.moments, untilAt, BigInt(Math.max(0, Math.floor(untilMs * 1e6))));
  }

  /** Whether anything waits for the kernel to take it. */
  get isQueueing(): boolean {
    return Atomics.load(this.counts, queueAt) > 0;
  }

  /** Whether work of one of the scopes, or any work, is under way. Two scopes may share a count: then it says yes for both. */
  isAtWork(scopes: readonly ScopeKey[] | 'any'): boolean {
    if (scopes === 'any') return Atomics.load(this.counts, workAt) > 0;
    return scopes.some((scope) => Atomics.load(this.counts, bucketOf(scope)) > 0);
  }
}

/** A part over a snapshot or another part. What stands later in a list counts. */
function laidOver(before: Installed, part: Installed): Installed {
  return { ...part, since: before.since, scopes: [...before.scopes, ...part.scopes] };
}

/** FNV-1a. */
function bucketOf(scope: ScopeKey): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < scope.length; at += 1) hash = Math.imul(hash ^ scope.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % buckets;
}
