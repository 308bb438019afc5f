import { isConnectionLoss } from '../database/sqlstate.js';
import { Problem } from '../http/problem.js';
import { JobCancelled, JobFailed, JobHandedBack, JobLost, JobSuspended } from './job-interruption.js';

/**
 * In charge of what becomes of a job when its handler ends: done, cancelled, back in the queue, tried again later,
 * failed. An interruption costs no attempt; an error does.
 */
export type Ending =
  | { outcome: 'done' | 'cancelled' | 'lost' }
  | { outcome: 'back'; delayMs: number }
  | { outcome: 'retry'; delayMs: number; errorCode: string }
  | { outcome: 'failed'; errorCode: string };

const suspendedCodes = /^(tool|user|office|area|client)-suspended$|^access-state-unknown$/;
const firstDelayMs = 5_000;
const longestDelayMs = 15 * 60_000;

/** `attempts` counts this one. */
export function endingOf(error: unknown, attempts: number, maxAttempts: number): Ending {
  if (error instanceof JobCancelled) return { outcome: 'cancelled' };
  if (error instanceof JobLost) return { outcome: 'lost' };
  if (error instanceof JobHandedBack) return { outcome: 'back', delayMs: 0 };
  if (error instanceof JobSuspended) return { outcome: 'back', delayMs: 1_000 };
  if (error instanceof Problem && suspendedCodes.test(error.code)) return { outcome: 'back', delayMs: 1_000 };
  const errorCode = codeOf(error);
  const mayHelp =
    !(error instanceof JobFailed) &&
    !(error instanceof Problem && error.status < 500 && error.status !== 409);
  if (!mayHelp || attempts >= maxAttempts) return { outcome: 'failed', errorCode };
  return {
    outcome: 'retry',
    delayMs: Math.min(firstDelayMs * 2 ** (attempts - 1), longestDelayMs),
    errorCode,
  };
}

/** What may be kept of an error: never its message, which can quote a row. */
function codeOf(error: unknown): string {
  if (error instanceof Problem || error instanceof JobFailed)
    return error.code.replace(/[^A-Za-z0-9_.-]/g, '-').slice(0, 80);
  return isConnectionLoss(error) ? 'database-unavailable' : 'internal';
}
