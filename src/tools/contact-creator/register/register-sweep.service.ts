import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../../../database/database.js';
import { faultForLog, LOGGER } from '../../../http/logger.js';
import { Sweep } from '../../../jobs/sweep.js';
import { RegisterImportRepository } from './register-import.repository.js';

const dayMs = 86_400_000;

/**
 * In charge of forgetting, daily, register files nobody came back for, rows nobody mended and candidates' copies whose
 * election is over.
 */
@Injectable()
export class RegisterSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sweep: Sweep;

  constructor(database: Database, imports: RegisterImportRepository, @Inject(LOGGER) logger: Logger) {
    this.sweep = new Sweep(
      dayMs,
      () => database.write((tx) => imports.sweep(tx)),
      (error) => logger.warn({ event: 'register-sweep-failed', fault: faultForLog(error) }),
    );
  }

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweep.stop();
  }
}
