import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import type { Logger } from 'pino';
import { ENVIRONMENT, type Environment } from '../../config/environment.js';
import { faultForLog, LOGGER } from '../../http/logger.js';
import { gauge } from '../../jobs/metric.js';
import { Pulse } from '../../jobs/pulse.js';
import { JournalDrain } from './journal-drain.js';

const connectMs = 2_000;
const answerMs = 10_000;

/**
 * In charge of this server's journal file: each second, what is new is put into it, on a connection of its own. Orders do not
 * wait for it: they are in the database's journal when they are in force, and a file that lags is complained of.
 */
@Injectable()
export class Journal implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly drain: JournalDrain | undefined;
  private readonly pool: Pool | undefined;
  private readonly pulse = new Pulse(
    () => this.round(),
    (error) => this.logger.error({ event: 'journal-not-written', fault: faultForLog(error) }),
  );

  constructor(
    @Inject(ENVIRONMENT) { JOURNAL_FILE, DATABASE_DIRECT_URL }: Environment,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    if (JOURNAL_FILE === undefined) return;
    this.drain = new JournalDrain(JOURNAL_FILE);
    this.pool = new Pool({
      connectionString: DATABASE_DIRECT_URL,
      application_name: 'rosette-journal',
      max: 1,
      connectionTimeoutMillis: connectMs,
      query_timeout: answerMs,
    });
    this.pool.on('error', (error) => this.logger.warn({ event: 'journal-lost', fault: faultForLog(error) }));
  }

  /** A server that could not keep its journal does not start. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.drain) {
      this.logger.warn({ event: 'journal-absent', reason: 'JOURNAL_FILE is not set: see docs/backup.md' });
      return;
    }
    await this.round();
    this.pulse.start();
  }

  /** With a last round, so that what an orderly stop leaves behind is whole. */
  async onApplicationShutdown(): Promise<void> {
    await this.pulse.stop();
    try {
      await this.round();
    } catch (error) {
      this.logger.error({ event: 'journal-not-written', fault: faultForLog(error) });
    }
    await this.pool?.end();
  }

  private async round(): Promise<void> {
    if (!this.drain || !this.pool) return;
    const client = await this.pool.connect();
    let fault: unknown;
    try {
      // Another process writes: what it has not written yet it is to say.
      if ((await this.drain.round(client)) === undefined) return;
      gauge(
        'rosette_journal_whole_timestamp_seconds',
        'When the journal file last held all that the database has written down',
      ).set(Date.now() / 1_000);
    } catch (error) {
      fault = error;
      throw error;
    } finally {
      // With it goes the lock of the file, if it still holds one.
      client.release(fault instanceof Error ? fault : undefined);
    }
  }
}
