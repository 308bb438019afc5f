import { Injectable } from '@nestjs/common';
import type { ScopeKey } from './scopes.rules.js';

/** What the database says: the epoch and every scope that was ever flipped, as [key, suspended, generation]. */
export interface Snapshot {
  epoch: bigint;
  scopes: readonly (readonly [ScopeKey, boolean, number])[];
  /** Of the suspensions in force, the oldest first. */
  notices: readonly (Told & { scope: ScopeKey })[];
}

/** What those may know whom a suspension stops: which it is, and what they are told. Never the reason. */
export interface Told {
  suspensionId: string;
  notice: string | null;
}

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

/**
 * In charge of the copy of the switch in memory: admits or refuses without asking the database. It denies until it has
 * a first snapshot, and it never goes back to an older epoch. The fence in the database decides in the end; the gate
 * makes a refusal cheap and early.
 */
@Injectable()
export class Gate {
  private epoch = -1n;
  private scopes = new Map<ScopeKey, { suspended: boolean; generation: number }>();
  private notices: Snapshot['notices'] = [];
  private readonly listeners: ((epoch: bigint) => void)[] = [];

  get currentEpoch(): bigint {
    return this.epoch;
  }

  /** Called with each newer epoch, after it is in force here. */
  onNewEpoch(listener: (epoch: bigint) => void): void {
    this.listeners.push(listener);
  }

  install(snapshot: Snapshot): void {
    if (snapshot.epoch <= this.epoch) return;
    this.scopes = new Map(
      snapshot.scopes.map(([key, suspended, generation]) => [key, { suspended, generation }]),
    );
    this.notices = snapshot.notices;
    this.epoch = snapshot.epoch;
    for (const listener of this.listeners) listener(this.epoch);
  }

  /** What the people of a suspended scope are told of it. For who is authenticated, and belongs to it. */
  toldOf(scope: ScopeKey): Told | undefined {
    return this.notices.find((told) => told.scope === scope);
  }

  ask(scopes: readonly ScopeKey[]): Verdict {
    if (this.epoch < 0n) return { admitted: false, because: 'unknown' };
    const generations: number[] = [];
    for (const scope of scopes) {
      const known = this.scopes.get(scope);
      if (known?.suspended) return { admitted: false, because: 'suspended', scope };
      generations.push(known?.generation ?? 0);
    }
    return { admitted: true, admission: { epoch: this.epoch, scopes, generations } };
  }
}
