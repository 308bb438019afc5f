import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { faultForLog, LOGGER } from '../../http/logger.js';
import { Barrier } from './barrier.service.js';
import { Beat } from './beat.js';

/**
 * In charge of flips whose author died or was cut off before they were complete: any replica finishes them. One that is
 * seen open twice, a beat apart, is taken; that its author still waits, or another replica takes it too, does no harm.
 */
@Injectable()
export class FlipFinisher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly beat = new Beat(() => this.finish());
  private seen = new Set<number>();

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

  private async finish(): Promise<void> {
    try {
      const open = await this.barrier.unfinished();
      const left = open.filter((epoch) => this.seen.has(epoch));
      this.seen = new Set(open);
      for (const epoch of left) await this.barrier.complete(epoch);
    } catch (error) {
      this.logger.warn({ event: 'flips-unfinished', fault: faultForLog(error) });
    }
  }
}
