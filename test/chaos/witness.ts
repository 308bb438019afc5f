import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';

/** What must not be: personal data of a scope that came in while its suspension was answered and not yet lifted. */
export interface Leak {
  kind: 'admitted' | 'emitted';
  scope: ScopeKey;
  afterMs: number;
  bytes: number;
  what: string;
}

/**
 * In charge of what clients saw. All clients of a run tell one witness, in one thread, when they asked and when bytes of a
 * successful answer came; whoever uses the switch tells it when a suspension was answered, and when it is about to be lifted.
 */
export class Witness {
  private readonly stopped = new Map<ScopeKey, number>();
  readonly leaks: Leak[] = [];
  answers = 0;
  refusals = 0;
  broken = 0;

  /**
   * The answer to a suspension has come. What had reached this machine before it and was not read yet is read within
   * two turns of the loop; from then on everything counts.
   */
  async suspended(scope: ScopeKey): Promise<void> {
    for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    this.stopped.set(scope, performance.now());
  }

  lifting(scope: ScopeKey): void {
    this.stopped.delete(scope);
  }

  /** Bytes of an answer with status 200. */
  saw(what: string, scopes: readonly ScopeKey[], askedAt: number, bytes: number): void {
    const now = performance.now();
    for (const scope of scopes) {
      const stoppedAt = this.stopped.get(scope);
      if (stoppedAt === undefined) continue;
      const kind = askedAt > stoppedAt ? 'admitted' : 'emitted';
      this.leaks.push({ kind, scope, afterMs: now - stoppedAt, bytes, what });
    }
  }
}
