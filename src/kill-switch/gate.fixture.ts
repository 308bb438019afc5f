import { Gate } from './gate.js';
import { LeaseWriter, monotonicNow, type Snapshot } from './sentinel/lease-memory.js';

/** Writes a gate's memory as the sentinel does: a lease of an hour, and a flip that what is under way hears of at once. */
export function sentinelOf(gate: Gate): { install(snapshot: Snapshot): void; grant(forMs: number): void } {
  const writer = new LeaseWriter(gate.attach());
  const grant = (forMs: number) => writer.grant(Number(monotonicNow()) / 1e6 + forMs);
  return {
    grant,
    install(snapshot) {
      writer.install(snapshot);
      grant(3_600_000);
      void gate.cut();
    },
  };
}
