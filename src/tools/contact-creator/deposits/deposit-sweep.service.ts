import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../../../database/database.js';
import { faultForLog, LOGGER } from '../../../http/logger.js';
import { Sweep } from '../../../jobs/sweep.js';
import { DepositRepository } from './deposit.repository.js';

const hourMs = 3_600_000;

/** In charge of throwing away, hourly, what has lain in quarantine for 28 days and nobody has decided, with a row in the ledger each. */
@Injectable()
export class DepositSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sweep: Sweep;

  constructor(database: Database, deposits: DepositRepository, @Inject(LOGGER) logger: Logger) {
    this.sweep = new Sweep(
      hourMs,
      () => database.write(async (tx) => void (await deposits.sweep(tx))),
      (error) => logger.warn({ event: 'deposit-sweep-failed', fault: faultForLog(error) }),
    );
  }

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweep.stop();
  }
}
