/**
 * For those who run the service: is the process alive, may it be sent requests, how is it doing. None of
 * these answers holds personal data, and metrics carry route patterns only.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { register } from 'prom-client';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { Problem } from './problem.js';
import { READINESS_CHECKS, askReadiness, type ReadinessCheck } from './readiness.js';
import { Route, open } from './route.js';

@ApiSchema({ name: 'Health' })
export class HealthDto {
  @ApiProperty({ type: String, enum: ['alive'] })
  status!: string;
}

@ApiSchema({ name: 'ReadinessCheck' })
export class ReadinessCheckDto {
  @ApiProperty({ type: String, example: 'database' })
  name!: string;

  @ApiProperty({ type: Boolean })
  isReady!: boolean;
}

@ApiSchema({ name: 'Readiness' })
export class ReadinessDto {
  @ApiProperty({ type: Boolean })
  isReady!: boolean;

  @ApiProperty({ type: [ReadinessCheckDto] })
  checks!: ReadinessCheckDto[];
}

@Controller()
export class HealthController {
  constructor(
    @Inject(ENVIRONMENT) private readonly env: Environment,
    @Inject(READINESS_CHECKS) private readonly checks: readonly ReadinessCheck[],
  ) {}

  @Route({
    method: 'GET',
    path: '/healthz',
    reach: open,
    action: 'none',
    summary: 'Whether the process is alive',
    response: HealthDto,
    example: { response: { status: 'alive' } },
    tags: ['service'],
  })
  health(): HealthDto {
    return { status: 'alive' };
  }

  @Route({
    method: 'GET',
    path: '/readyz',
    reach: open,
    action: 'none',
    summary: 'Whether the process may be sent requests',
    description: 'Answers 503 with the same body while it may not.',
    response: ReadinessDto,
    alsoAnswers: {
      status: 503,
      description: 'It may not: a check does not hold',
      example: { isReady: false, checks: [{ name: 'database', isReady: false }] },
    },
    example: { response: { isReady: true, checks: [{ name: 'database', isReady: true }] } },
    tags: ['service'],
  })
  async readiness(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessDto> {
    const report = await askReadiness(this.checks);
    if (!report.isReady) void reply.status(503);
    return report;
  }

  @Route({
    method: 'GET',
    path: '/metrics',
    reach: open,
    action: 'none',
    summary: 'Metrics for Prometheus',
    description:
      'Needs `METRICS_TOKEN` as bearer token; where none is configured only the loopback address is answered.',
    response: { contentType: register.contentType, description: 'Prometheus text format' },
    problems: ['unauthenticated', 'not-found'],
    tags: ['service'],
  })
  async metrics(@Req() request: FastifyRequest): Promise<string> {
    this.refuseStrangers(request);
    return register.metrics();
  }

  private refuseStrangers({ headers, socket }: FastifyRequest): void {
    if (this.env.METRICS_TOKEN !== undefined) {
      if (!isSame(headers.authorization ?? '', `Bearer ${this.env.METRICS_TOKEN}`))
        throw new Problem('unauthenticated');
      return;
    }
    // Behind a proxy on this machine everybody comes from the loopback address.
    const isForwarded = headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined;
    if (isForwarded || !/^(127\.|::1$|::ffff:127\.)/.test(socket.remoteAddress ?? ''))
      throw new Problem('not-found');
  }
}

/** Compares digests, so that neither content nor length shows in the time taken. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
