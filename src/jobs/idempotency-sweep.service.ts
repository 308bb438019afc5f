import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../database/database.js';
import { faultForLog, LOGGER } from '../http/logger.js';
import { IdempotencyKeyRepository } from './idempotency-key.repository.js';
import { Sweep } from './sweep.js';

const hourMs = 3_600_000;
/** So that no transaction holds many locks after a busy day. */
const atOnce = 10_000;

/** In charge of forgetting, hourly, which request made what, once its idempotency key counts no more. */
@Injectable()
export class IdempotencySweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sweep: Sweep;

  constructor(
    private readonly database: Database,
    private readonly keys: IdempotencyKeyRepository,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.sweep = new Sweep(
      hourMs,
      () => this.forget(),
      (error) => logger.warn({ event: 'idempotency-sweep-failed', fault: faultForLog(error) }),
    );
  }

  onApplicationBootstrap(): void {
    this.sweep.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweep.stop();
  }

  private async forget(): Promise<void> {
    while ((await this.database.write((tx) => this.keys.forget(tx, atOnce))) === atOnce);
  }
}
