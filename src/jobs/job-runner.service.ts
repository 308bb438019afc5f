import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../database/database.js';
import { faultForLog, LOGGER } from '../http/logger.js';
import { Gate } from '../kill-switch/gate.js';
import { scopesOf, type ScopeKey } from '../kill-switch/scopes.rules.js';
import { Sentinel } from '../kill-switch/sentinel/sentinel.service.js';
import { JOB_HANDLERS, type JobHandler } from './job-handler.js';
import { endingOf, type Ending } from './job-ending.rules.js';
import { JobHandedBack } from './job-interruption.js';
import { isRefusedByFence, JobRun } from './job-run.js';
import { JobRepository, type ClaimedJob } from './job.repository.js';
import { counter, gauge } from './metric.js';
import { Pulse } from './pulse.js';

const atOnce = 2;
const leaseMs = 60_000;
const graceMs = 10_000;
const countEveryMs = 15_000;

/**
 * In charge of running jobs on this replica, two at once. A claim is a lease with a fencing token; a job of a process
 * that died is taken by another when its lease runs out. Stops with the application, after HTTP and before the pool:
 * a job ends at its next step and goes back into the queue for another replica.
 */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly runs = new Map<JobRun, Promise<void>>();
  private readonly pulse = new Pulse(
    () => this.beat(),
    (error) => this.logger.warn({ event: 'jobs-beat-failed', fault: faultForLog(error) }),
  );
  private readonly ended = counter('rosette_jobs_ended_total', 'Runs of jobs that ended, by how', [
    'kind',
    'outcome',
  ]);
  private readonly waiting = gauge(
    'rosette_jobs_waiting',
    'Jobs that wait to be run, in the whole installation',
  );
  private countedAtMs = -Infinity;
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly gate: Gate,
    private readonly sentinel: Sentinel,
    private readonly jobs: JobRepository,
    @Inject(JOB_HANDLERS) private readonly handlers: readonly JobHandler[],
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const kinds = this.handlers.map(({ kind }) => kind);
    if (new Set(kinds).size < kinds.length) throw new Error('two handlers for one kind of job');
    this.gate.onNewEpoch(() => this.cutSuspended());
    this.pulse.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.pulse.stop();
    const runs = [...this.runs.keys()];
    for (const run of runs) run.interrupt(new JobHandedBack());
    const ended = Promise.allSettled(this.runs.values());
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
    await Promise.race([ended, grace]);
    clearTimeout(timer);
    // What did not listen: its claim ends here, so that nothing it still does can count.
    await Promise.all([...this.runs.keys()].map((run) => this.settle(run, { outcome: 'back', delayMs: 0 })));
  }

  /** Something was put in line here. */
  lookSoon(): void {
    this.pulse.soon();
  }

  private cutSuspended(): void {
    for (const run of this.runs.keys()) run.cutIfSuspended();
  }

  private async beat(): Promise<void> {
    await this.countWaiting();
    while (this.runs.size < atOnce && !this.isStopping) {
      const claimedAtMs = performance.now();
      const claimed = await this.claim();
      if (!claimed) return;
      this.start(claimed, claimedAtMs);
    }
  }

  private async claim(): Promise<ClaimedJob | undefined> {
    const kinds = this.handlers.map(({ kind }) => kind);
    if (kinds.length === 0) return undefined;
    try {
      return await this.database.write(async (tx) => {
        await this.jobs.endDeadRuns(tx);
        return this.jobs.claim(tx, this.sentinel.incarnation, kinds, leaseMs);
      });
    } catch (error) {
      if (!isRefusedByFence(error)) throw error;
      await this.sentinel.refresh();
      return undefined;
    }
  }

  private start(claimed: ClaimedJob, claimedAtMs: number): void {
    const handler = this.handlers.find(({ kind }) => kind === claimed.kind) as JobHandler;
    const scopes: ScopeKey[] = [...new Set([...scopesOf(handler.reach), ...claimed.scopes])];
    const verdict = this.gate.ask(scopes);
    const admission = verdict.admitted ? verdict.admission : { epoch: -1n, scopes, generations: [] };
    const rooms = { database: this.database, gate: this.gate, jobs: this.jobs };
    const run = new JobRun(claimed, handler, admission, rooms, leaseMs, claimedAtMs);
    // Refused: nothing is run, the job goes back into the queue.
    run.cutIfSuspended();
    const release = this.gate.hold(scopes);
    const ended = this.work(run, handler).finally(() => {
      release();
      this.runs.delete(run);
      if (this.runs.size < atOnce) this.pulse.soon();
    });
    this.runs.set(run, ended);
  }

  private async work(run: JobRun, handler: JobHandler): Promise<void> {
    let ending: Ending = { outcome: 'done' };
    try {
      run.signal.throwIfAborted();
      await handler.run(run);
    } catch (thrown) {
      // Whatever the handler made of the interruption, the interruption is why it stopped.
      const error: unknown = run.signal.aborted ? run.signal.reason : thrown;
      ending = endingOf(error, run.claimed.attempts, run.claimed.maxAttempts);
      if (ending.outcome === 'retry' || ending.outcome === 'failed') {
        this.logger.warn({
          event: 'job-failed',
          jobId: run.id,
          kind: handler.kind,
          ...ending,
          fault: faultForLog(error),
        });
      }
      if (ending.outcome === 'back') await this.refreshGate();
    }
    await this.settle(run, ending);
  }

  private async settle(run: JobRun, ending: Ending): Promise<void> {
    run.over();
    const { claimed } = run;
    this.ended.inc({ kind: claimed.kind, outcome: ending.outcome });
    try {
      await this.database.write(async (tx) => {
        if (ending.outcome === 'lost') return;
        if (ending.outcome === 'back') await this.jobs.putBack(tx, claimed, ending.delayMs, null);
        else if (ending.outcome === 'retry')
          await this.jobs.putBack(tx, claimed, ending.delayMs, ending.errorCode);
        else
          await this.jobs.finish(
            tx,
            claimed,
            ending.outcome,
            'errorCode' in ending ? ending.errorCode : null,
          );
      });
    } catch (error) {
      // The lease runs out by itself and another runner takes the job.
      this.logger.warn({
        event: 'job-not-settled',
        jobId: run.id,
        kind: claimed.kind,
        fault: faultForLog(error),
      });
    }
  }

  /** The fence may know of a flip that the gate does not: without it the job would be taken again at once. */
  private async refreshGate(): Promise<void> {
    if (!this.isStopping) await this.sentinel.refresh();
  }

  private async countWaiting(): Promise<void> {
    if (performance.now() - this.countedAtMs < countEveryMs) return;
    this.countedAtMs = performance.now();
    this.waiting.set(await this.database.read((tx) => this.jobs.countWaiting(tx)));
  }
}
