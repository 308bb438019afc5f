import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from '../../src/create-application.js';
import { Database } from '../../src/database/database.js';
import { control, tool } from '../../src/http/route.js';
import { Problem } from '../../src/http/problem.js';
import {
  JOB_HANDLERS,
  type JobHandler,
  type JobProgress,
  type RunningJob,
} from '../../src/jobs/job-handler.js';
import { JobFailed, JobLost, JobSuspended } from '../../src/jobs/job-interruption.js';
import { JobQueue, type JobRequest } from '../../src/jobs/job-queue.service.js';
import { Sentinel } from '../../src/kill-switch/sentinel/sentinel.service.js';
import { until } from '../support/embedded-postgres-processes.js';
import { flip } from '../support/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

type Run = JobHandler['run'];

interface Row {
  state: string;
  attempts: number;
  claim: number;
  incarnation: string | null;
  error_code: string | null;
  progress: JobProgress;
  waits: number;
}

describe('Jobs', () => {
  let database: TestDatabase;
  const started: NestFastifyApplication[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterEach(async () => {
    for (const app of started.splice(0)) await app.close();
    await flip(database.admin, ['tool:organise', 'all:*'], false);
    await database.admin.query('DELETE FROM jobs.job');
  });

  afterAll(() => database.drop());

  const startReplica = async (run: Run, reach = tool('organise')) => {
    const app = await createApplication(database.environment);
    app.get<JobHandler[]>(JOB_HANDLERS).push({ kind: 'test.work', reach, run });
    await app.init();
    started.push(app);
    return app;
  };
  const enqueue = (app: NestFastifyApplication, job: Partial<JobRequest> = {}) =>
    app
      .get(Database)
      .write((tx) => app.get(JobQueue).enqueue(tx, { kind: 'test.work', payload: {}, scopes: [], ...job }));
  const row = async (id: string): Promise<Row> => {
    const { rows } = await database.admin.query<Row>(
      'SELECT *, extract(epoch FROM run_at - clock_timestamp())::float AS waits FROM jobs.job WHERE id = $1',
      [id],
    );
    return rows[0] as Row;
  };
  const untilState = (id: string, state: string) =>
    until(async () => (await row(id)).state === state, `job ${state}`);
  const makeDue = (id: string) =>
    database.admin.query('UPDATE jobs.job SET run_at = now() WHERE id = $1', [id]);
  const expireLease = (id: string) =>
    database.admin.query(`UPDATE jobs.job SET lease_until = now() - interval '1 second' WHERE id = $1`, [id]);

  it('are run once each by two replicas, at most two at a time on each', async () => {
    const ran: string[] = [];
    let running = 0;
    let most = 0;
    const work: Run = async (job) => {
      ran.push(job.id);
      most = Math.max(most, ++running);
      await sleep(5);
      await job.step({ done: 1 });
      running -= 1;
    };
    const [one, other] = [await startReplica(work), await startReplica(work)];
    const ids = await Promise.all(Array.from({ length: 40 }, (_, n) => enqueue(n % 2 ? one : other)));
    await until(
      async () => (await database.admin.query(`SELECT FROM jobs.job WHERE state = 'done'`)).rowCount === 40,
      'all done',
    );
    expect(ran.sort()).toEqual(ids.sort());
    expect(most).toBeLessThanOrEqual(4);
  });

  it.each(['another replica', 'the same replica'])(
    'are taken by %s when a lease ran out, and the run that lost it writes nothing more',
    async (taker) => {
      const outcome: unknown[] = [];
      let runs = 0;
      let goOn = () => {};
      const paused = new Promise<void>((resolve) => (goOn = resolve));
      const work: Run = async (job) => {
        runs += 1;
        if (runs > 1) {
          expect(job.progress).toEqual({ done: 1, total: null, note: 'slow' });
          await job.step({ done: 2, note: 'quick' });
          return;
        }
        await job.step({ done: 1, note: 'slow' });
        await paused;
        await job.step({ done: 99, note: 'slow' }).catch((error: unknown) => outcome.push(error));
      };
      const slow = await startReplica(work);
      const id = await enqueue(slow);
      await until(async () => (await row(id)).progress.done === 1, 'first step');
      if (taker === 'another replica') await startReplica(work);
      await expireLease(id);
      await untilState(id, 'done');
      goOn();
      await until(() => outcome.length === 1, 'the slow one to notice');
      expect(outcome[0]).toBeInstanceOf(JobLost);
      await slow.close();
      expect(await row(id)).toMatchObject({
        state: 'done',
        claim: 2,
        progress: { done: 2, total: null, note: 'quick' },
      });
    },
  );

  it('keep their claim while one long block lasts', async () => {
    let before = '';
    const leaseOf = async () => {
      const { rows } = await database.admin.query<{ lease: string }>(
        'SELECT lease_until::text AS lease FROM jobs.job WHERE state = $1',
        ['running'],
      );
      return rows[0]?.lease ?? '';
    };
    const app = await startReplica(async (job) => {
      await job.longStep(async () => {
        before = await leaseOf();
        await until(async () => (await leaseOf()) > before, 'the lease to be extended', 20_000);
      });
    });
    const id = await enqueue(app);
    await untilState(id, 'done');
    expect(before).not.toBe('');
    expect(await row(id)).toMatchObject({ attempts: 1, claim: 1 });
  }, 30_000);

  it('of a replica that died go on where it stopped, but not for ever', async () => {
    const runs: RunningJob[] = [];
    const app = await startReplica(async (job) => void runs.push(job));
    const dead = async (attempts: number, isCancelRequested = false) => {
      const id = randomUUID();
      await database.admin.query(
        `INSERT INTO jobs.job (id, kind, payload, scopes, state, attempts, max_attempts, incarnation, lease_until, progress, cancel_requested)
         VALUES ($1, 'test.work', '{}', '{}', 'running', $2, 3, $3, now() - interval '1 second', '{"done": 7, "total": 9, "note": "a"}', $4)`,
        [id, attempts, randomUUID(), isCancelRequested],
      );
      return id;
    };
    const [once, often, cancelled] = [await dead(1), await dead(3), await dead(1, true)];
    await untilState(once, 'done');
    expect(runs.map(({ progress }) => progress)).toEqual([{ done: 7, total: 9, note: 'a' }]);
    expect(await row(often)).toMatchObject({ state: 'failed', error_code: 'lease-expired' });
    expect(await row(cancelled)).toMatchObject({ state: 'cancelled' });
    await app.close();
  });

  it('stop at their next step when they are cancelled, or never begin', async () => {
    let steps = 0;
    const app = await startReplica(async (job) => {
      for (;;) {
        await job.step({ done: ++steps });
        await sleep(10);
      }
    });
    const cancel = (id: string) => app.get(Database).write((tx) => app.get(JobQueue).cancel(tx, id));
    const later = await enqueue(app, { runAt: new Date(Date.now() + 60_000) });
    expect(await cancel(later)).toBe('cancelled');
    const id = await enqueue(app);
    await until(() => steps > 2, 'steps');
    expect(await cancel(id)).toBe('running');
    await untilState(id, 'cancelled');
    expect(await cancel(id)).toBeUndefined();
    const inScope = await enqueue(app, { runAt: new Date(Date.now() + 60_000) });
    expect(await app.get(Database).write((tx) => app.get(JobQueue).cancelInScope(tx, 'tool:organise'))).toBe(
      1,
    );
    expect((await row(inScope)).state).toBe('cancelled');
  });

  it('of a suspended scope wait, and run after the lift', async () => {
    let runs = 0;
    const app = await startReplica(async () => void (runs += 1));
    await flip(database.admin, ['tool:organise'], true);
    const id = await enqueue(app);
    await sleep(1_500);
    expect(await row(id)).toMatchObject({ state: 'queued', attempts: 0, claim: 0 });
    await flip(database.admin, ['tool:organise'], false);
    await untilState(id, 'done');
    expect(runs).toBe(1);
  });

  it.each([
    ['the gate', true],
    ['the fence, before the gate has heard', false],
  ])('under way are stopped by %s and go on after the lift', async (_, gateHears) => {
    const ends: unknown[] = [];
    const seen: number[] = [];
    const suspension = { isLifted: false };
    const app = await startReplica(async (job) => {
      seen.push(job.progress.done);
      try {
        for (let done = job.progress.done + 1; !suspension.isLifted; done += 1) {
          await job.step({ done });
          await sleep(5);
        }
      } catch (error) {
        ends.push(error);
        throw error;
      }
    });
    const id = await enqueue(app);
    await until(async () => ((await row(id)).progress.done ?? 0) > 1, 'steps');
    await flip(database.admin, ['all:*'], true);
    const doneAtFlip = (await row(id)).progress.done;
    if (gateHears) await app.get(Sentinel).refresh();
    await until(async () => (await row(id)).state === 'queued', 'back in the queue');
    expect(ends).toEqual([expect.any(JobSuspended)]);
    const { attempts, progress, error_code } = await row(id);
    expect({ attempts, error_code }).toEqual({ attempts: 0, error_code: null });
    // A step that entered the fence before the flip's commit may commit after it.
    expect([doneAtFlip, doneAtFlip + 1]).toContain(progress.done);
    suspension.isLifted = true;
    await flip(database.admin, ['all:*'], false);
    await untilState(id, 'done');
    expect(seen).toEqual([0, progress.done]);
  });

  it('end also when they were suspended and lifted between two steps', async () => {
    let runs = 0;
    let goOn = () => {};
    const paused = new Promise<void>((resolve) => (goOn = resolve));
    const app = await startReplica(async (job) => {
      runs += 1;
      if (runs > 1) return;
      await paused;
      await job.step();
      throw new Error('went on');
    });
    const id = await enqueue(app);
    await until(() => runs === 1, 'a run');
    await flip(database.admin, ['tool:organise'], true);
    await flip(database.admin, ['tool:organise'], false);
    await app.get(Sentinel).refresh();
    goOn();
    await untilState(id, 'done');
    expect(runs).toBe(2);
  });

  it('that need no tool go on while everything is suspended', async () => {
    const app = await startReplica(async (job) => job.step({ done: 1 }), control);
    await flip(database.admin, ['all:*'], true);
    const id = await enqueue(app);
    await untilState(id, 'done');
    expect(await row(id)).toMatchObject({ attempts: 1, progress: { done: 1 } });
  });

  it('are tried again later and later, and fail in the end with a code and no message', async () => {
    const app = await startReplica(async () => {
      throw new Error('Ann Example of 3 Acacia Avenue');
    });
    const id = await enqueue(app, { maxAttempts: 3 });
    for (const [attempts, waits] of [
      [1, 5],
      [2, 10],
    ] as const) {
      await until(
        async () => (await row(id)).attempts === attempts && (await row(id)).state === 'queued',
        `attempt ${attempts}`,
      );
      const waiting = await row(id);
      expect(waiting.error_code).toBe('internal');
      expect(waiting.waits).toBeGreaterThan(waits - 2);
      expect(waiting.waits).toBeLessThanOrEqual(waits);
      await makeDue(id);
    }
    await untilState(id, 'failed');
    const { rows } = await database.admin.query('SELECT job::text AS text FROM jobs.job WHERE id = $1', [id]);
    expect(rows[0]).not.toMatchObject({ text: expect.stringContaining('Acacia') as unknown });
  });

  it.each([
    ['input that cannot become right', () => new Problem('not-found'), 'not-found'],
    ['a session that has ended', () => new Problem('unauthenticated'), 'unauthenticated'],
    ['a failure its handler declares final', () => new JobFailed('no-such-list'), 'no-such-list'],
  ])('fail at once over %s', async (_, fault, code) => {
    const app = await startReplica(async () => {
      throw fault();
    });
    const id = await enqueue(app);
    await untilState(id, 'failed');
    expect(await row(id)).toMatchObject({ attempts: 1, error_code: code });
  });

  it('of a replica that stops are handed back, before its pool closes, and another goes on', async () => {
    const work: Run = async (job) => {
      for (let done = job.progress.done; done < 200; done += 1) {
        await job.step({ done });
        await sleep(5);
      }
    };
    const first = await startReplica(work);
    const id = await enqueue(first);
    await until(async () => (await row(id)).progress.done > 2, 'steps');
    await first.close();
    const handedBack = await row(id);
    expect(handedBack).toMatchObject({ state: 'queued', attempts: 0, incarnation: null });
    const { rows } = await database.admin.query('SELECT FROM ks.replica WHERE ended_at IS NULL');
    expect(rows).toHaveLength(0);
    await startReplica(async (job) => {
      expect(job.progress.done).toBe(handedBack.progress.done);
    });
    await untilState(id, 'done');
  });

  it('carry what the fence asks of whoever runs them', async () => {
    const seen: unknown[] = [];
    const app = await startReplica(async ({ id, entrant }) => void seen.push(id, entrant));
    const sessionId = randomUUID();
    const id = await enqueue(app, { sessionId, scopes: ['area:E14001434'] });
    await untilState(id, 'done');
    expect(seen).toMatchObject([
      id,
      {
        requestId: id,
        reach: tool('organise'),
        principal: { sessionId },
        admission: { scopes: ['all:*', 'tool:organise', 'area:E14001434'] },
      },
    ]);
  });

  it('of an unknown kind or scope are refused, and leave nothing behind', async () => {
    const app = await startReplica(async () => undefined);
    await expect(enqueue(app, { kind: 'test.other' })).rejects.toThrow('no handler');
    await expect(enqueue(app, { scopes: ['office:none'] })).rejects.toMatchObject({
      constraint: 'job_scope_known',
    });
    expect((await database.admin.query('SELECT FROM jobs.job')).rowCount).toBe(0);
  });
});
