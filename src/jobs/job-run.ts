import type { Database } from '../database/database.js';
import { databaseError } from '../database/sqlstate.js';
import type { Entrant } from '../kill-switch/fence.service.js';
import type { Admission, Gate } from '../kill-switch/gate.js';
import { lapseOf } from '../kill-switch/admission.rules.js';
import type { JobHandler, JobPayload, JobProgress, RunningJob } from './job-handler.js';
import { JobCancelled, JobLost, JobSuspended, type JobInterruption } from './job-interruption.js';
import type { ClaimedJob, JobRepository } from './job.repository.js';

const extendEveryMs = 5_000;

/**
 * One run of one job: its claim, its admission and its signal. It asks gate and fence at each step and learns of its
 * own end by the clock: a lease that was not extended aborts the run before another runner can have taken the job.
 */
export class JobRun implements RunningJob {
  readonly entrant: Entrant | undefined;
  progress: JobProgress;
  private readonly controller = new AbortController();
  private leaseTimer: NodeJS.Timeout | undefined;

  constructor(
    readonly claimed: ClaimedJob,
    handler: JobHandler,
    private readonly admission: Admission,
    private readonly rooms: { database: Database; gate: Gate; jobs: JobRepository },
    private readonly leaseMs: number,
    claimedAtMs: number,
  ) {
    this.progress = claimed.progress;
    this.entrant =
      claimed.sessionId === null
        ? undefined
        : {
            requestId: claimed.id,
            reach: handler.reach,
            admission,
            principal: { sessionId: claimed.sessionId },
          };
    this.keepLeaseFrom(claimedAtMs);
  }

  get id(): string {
    return this.claimed.id;
  }

  get payload(): JobPayload {
    return this.claimed.payload;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  interrupt(why: JobInterruption): void {
    if (!this.signal.aborted) this.controller.abort(why);
  }

  /** Called with each newer epoch. */
  cutIfSuspended(): void {
    if (lapseOf(this.rooms.gate, this.admission)) this.interrupt(new JobSuspended());
  }

  async step(progress: Partial<JobProgress> = {}): Promise<void> {
    this.cutIfSuspended();
    this.signal.throwIfAborted();
    this.progress = { ...this.progress, ...progress };
    const askedAtMs = performance.now();
    const isCancelRequested = await this.record();
    if (isCancelRequested === undefined) this.interrupt(new JobLost());
    else if (isCancelRequested) this.interrupt(new JobCancelled());
    else this.keepLeaseFrom(askedAtMs);
    // The flip may have come while the database was asked.
    this.cutIfSuspended();
    this.signal.throwIfAborted();
  }

  async longStep<Value>(work: () => Promise<Value>): Promise<Value> {
    await this.step();
    // What ends the run is in its signal; a database that cannot be asked lets the lease run out.
    const timer = setInterval(() => void this.step().catch(() => undefined), extendEveryMs).unref();
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  over(): void {
    clearTimeout(this.leaseTimer);
  }

  private async record(): Promise<boolean | undefined> {
    const { database, jobs } = this.rooms;
    try {
      return await database.write((tx) =>
        jobs.step(tx, this.claimed, this.admission.scopes, this.progress, this.leaseMs),
      );
    } catch (error) {
      if (!isRefusedByFence(error)) throw error;
      this.interrupt(new JobSuspended());
      throw this.signal.reason;
    }
  }

  /** Counted from before the question was sent: here the lease ends no later than in the database. */
  private keepLeaseFrom(atMs: number): void {
    clearTimeout(this.leaseTimer);
    const leftMs = atMs + this.leaseMs - performance.now();
    this.leaseTimer = setTimeout(() => this.interrupt(new JobLost()), leftMs).unref();
  }
}

/** A scope is suspended, a flip is under way, or this replica is fenced. */
export function isRefusedByFence(error: unknown): boolean {
  return ['KS001', 'KS002', 'KS003'].includes(databaseError(error)?.code ?? '');
}
