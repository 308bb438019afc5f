/** In charge of what Prometheus is shown of flips: how long they take from the commit to the proof, drills apart from orders. */
import { Histogram, register } from 'prom-client';

export type FlipPurpose = 'order' | 'drill';

const name = 'rosette_barrier_seconds';

/** The registry belongs to the process: a second application in it (a test) finds the metric made. */
export function showBarrier(purpose: FlipPurpose, seconds: number): void {
  const known = register.getSingleMetric(name);
  const histogram =
    known instanceof Histogram
      ? (known as Histogram<'purpose'>)
      : new Histogram({
          name,
          help: 'From the commit of a flip until it was proved everywhere, where this replica waited for it',
          labelNames: ['purpose'],
          buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 2.5, 5],
        });
  histogram.labels(purpose).observe(seconds);
}
