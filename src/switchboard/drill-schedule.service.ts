import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { faultForLog, LOGGER } from '../http/logger.js';
import { DrillService } from './drill.service.js';

const everyMs = 60_000;

/**
 * In charge of when drills are made: each minute every replica looks whether one is due, and the database has one of them make it.
 * None in the first minute, when replicas are still being started.
 */
@Injectable()
export class DrillSchedule implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly drills: DrillService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.looking ??= this.look().finally(() => (this.looking = undefined));
    }, everyMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    const { DRILL_EVERY_HOURS } = this.environment;
    try {
      await this.drills.look();
      if (DRILL_EVERY_HOURS > 0) await this.drills.runScheduled(DRILL_EVERY_HOURS);
    } catch (error) {
      this.logger.error({ event: 'drill-failed', fault: faultForLog(error) });
    }
  }
}
