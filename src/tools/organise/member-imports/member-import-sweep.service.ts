import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../../../database/database.js';
import { faultForLog, LOGGER } from '../../../http/logger.js';
import { Sweep } from '../../../jobs/sweep.js';
import { MemberImportRepository } from './member-import.repository.js';

const dayMs = 86_400_000;

/** In charge of forgetting, daily, membership lists nobody came back for. */
@Injectable()
export class MemberImportSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sweep: Sweep;

  constructor(database: Database, imports: MemberImportRepository, @Inject(LOGGER) logger: Logger) {
    this.sweep = new Sweep(
      dayMs,
      () => database.write((tx) => imports.sweep(tx)),
      (error) => logger.warn({ event: 'member-import-sweep-failed', fault: faultForLog(error) }),
    );
  }

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweep.stop();
  }
}
