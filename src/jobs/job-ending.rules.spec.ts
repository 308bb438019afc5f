import { Problem } from '../http/problem.js';
import { endingOf } from './job-ending.rules.js';
import { JobCancelled, JobFailed, JobHandedBack, JobLost, JobSuspended } from './job-interruption.js';

describe('A job that ends before it is done', () => {
  it.each([
    ['by cancellation is cancelled', new JobCancelled(), { outcome: 'cancelled' }],
    ['by a lost lease is nobody’s to settle', new JobLost(), { outcome: 'lost' }],
    ['by a stop goes back at once', new JobHandedBack(), { outcome: 'back', delayMs: 0 }],
    ['by a suspension goes back', new JobSuspended(), { outcome: 'back', delayMs: 1_000 }],
    [
      'by a suspension that the fence told goes back',
      new Problem('tool-suspended'),
      { outcome: 'back', delayMs: 1_000 },
    ],
    [
      'by an unknown state of the switch goes back',
      new Problem('access-state-unknown'),
      { outcome: 'back', delayMs: 1_000 },
    ],
    ['by a refusal fails', new Problem('not-permitted'), { outcome: 'failed', errorCode: 'not-permitted' }],
    [
      'by its own judgement fails',
      new JobFailed('no rows/none'),
      { outcome: 'failed', errorCode: 'no-rows-none' },
    ],
    [
      'by a conflict is tried again',
      new Problem('conflict'),
      { outcome: 'retry', errorCode: 'conflict', delayMs: 5_000 },
    ],
    [
      'by a defect is tried again',
      new Error('Ann'),
      { outcome: 'retry', errorCode: 'internal', delayMs: 5_000 },
    ],
    [
      'by a thing that is no error is tried again',
      'Ann',
      { outcome: 'retry', errorCode: 'internal', delayMs: 5_000 },
    ],
  ])('%s', (_, error, ending) => {
    expect(endingOf(error, 1, 3)).toEqual(ending);
  });

  it('waits twice as long each time, a quarter of an hour at most, and fails at its last attempt', () => {
    expect(endingOf(new Error('x'), 2, 20)).toMatchObject({ delayMs: 10_000 });
    expect(endingOf(new Error('x'), 19, 20)).toMatchObject({ delayMs: 900_000 });
    expect(endingOf(new Error('x'), 20, 20)).toMatchObject({ outcome: 'failed' });
    expect(endingOf(new JobSuspended(), 20, 20)).toMatchObject({ outcome: 'back' });
  });
});
