import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../../../database/database.js';
import { faultForLog, LOGGER } from '../../../http/logger.js';
import { ExportRepository } from './export.repository.js';

const hourMs = 3_600_000;

/**
 * In charge of forgetting who was in an export that nobody can fetch any more: at the start and hourly on each replica,
 * whatever is suspended. The ledger keeps who was shown to whom.
 */
@Injectable()
export class ExportSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly exports: ExportRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = (): void => {
      this.sweeping = this.database
        .write((tx) => this.exports.forgetExpired(tx))
        .catch((error: unknown) =>
          this.logger.warn({ event: 'export-sweep-failed', fault: faultForLog(error) }),
        );
    };
    sweep();
    this.timer = setInterval(sweep, hourMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }
}
