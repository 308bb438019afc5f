import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool, type QueryResultRow } from 'pg';
import type { Logger } from 'pino';
import { ENVIRONMENT, type Environment } from '../../config/environment.js';
import { faultForLog, LOGGER } from '../../http/logger.js';
import { flipChannel } from '../sentinel/sentinel-message.js';
import { showBarrier, type FlipPurpose } from './barrier-metrics.js';
import { deploymentOf, type Deployment } from './deployment.js';
import { FlipWatch, type MemberReport } from './flip-watch.js';
import type { How, Member } from './flip.rules.js';

const patienceMs = 5_000;
const answerMs = 3_000;
const connectMs = 1_000;
const firstPauseMs = 2;
const longestPauseMs = 25;

/** How a flip came into force everywhere. */
export interface FlipReport {
  completeAt: string;
  database: { terminated: number; drainMs: number };
  replicas: {
    number: number;
    how: How;
    closedMs: number | null;
    drainedMs: number | null;
    cut: number;
    refused: number;
  }[];
  bound: { leaseMs: number; rhoPpm: number; waitMs: number };
}

/** What the system did with an order; the epoch is null where it made no flip. */
export interface DueOrder {
  suspensionId: string;
  what: string;
  epoch: number | null;
}

/**
 * In charge of what is between a flip's commit and its proof: tells the replicas, drains the database of the scopes, and
 * waits until every member has drained, has ended, or has no lease any more. It works on connections of its own, outside
 * the request pool, so that no crowd of requests holds a flip up. Whoever calls it again goes on where it stands.
 */
@Injectable()
export class Barrier implements OnApplicationShutdown {
  private readonly pool: Pool;
  private readonly deployment: Deployment | null;
  private readonly underWay = new Map<number, Promise<FlipReport | undefined>>();

  constructor(
    @Inject(ENVIRONMENT) environment: Pick<Environment, 'DATABASE_DIRECT_URL'> & Partial<Environment>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.deployment = deploymentOf(environment);
    this.pool = new Pool({
      connectionString: environment.DATABASE_DIRECT_URL,
      application_name: 'rosette-barrier',
      max: 2,
      connectionTimeoutMillis: connectMs,
      query_timeout: answerMs,
    });
    this.pool.on('error', (error) => this.logger.warn({ event: 'barrier-lost', fault: faultForLog(error) }));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /**
   * To be called after the flip's commit, from where its time is counted. The report, or `undefined` where something is
   * unfinished when its time is over. Never rejects: the flip stands, whatever became of the waiting. All who wait for one flip
   * here wait together: many that end sessions at once do not hold each other up.
   */
  complete(epoch: number, purpose: FlipPurpose = 'order'): Promise<FlipReport | undefined> {
    const known = this.underWay.get(epoch);
    if (known) return known;
    const passing = this.pass(epoch, purpose).finally(() => this.underWay.delete(epoch));
    this.underWay.set(epoch, passing);
    return passing;
  }

  /**
   * Completes every flip that is open, whoever made it, or leaves it to the finisher. For whoever has ended somebody's
   * standing or session, after the commit. Never rejects.
   */
  async completeOpen(): Promise<void> {
    const open = await this.persist(performance.now(), () => this.unfinished());
    await Promise.all((open ?? []).map((epoch) => this.complete(epoch)));
  }

  /** What somebody has begun and not finished. */
  async unfinished(): Promise<number[]> {
    const rows = await this.rows<{ epoch: string }>('SELECT open_flips AS epoch FROM ks.open_flips()');
    return rows.map(({ epoch }) => Number(epoch));
  }

  /**
   * Tells every replica that there is news, in a transaction of its own, since NOTIFY takes a database-wide lock at commit. Best
   * effort: replicas also ask. Never rejects.
   */
  async announce(): Promise<void> {
    try {
      await this.rows(`SELECT pg_notify($1, '')`, [flipChannel]);
    } catch (error) {
      this.logger.warn({ event: 'flip-unannounced', fault: faultForLog(error) });
    }
  }

  /** Does one thing whose time has come, if there is one: a scheduled suspension begins, or an expired one ends. */
  async performDue(): Promise<DueOrder | undefined> {
    const [due] = await this.rows<{ suspensionId: string; what: string; epoch: string | null }>(
      'SELECT suspension_id AS "suspensionId", what, flip_epoch AS epoch FROM ks.perform_due()',
    );
    return due && { ...due, epoch: due.epoch === null ? null : Number(due.epoch) };
  }

  private async pass(epoch: number, purpose: FlipPurpose): Promise<FlipReport | undefined> {
    const begunAt = performance.now();
    const persist = <Value>(step: () => Promise<Value | undefined>) => this.persist(begunAt, step);
    void this.announce();
    const [isDrained, members] = await Promise.all([
      persist(() => this.drain(epoch)),
      this.waitForMembers(epoch, begunAt),
    ]);
    if (isDrained === undefined || members === undefined) return undefined;
    const report = await persist(() => this.report(epoch, members));
    if (report) showBarrier(purpose, (performance.now() - begunAt) / 1_000);
    return report;
  }

  private async drain(epoch: number): Promise<number | undefined> {
    const [row] = await this.rows<{ terminated: number | null }>('SELECT ks.drain_flip($1) AS terminated', [
      epoch,
    ]);
    return row?.terminated ?? undefined;
  }

  private async waitForMembers(epoch: number, begunAt: number): Promise<MemberReport[] | undefined> {
    const watch = new FlipWatch();
    let pauseMs = firstPauseMs;
    return this.persist(begunAt, async () => {
      for (;;) {
        const members = await this.rows<Member>(
          'SELECT incarnation, renewed, closed, drained, retired, fenced, wait_ms AS "waitMs" FROM ks.flip_members($1)',
          [epoch],
        );
        const { silent, isOver } = watch.note(members, performance.now() - begunAt);
        if (isOver) return watch.members;
        for (const incarnation of silent)
          await this.rows('SELECT ks.fence_member($1, $2)', [epoch, incarnation]);
        if (performance.now() - begunAt > patienceMs) return undefined;
        await sleep(pauseMs);
        pauseMs = Math.min(pauseMs * 1.25, longestPauseMs);
      }
    });
  }

  private async report(epoch: number, members: readonly MemberReport[]): Promise<FlipReport | undefined> {
    const [row] = await this.rows<{ report: FlipReport | null }>(
      'SELECT ks.prove_flip($1, $2, $3) AS report',
      [epoch, JSON.stringify(members), JSON.stringify(this.deployment)],
    );
    return row?.report ?? undefined;
  }

  /** Again and again while the database is away, for as long as a flip is waited for. */
  private async persist<Value>(
    begunAt: number,
    step: () => Promise<Value | undefined>,
  ): Promise<Value | undefined> {
    for (;;) {
      try {
        return await step();
      } catch (error) {
        this.logger.warn({ event: 'barrier-step-failed', fault: faultForLog(error) });
        if (performance.now() - begunAt > patienceMs) return undefined;
        await sleep(longestPauseMs);
      }
    }
  }

  private async rows<Row extends QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, [...values])).rows;
  }
}
