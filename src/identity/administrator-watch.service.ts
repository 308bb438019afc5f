import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../database/database.js';
import { faultForLog, LOGGER } from '../http/logger.js';
import { Sweep } from '../jobs/sweep.js';
import { OneTimeTokenRepository } from './one-time-token.repository.js';

const dayMs = 86_400_000;
const noticeMs = 30 * dayMs;

/**
 * In charge of warning the operator, at the start and daily, a month before nobody administers any more. Nobody renews
 * himself: once it has come to that, only set-up helps (set-up.service.ts).
 */
@Injectable()
export class AdministratorWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sweep: Sweep;

  constructor(
    private readonly database: Database,
    private readonly oneTimeTokens: OneTimeTokenRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.sweep = new Sweep(
      dayMs,
      () => this.look(),
      (error) => logger.warn({ event: 'administrator-watch-failed', fault: faultForLog(error) }),
    );
  }

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweep.stop();
  }

  private async look(): Promise<void> {
    const until = await this.database.read((tx) => this.oneTimeTokens.administeredUntil(tx));
    if (until === undefined || until.getTime() > Date.now() + noticeMs) return;
    this.logger.warn({ event: 'last-administrator-lapses', at: until.toISOString() });
  }
}
