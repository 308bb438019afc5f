/**
 * Why a job has to stop before it is done. `step` throws one of these and the job's signal carries it; a handler lets
 * it pass, and the runner decides what becomes of the job.
 */
export abstract class JobInterruption extends Error {}

/** Somebody cancelled it. */
export class JobCancelled extends JobInterruption {
  override readonly name = 'JobCancelled';
}

/** A scope of it is suspended, or was in the meantime: back into the queue, where it waits for the lift. */
export class JobSuspended extends JobInterruption {
  override readonly name = 'JobSuspended';
}

/** This process stops: another one goes on. */
export class JobHandedBack extends JobInterruption {
  override readonly name = 'JobHandedBack';
}

/** The lease ran out: the job is another runner's now, and nothing this one writes counts. */
export class JobLost extends JobInterruption {
  override readonly name = 'JobLost';
}

/** A handler throws it where no further attempt would help. The code is shown to users. */
export class JobFailed extends Error {
  override readonly name = 'JobFailed';

  constructor(
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(code, options);
  }
}
