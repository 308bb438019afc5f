import { Counter, Gauge, register } from 'prom-client';

/**
 * Metrics of background work. The registry belongs to the process: a second application in it (a test) finds the
 * metric made.
 */
export function counter<Label extends string>(
  name: string,
  help: string,
  labelNames: Label[],
): Counter<Label> {
  const existing = register.getSingleMetric(name);
  return existing instanceof Counter ? (existing as Counter<Label>) : new Counter({ name, help, labelNames });
}

export function gauge(name: string, help: string): Gauge {
  const existing = register.getSingleMetric(name);
  return existing instanceof Gauge ? existing : new Gauge({ name, help });
}
