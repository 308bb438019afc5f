import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { ScopeKey } from '../kill-switch/scopes.rules.js';
import type { JobPayload, JobProgress } from './job-handler.js';

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** A job as its owner may see it. */
export interface Job {
  id: string;
  kind: string;
  payload: JobPayload;
  accountId: string | null;
  state: JobState;
  progress: JobProgress;
  isCancelRequested: boolean;
  attempts: number;
  errorCode: string | null;
  runAt: Date;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export interface NewJob {
  id: string;
  kind: string;
  payload: JobPayload;
  scopes: readonly ScopeKey[];
  accountId: string | null;
  sessionId: string | null;
  runAt: Date | null;
  maxAttempts: number;
}

/** A run: incarnation and claim together are its fencing token. */
export interface Claim {
  id: string;
  incarnation: string;
  claim: number;
}

export interface ClaimedJob extends Claim {
  kind: string;
  payload: JobPayload;
  scopes: ScopeKey[];
  sessionId: string | null;
  attempts: number;
  maxAttempts: number;
  progress: JobProgress;
}

const columns = `
  id, kind, payload, account_id AS "accountId", state, progress, cancel_requested AS "isCancelRequested", attempts,
  error_code AS "errorCode", run_at AS "runAt", created_at AS "createdAt", started_at AS "startedAt", finished_at AS "finishedAt"`;
const held = `id = $1 AND incarnation = $2 AND claim = $3 AND state = 'running' AND lease_until > clock_timestamp()`;

/** The table of jobs. Whoever runs one writes only while its claim holds: a run that lost its lease changes nothing. */
@Injectable()
export class JobRepository {
  async insert(tx: Tx, job: NewJob): Promise<void> {
    await tx.run(
      `INSERT INTO jobs.job (id, kind, payload, scopes, account_id, session_id, run_at, max_attempts)
       VALUES ($1, $2, $3, $4, $5, $6, coalesce($7, now()), $8)`,
      [
        job.id,
        job.kind,
        JSON.stringify(job.payload),
        job.scopes,
        job.accountId,
        job.sessionId,
        job.runAt,
        job.maxAttempts,
      ],
    );
  }

  async byId(tx: Tx, id: string): Promise<Job | undefined> {
    return tx.first<Job & Record<string, unknown>>(`SELECT ${columns} FROM jobs.job WHERE id = $1`, [id]);
  }

  /** Ends what waits, tells what runs; index: job_pkey. */
  async cancel(tx: Tx, id: string): Promise<JobState | undefined> {
    const row = await tx.first<{ state: JobState }>(
      `UPDATE jobs.job
       SET cancel_requested = true, state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END,
           finished_at = CASE state WHEN 'queued' THEN clock_timestamp() END
       WHERE id = $1 AND state IN ('queued', 'running') RETURNING state`,
      [id],
    );
    return row?.state;
  }

  /** As `cancel`, for all that belongs to a scope; index: job_due. */
  async cancelInScope(tx: Tx, scope: ScopeKey): Promise<number> {
    return tx.run(
      `UPDATE jobs.job
       SET cancel_requested = true, state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END,
           finished_at = CASE state WHEN 'queued' THEN clock_timestamp() END
       WHERE state IN ('queued', 'running') AND $1 = ANY (scopes)`,
      [scope],
    );
  }

  /** Ends runs that died: those cancelled meanwhile, and those that died too often; index: job_due. */
  async endDeadRuns(tx: Tx): Promise<void> {
    await tx.run(
      `UPDATE jobs.job
       SET state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'failed' END,
           error_code = CASE WHEN cancel_requested THEN NULL ELSE 'lease-expired' END,
           incarnation = NULL, lease_until = NULL, finished_at = clock_timestamp()
       WHERE state = 'running' AND lease_until < now() AND (cancel_requested OR attempts >= max_attempts)`,
    );
  }

  /**
   * Takes the job that is due longest, and holds its scopes at the fence until commit: one whose scope is suspended is
   * left where it is, a flip under way raises KS001 or KS003. Index: job_due.
   */
  async claim(
    tx: Tx,
    incarnation: string,
    kinds: readonly string[],
    leaseMs: number,
  ): Promise<ClaimedJob | undefined> {
    const job = await tx.first<ClaimedJob & Record<string, unknown>>(
      `WITH blocked AS MATERIALIZED (SELECT ks.suspended_keys() AS keys),
            due AS (SELECT j.id FROM jobs.job j, blocked
                    WHERE (j.state = 'queued' OR (j.state = 'running' AND j.lease_until < now()))
                      AND j.run_at <= now() AND j.kind = ANY ($2) AND NOT j.scopes && blocked.keys
                    ORDER BY j.run_at LIMIT 1 FOR UPDATE OF j SKIP LOCKED)
       UPDATE jobs.job j
       SET state = 'running', incarnation = $1, claim = j.claim + 1, attempts = j.attempts + 1,
           lease_until = clock_timestamp() + make_interval(secs => $3 / 1000.0), started_at = coalesce(j.started_at, now())
       FROM due WHERE j.id = due.id
       RETURNING j.id, j.incarnation, j.claim, j.kind, j.payload, j.scopes, j.session_id AS "sessionId", j.attempts,
                 j.max_attempts AS "maxAttempts", j.progress`,
      [incarnation, kinds, leaseMs],
    );
    if (job) await tx.run('SELECT ks.hold($1, $2)', [incarnation, job.scopes]);
    return job;
  }

  /** Enters the fence, records the progress, extends the lease. Whether a cancellation was asked; undefined if the claim is lost. */
  async step(
    tx: Tx,
    claim: Claim,
    scopes: readonly ScopeKey[],
    progress: JobProgress,
    leaseMs: number,
  ): Promise<boolean | undefined> {
    await tx.run('SELECT ks.hold($1, $2)', [claim.incarnation, scopes]);
    const row = await tx.first<{ isCancelRequested: boolean }>(
      `UPDATE jobs.job SET progress = $4, lease_until = clock_timestamp() + make_interval(secs => $5 / 1000.0)
       WHERE ${held} RETURNING cancel_requested AS "isCancelRequested"`,
      [claim.id, claim.incarnation, claim.claim, JSON.stringify(progress), leaseMs],
    );
    return row?.isCancelRequested;
  }

  async finish(
    tx: Tx,
    claim: Claim,
    state: 'done' | 'failed' | 'cancelled',
    errorCode: string | null,
  ): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE jobs.job SET state = $4, error_code = $5, incarnation = NULL, lease_until = NULL, finished_at = clock_timestamp()
       WHERE ${held}`,
      [claim.id, claim.incarnation, claim.claim, state, errorCode],
    );
    return changed === 1;
  }

  /** Back into the queue. An interruption (`errorCode` null) gives its attempt back. */
  async putBack(tx: Tx, claim: Claim, delayMs: number, errorCode: string | null): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE jobs.job
       SET state = 'queued', incarnation = NULL, lease_until = NULL, run_at = clock_timestamp() + make_interval(secs => $4 / 1000.0),
           attempts = CASE WHEN $5::text IS NULL THEN attempts - 1 ELSE attempts END, error_code = coalesce($5, error_code)
       WHERE ${held}`,
      [claim.id, claim.incarnation, claim.claim, delayMs, errorCode],
    );
    return changed === 1;
  }

  /** Index: job_due. */
  async countWaiting(tx: Tx): Promise<number> {
    const row = await tx.first<{ n: number }>(
      `SELECT count(*)::integer AS n FROM jobs.job WHERE state = 'queued'`,
    );
    return row?.n ?? 0;
  }
}
