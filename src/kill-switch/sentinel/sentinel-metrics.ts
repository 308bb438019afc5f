import { Gauge, register } from 'prom-client';
import type { Gate } from '../gate.js';

/**
 * What Prometheus is shown of the lease. The registry belongs to the process: a second application in it (a test) shows
 * its own gate instead.
 */
export function showSentinelMetrics(gate: Gate): void {
  const show = (name: string, help: string, read: () => number) => {
    register.removeSingleMetric(name);
    const gauge: Gauge = new Gauge({ name, help, collect: () => gauge.set(read()) });
  };
  show(
    'rosette_lease_remaining_seconds',
    'How long this replica may still act on its copy of the switch',
    () => gate.leaseRemainingMs / 1_000,
  );
  show('rosette_epoch', 'The state of the switch that this replica acts on', () => Number(gate.currentEpoch));
}
