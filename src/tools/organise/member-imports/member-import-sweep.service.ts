import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../../../database/database.js';
import { faultForLog, LOGGER } from '../../../http/logger.js';
import { MemberImportRepository } from './member-import.repository.js';

const dayMs = 86_400_000;

/**
 * In charge of forgetting membership lists nobody came back for: at the start and daily on each replica, whatever is
 * suspended, because forgetting is never what a switch should stop. Several replicas at once do no harm.
 */
@Injectable()
export class MemberImportSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly imports: MemberImportRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = (): void => {
      this.sweeping = this.database
        .write((tx) => this.imports.sweep(tx))
        .catch((error: unknown) =>
          this.logger.warn({ event: 'member-import-sweep-failed', fault: faultForLog(error) }),
        );
    };
    sweep();
    this.timer = setInterval(sweep, dayMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }
}
