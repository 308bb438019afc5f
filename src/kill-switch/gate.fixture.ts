import { Gate } from './gate.js';
import type { ScopeKey } from './scopes.rules.js';
import { LeaseWriter, monotonicNow, type Snapshot } from './sentinel/lease-memory.js';

interface Pretended {
  install(snapshot: Snapshot): void;
  grant(forMs: number): void;
  isQueueing(): boolean;
  isAtWork(scopes: readonly ScopeKey[]): boolean;
}

/** Writes a gate's memory as the sentinel does: a lease of an hour, and a flip that what is under way hears of at once. */
export function sentinelOf(gate: Gate): Pretended {
  const writer = new LeaseWriter(gate.attach());
  const grant = (forMs: number) => writer.grant(Number(monotonicNow()) / 1e6 + forMs);
  return {
    grant,
    isQueueing: () => writer.isQueueing,
    isAtWork: (scopes) => writer.isAtWork(scopes),
    install(snapshot) {
      writer.install(snapshot);
      grant(3_600_000);
      void gate.cut();
    },
  };
}
