import type { Reach } from '../http/route.js';
import type { Entrant } from '../kill-switch/fence.service.js';

/** Ids and settings, never personal data: whoever works on a job reads the people through custody. */
export type JobPayload = Record<string, string | number | boolean | null | readonly string[]>;

/** How far a job is. `note` is the handler's own bookmark; users see it, so it names nobody. */
export interface JobProgress {
  done: number;
  total: number | null;
  note: string | null;
}

/** What a handler is given. */
export interface RunningJob<Payload extends JobPayload = JobPayload> {
  readonly id: string;
  readonly payload: Payload;
  /** As the last attempt left it: a handler goes on from here, since a job may be interrupted at any step. */
  readonly progress: JobProgress;
  /** Aborted with the interruption: cancelled, suspended, handed back or lost. */
  readonly signal: AbortSignal;
  /** With what the work enters the fence, bound to the admission of this run; absent for the system's own jobs. */
  readonly entrant: Entrant | undefined;
  /**
   * Called before each block of work: asks gate and fence, records the progress, extends the lease. A block has to be
   * done within half a minute. Throws a JobInterruption; the handler lets it pass.
   */
  step(progress?: Partial<JobProgress>): Promise<void>;
  /**
   * A block that may take longer, such as one statement over a region's register: the lease is extended while it lasts.
   * Where the run ends meanwhile the block is let end by itself, and the next step throws.
   */
  longStep<Value>(work: () => Promise<Value>): Promise<Value>;
}

/** One kind of job. A room pushes its handlers into JOB_HANDLERS in `onModuleInit`. Work must bear to be repeated. */
export interface JobHandler<Payload extends JobPayload = JobPayload> {
  kind: string;
  /** Decides, as for a route, which scopes stop the job, besides those it was put in line with. */
  reach: Reach;
  run(job: RunningJob<Payload>): Promise<void>;
}

/** Token of the list of handlers. */
export const JOB_HANDLERS = Symbol('JOB_HANDLERS');
