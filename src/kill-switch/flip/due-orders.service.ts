import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { faultForLog, LOGGER } from '../../http/logger.js';
import { Barrier, type FlipReport } from './barrier.service.js';
import { Beat } from './beat.js';

/**
 * In charge of orders whose time has come: a scheduled suspension begins and an expired one ends, each by a flip that the
 * system makes. When that is the database's clock decides, and no gate's. Every replica watches; the database does each
 * thing once, and who has done it waits for its proof.
 */
@Injectable()
export class DueOrders implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly beat = new Beat(() => this.perform());

  constructor(
    private readonly barrier: Barrier,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.beat.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.beat.stop();
  }

  /** All that is due now. What fails is left to the next beat, or to another replica. */
  private async perform(): Promise<void> {
    const proofs: Promise<FlipReport | undefined>[] = [];
    try {
      for (let due = await this.barrier.performDue(); due; due = await this.barrier.performDue()) {
        this.logger.warn({ event: 'due-order', ...due });
        // Of an ended one too: it tells the replicas.
        if (due.epoch !== null) proofs.push(this.barrier.complete(due.epoch));
      }
    } catch (error) {
      this.logger.warn({ event: 'due-orders-failed', fault: faultForLog(error) });
    }
    await Promise.all(proofs);
  }
}
