import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../database/database.js';
import { faultForLog, LOGGER } from '../http/logger.js';
import { Sweep } from '../jobs/sweep.js';
import { PartitionRepository } from '../ledger/partition.repository.js';

const dayMs = 86_400_000;

/** In charge of making, daily, the partitions in which the record of the coming months will lie. */
@Injectable()
export class PartitionSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sweep: Sweep;

  constructor(database: Database, partitions: PartitionRepository, @Inject(LOGGER) logger: Logger) {
    this.sweep = new Sweep(
      dayMs,
      () => database.write((tx) => partitions.ensure(tx)),
      (error) => logger.warn({ event: 'ledger-partitions-failed', fault: faultForLog(error) }),
    );
  }

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweep.stop();
  }
}
