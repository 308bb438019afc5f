import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../database/database.js';
import { faultForLog, LOGGER } from '../http/logger.js';
import { Sweep } from '../jobs/sweep.js';
import { SuspensionRepository } from './suspension.repository.js';

const dayMs = 86_400_000;
const needed = 2;

/**
 * In charge of warning the operator, at the start and daily, while fewer than two people can lift a suspension: whoever
 * stops a tool then is helped by the operator alone. Nothing is refused for it.
 */
@Injectable()
export class LiftersWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sweep: Sweep;

  constructor(
    private readonly database: Database,
    private readonly suspensions: SuspensionRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.sweep = new Sweep(
      dayMs,
      () => this.look(),
      (error) => logger.warn({ event: 'lifters-watch-failed', fault: faultForLog(error) }),
    );
  }

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweep.stop();
  }

  private async look(): Promise<void> {
    const lifters = await this.database.read((tx) => this.suspensions.lifters(tx));
    if (lifters < needed) this.logger.warn({ event: 'too-few-can-lift', lifters, needed });
  }
}
