import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Pool, type QueryResultRow } from 'pg';
import type { Logger } from 'pino';
import { ENVIRONMENT, type Environment } from '../../config/environment.js';
import { faultForLog, LOGGER } from '../../http/logger.js';
import { KeyRing } from '../../identity/key-ring.js';
import { signCheckpoint, verifierKey } from '../../ledger/signed-note.rules.js';
import { readCheckpointKeys, type CheckpointKey } from './checkpoint-keys.js';

const everyMs = 1_000;
/** Another replica's round counts as ours. */
const youngMs = 800;
const connectMs = 1_000;
const answerMs = 3_000;
const patienceMs = 2_000;
/** Who has held a flip's round up for so long is ended. */
const heldMs = 200;
const pauseMs = 5;

interface Round {
  isDone: boolean;
  isMore: boolean;
  size: number;
  root: Buffer | null;
  isSigned: boolean;
}

/**
 * In charge of sealing the ledger: a round each second, which any replica may run, and one at once for a flip; and of signing
 * what the newest round has sealed. Which rows those are, their leaves and the root are the database's to compute. It works
 * on connections of its own, outside the request pool.
 */
@Injectable()
export class Sealer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly pool: Pool;
  private readonly keys: KeyRing<CheckpointKey>;
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;
  private beating: Promise<void> | undefined;
  private origin: string | undefined;

  constructor(
    @Inject(ENVIRONMENT) environment: Pick<Environment, 'DATABASE_DIRECT_URL' | 'ROSETTE_KEYS_DIR'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.keys = new KeyRing(environment.ROSETTE_KEYS_DIR, readCheckpointKeys, 'checkpoint');
    this.pool = new Pool({
      connectionString: environment.DATABASE_DIRECT_URL,
      application_name: 'rosette-sealer',
      max: 2,
      connectionTimeoutMillis: connectMs,
      query_timeout: answerMs,
    });
    this.pool.on('error', (error) => this.logger.warn({ event: 'sealer-lost', fault: faultForLog(error) }));
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.beating ??= this.beat().finally(() => (this.beating = undefined));
    }, everyMs);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.beating;
    await this.pool.end();
  }

  /**
   * Seals and signs everything that was committed before. False where it could not be done in time; then a later round does
   * it, on whichever replica. Never rejects.
   */
  async sealNow(): Promise<boolean> {
    const begunAt = performance.now();
    let lookAt = heldMs;
    for (;;) {
      try {
        const round = await this.round(0);
        if (round.isDone) await this.sign(round);
        if (round.isDone && !round.isMore) return true;
        if (!round.isDone && performance.now() - begunAt > lookAt) {
          lookAt += heldMs;
          await this.rows('SELECT ledger.end_sealer()');
        }
      } catch (error) {
        this.logger.warn({ event: 'seal-failed', fault: faultForLog(error) });
      }
      if (performance.now() - begunAt > patienceMs) return false;
      await sleep(pauseMs);
    }
  }

  /** Has an entry that was committed covered by a signed checkpoint. False where that was not done in time. Never rejects. */
  async cover(id: string): Promise<boolean> {
    const isCovered = () => this.isTrue('SELECT ledger.is_signed($1) AS answer', id);
    return (await isCovered()) || ((await this.sealNow()) && isCovered());
  }

  /** As `cover`, of a suspension's certificate. */
  async certify(suspensionId: string): Promise<boolean> {
    const isCovered = () =>
      this.isTrue('SELECT ledger.is_signed(ks.certificate_of($1)) AS answer', suspensionId);
    return (await isCovered()) || ((await this.sealNow()) && isCovered());
  }

  private async isTrue(sql: string, value: string): Promise<boolean> {
    try {
      const [row] = await this.rows<{ answer: boolean }>(sql, [value]);
      return row?.answer === true;
    } catch (error) {
      this.logger.warn({ event: 'seal-unseen', fault: faultForLog(error) });
      return false;
    }
  }

  private async beat(): Promise<void> {
    try {
      for (let isMore = true; isMore && !this.isStopping;) {
        const round = await this.round(youngMs);
        if (round.isDone) await this.sign(round);
        isMore = round.isMore;
      }
    } catch (error) {
      this.logger.warn({ event: 'seal-failed', fault: faultForLog(error) });
    }
  }

  private async round(minAgeMs: number): Promise<Round> {
    const [round] = await this.rows<Omit<Round, 'size'> & { size: string | null }>(
      `SELECT is_done AS "isDone", coalesce(is_more, false) AS "isMore", size, root, coalesce(is_signed, false) AS "isSigned"
       FROM ledger.seal($1)`,
      [minAgeMs],
    );
    if (!round) throw new Error('a round has no answer');
    return { ...round, size: Number(round.size) };
  }

  /** Also what another replica has sealed and not signed before it died. */
  private async sign({ size, root, isSigned }: Round): Promise<void> {
    if (isSigned || root === null) return;
    const origin = (this.origin ??= await this.askOrigin());
    const keys = this.keys.all();
    const note = signCheckpoint(
      { origin, size, root },
      keys.map(({ privateKey }) => ({ name: origin, privateKey })),
    );
    const names = keys.map(({ publicKey }) => verifierKey(origin, publicKey));
    await this.rows('SELECT ledger.put_checkpoint($1, $2, $3)', [size, note, names]);
  }

  private async askOrigin(): Promise<string> {
    const [log] = await this.rows<{ origin: string }>('SELECT origin FROM ledger.log');
    if (!log) throw new Error('the ledger has no origin');
    return log.origin;
  }

  private async rows<Row extends QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, [...values])).rows;
  }
}
