import { Global, Module } from '@nestjs/common';
import { IdempotencyKeyRepository } from './idempotency-key.repository.js';
import { IdempotencySweep } from './idempotency-sweep.service.js';
import { JOB_HANDLERS, type JobHandler } from './job-handler.js';
import { JobQueue } from './job-queue.service.js';
import { JobRepository } from './job.repository.js';
import { JobRunner } from './job-runner.service.js';

/** Global, because rooms above push their handlers and put their jobs in line. */
@Global()
@Module({
  providers: [
    IdempotencyKeyRepository,
    IdempotencySweep,
    JobQueue,
    JobRepository,
    JobRunner,
    { provide: JOB_HANDLERS, useFactory: (): JobHandler[] => [] },
  ],
  exports: [JobQueue, JOB_HANDLERS],
})
export class JobsModule {}
