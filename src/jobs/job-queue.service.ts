import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { scopesOf, type ScopeKey } from '../kill-switch/scopes.rules.js';
import { JOB_HANDLERS, type JobHandler, type JobPayload } from './job-handler.js';
import { JobRepository, type Job, type JobState } from './job.repository.js';
import { JobRunner } from './job-runner.service.js';

/** What is put in line. */
export interface JobRequest {
  kind: string;
  /** Ids and settings, at most 20,000 characters as JSON; no personal data. */
  payload: JobPayload;
  /** As a request's admission has them, with the areas it works on; the scopes of the handler's reach are added. */
  scopes: readonly ScopeKey[];
  /** On whose behalf; absent for the system's own. The fence resolves the session again when the job runs. */
  accountId?: string;
  sessionId?: string;
  /** Not before; default: now. */
  runAt?: Date;
  /** Tries before the job fails; default 5. */
  maxAttempts?: number;
}

/** In charge of putting jobs in line and taking them out, in the transaction of whoever needs them: both or neither happen. */
@Injectable()
export class JobQueue {
  constructor(
    private readonly jobs: JobRepository,
    private readonly runner: JobRunner,
    @Inject(JOB_HANDLERS) private readonly handlers: readonly JobHandler[],
  ) {}

  /** The job's id. A job of a suspended scope waits for the lift. Errors: an unknown kind or scope is a defect. */
  async enqueue(tx: Tx, job: JobRequest): Promise<string> {
    const handler = this.handlers.find(({ kind }) => kind === job.kind);
    if (!handler) throw new Error(`no handler for jobs of kind ${job.kind}`);
    const id = randomUUID();
    await this.jobs.insert(tx, {
      id,
      kind: job.kind,
      payload: job.payload,
      scopes: [...new Set([...scopesOf(handler.reach), ...job.scopes])],
      accountId: job.accountId ?? null,
      sessionId: job.sessionId ?? null,
      runAt: job.runAt ?? null,
      maxAttempts: job.maxAttempts ?? 5,
    });
    this.runner.lookSoon();
    return id;
  }

  /** `cancelled` if it was waiting, `running` if it will stop at its next step, undefined if it is over or unknown. */
  cancel(tx: Tx, id: string): Promise<JobState | undefined> {
    return this.jobs.cancel(tx, id);
  }

  /** All jobs of a scope, as a departure needs it; how many. */
  cancelInScope(tx: Tx, scope: ScopeKey): Promise<number> {
    return this.jobs.cancelInScope(tx, scope);
  }

  byId(tx: Tx, id: string): Promise<Job | undefined> {
    return this.jobs.byId(tx, id);
  }
}
