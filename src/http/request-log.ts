/**
 * One log line and one measurement per answered request, by route pattern. The raw address never
 * appears: it holds ids and, in a query, names.
 */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Histogram, collectDefaultMetrics, register } from 'prom-client';
import { traceOf } from './request-id.js';

const DURATION = 'rosette_http_request_duration_seconds';

export function addRequestLogHook(instance: FastifyInstance, logger: Logger): void {
  const durations = durationHistogram();
  instance.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions?.url ?? '(none)';
    const line = {
      event: 'request',
      requestId: request.id,
      traceId: traceOf(request)?.traceId,
      method: request.method,
      route,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 1000) / 1000,
    };
    logger.info(line);
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}

/** The registry belongs to the process; a second application in it (a test) finds the metric made. */
function durationHistogram(): Histogram<'method' | 'route' | 'status'> {
  const existing = register.getSingleMetric(DURATION);
  if (existing instanceof Histogram) return existing;
  collectDefaultMetrics();
  return new Histogram({
    name: DURATION,
    help: 'Time from the request to the end of the answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  });
}
