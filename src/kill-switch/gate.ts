import { Injectable } from '@nestjs/common';
import {
  LeaseMemory,
  monotonicNow,
  type LeaseHandle,
  type Snapshot,
  type Told,
} from './sentinel/lease-memory.js';
import { wideArea, type ScopeKey } from './scopes.rules.js';

/** What a request was admitted under: each scope with its generation. The fence refuses a generation that has moved on. */
export interface Admission {
  epoch: bigint;
  scopes: readonly ScopeKey[];
  generations: readonly number[];
}

export type Verdict =
  | { admitted: true; admission: Admission }
  | { admitted: false; because: 'suspended'; scope: ScopeKey }
  | { admitted: false; because: 'unknown' };
export type NotAdmitted = Extract<Verdict, { admitted: false }>;

/** How many requests were refused for a scope since it came to be suspended as it is now. */
export interface RefusalCount {
  scope: ScopeKey;
  generation: number;
  refused: number;
}

/** Called when what was admitted may no longer go on. One that answers a promise has not ended it all before that settles. */
export type EpochListener = (epoch: bigint) => void | Promise<void>;

/**
 * In charge of admitting or refusing without asking the database, under the lease and by the snapshot that the sentinel
 * keeps in shared memory: what it has written there counts at the next question, also where this thread's loop has been
 * blocked since. No lease, or one that has run out, admits nothing. The fence in the database decides in the end; the
 * gate makes a refusal cheap and early.
 */
@Injectable()
export class Gate {
  private memory = new LeaseMemory();
  private version = 0;
  private epoch = -1n;
  private scopes = new Map<ScopeKey, { suspended: boolean; generation: number }>();
  private notices: Snapshot['notices'] = [];
  private readonly listeners: EpochListener[] = [];
  private readonly frozen: (() => void)[] = [];
  private readonly refused = new Map<ScopeKey, RefusalCount & { written: number }>();

  get currentEpoch(): bigint {
    return this.epoch;
  }

  /** How long the lease still lasts; 0 without one. */
  get leaseRemainingMs(): number {
    return Math.max(0, Number(this.memory.until - monotonicNow()) / 1e6);
  }

  /** A new memory for a sentinel to write; what the last one granted is void. */
  attach(): LeaseHandle {
    this.memory.end();
    this.memory = new LeaseMemory(this.memory.work);
    this.version = 0;
    return this.memory.handle();
  }

  /** The sentinel has gone. */
  detach(): void {
    this.memory.end();
  }

  /** Called with each newer epoch, after it is in force here, and when the lease is withdrawn. */
  onNewEpoch(listener: EpochListener): void {
    this.listeners.push(listener);
  }

  /** Has everything that is no longer admitted ended; resolves when it has. */
  async cut(): Promise<void> {
    this.catchUp();
    await Promise.all(this.listeners.map(async (listener) => listener(this.epoch)));
  }

  /** Long work of these scopes begins here; answers what to call at its end. */
  hold(scopes: readonly ScopeKey[]): () => void {
    return this.memory.hold(scopes);
  }

  /** Something waits for the kernel to take it; answers what to call when it has. */
  queue(): () => void {
    return this.memory.queue();
  }

  /** Called when the lease has run out: what waits for the kernel to take it must not leave. */
  onLeaseLost(listener: () => void): void {
    this.frozen.push(listener);
  }

  freeze(): void {
    for (const listener of this.frozen) listener();
  }

  /** What the people of a suspended scope are told of it. For who is authenticated, and belongs to it. */
  toldOf(scope: ScopeKey): Told | undefined {
    this.catchUp();
    return this.notices.find((told) => told.scope === scope);
  }

  /** The suspensions in force, the oldest first, as far as is known here. Whom each is told is the caller's affair. */
  get inForce(): Snapshot['notices'] {
    this.catchUp();
    return this.notices;
  }

  /** A request was turned away because the scope is suspended. */
  noteRefusal(scope: ScopeKey): void {
    const generation = this.generationOf(scope);
    const known = this.refused.get(scope);
    if (known?.generation === generation) known.refused += 1;
    else this.refused.set(scope, { scope, generation, refused: 1, written: 0 });
  }

  /** The counts that have grown since they were written down. */
  refusals(): RefusalCount[] {
    return [...this.refused.values()]
      .filter(({ refused, written }) => refused > written)
      .map(({ scope, generation, refused }) => ({ scope, generation, refused }));
  }

  refusalsWritten(counts: readonly RefusalCount[]): void {
    for (const { scope, generation, refused } of counts) {
      const known = this.refused.get(scope);
      if (known?.generation === generation) known.written = refused;
    }
  }

  /** How often the scope was suspended, as far as is known here; of the wide area: how often any area was. */
  generationOf(scope: ScopeKey): number {
    this.catchUp();
    return this.scopes.get(scope)?.generation ?? 0;
  }

  ask(scopes: readonly ScopeKey[]): Verdict {
    const { until } = this.memory;
    const { version } = this.memory;
    if (version > this.version) this.catchUp();
    if (version > this.version || monotonicNow() >= until) return { admitted: false, because: 'unknown' };
    const generations: number[] = [];
    for (const scope of scopes) {
      const known = this.scopes.get(scope);
      if (known?.suspended) return { admitted: false, because: 'suspended', scope };
      generations.push(known?.generation ?? 0);
    }
    return { admitted: true, admission: { epoch: this.epoch, scopes, generations } };
  }

  private catchUp(): void {
    const snapshot = this.memory.take();
    if (!snapshot) return;
    this.version = snapshot.version;
    this.epoch = snapshot.epoch;
    this.notices = snapshot.notices;
    if (snapshot.since === undefined) this.scopes = new Map();
    const wide: ScopeKey = `area:${wideArea}`;
    let areaFlips = this.scopes.get(wide)?.generation ?? 0;
    for (const [key, suspended, generation] of snapshot.scopes) {
      if (key.startsWith('area:')) areaFlips += generation - (this.scopes.get(key)?.generation ?? 0);
      this.scopes.set(key, { suspended, generation });
    }
    this.scopes.set(wide, { suspended: false, generation: areaFlips });
  }
}
