import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../../../database/database.js';
import { faultForLog, LOGGER } from '../../../http/logger.js';
import { Sweep } from '../../../jobs/sweep.js';
import { ExportRepository } from './export.repository.js';

const hourMs = 3_600_000;

/**
 * In charge of forgetting, hourly, who was in an export that nobody can fetch any more. The ledger keeps who was shown to
 * whom.
 */
@Injectable()
export class ExportSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sweep: Sweep;

  constructor(database: Database, exports: ExportRepository, @Inject(LOGGER) logger: Logger) {
    this.sweep = new Sweep(
      hourMs,
      () => database.write((tx) => exports.forgetExpired(tx)),
      (error) => logger.warn({ event: 'export-sweep-failed', fault: faultForLog(error) }),
    );
  }

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweep.stop();
  }
}
