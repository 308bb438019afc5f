import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DEPARTURE_HOOKS, type DepartureHook } from '../../../access/departure-hooks.js';
import { JobQueue } from '../../../jobs/job-queue.service.js';
import { Outbox } from '../../../mail/outbox.service.js';
import { MailingRepository } from './mailing.repository.js';

/**
 * In charge of what a departure stops: every mailing that the departed had sent, and each of their messages that waits in
 * the outbox, in its transaction. What ran in their names was cut before, so nothing is written after it.
 */
@Injectable()
export class MailingDepartures implements OnModuleInit {
  constructor(
    @Inject(DEPARTURE_HOOKS) private readonly hooks: DepartureHook[],
    private readonly mailings: MailingRepository,
    private readonly queue: JobQueue,
    private readonly outbox: Outbox,
  ) {}

  onModuleInit(): void {
    this.hooks.push(async (tx, { accountIds }) => {
      for (const jobId of await this.mailings.cancelOfDeparted(tx, accountIds))
        await this.queue.cancel(tx, jobId);
      for (const accountId of accountIds) await this.outbox.cancelInScope(tx, `user:${accountId}`);
    });
  }
}
