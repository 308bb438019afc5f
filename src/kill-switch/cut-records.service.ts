import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Action } from '../config/vocabulary.js';
import { Database } from '../database/database.js';
import { faultForLog, LOGGER } from '../http/logger.js';
import { Gate, type Admission } from './gate.js';
import { Sentinel } from './sentinel/sentinel.service.js';

/** Whose request an answer is to. */
export interface Asker {
  requestId: string;
  accountId: string;
  sessionId: string;
  /** The method, and the path as it is declared: never the address that was asked for. */
  route: string;
  action: Action | 'none';
}

/** What the switch cut of one answer. */
export interface Cut {
  asker: Asker;
  admission: Admission;
  what: 'answer' | 'stream';
  why: string;
  /** It was handed over before this process knew that it may not be. */
  isLate?: boolean;
  /** At most so many bytes of the body were handed over. */
  bytes: number;
  rows: number | null;
}

interface Noted extends Omit<Cut, 'admission'> {
  id: string;
  at: number;
  incarnation: string;
  admitted: string;
  known: string;
  scopes: readonly string[];
}

const everyMs = 1_000;
/** A crowd that is cut while the database is away; what is noted beyond it is lost, and told. */
const mostNoted = 20_000;
const batch = 500;

/** Why an answer is cut by the switch, and by nothing else. */
export function isOfSwitch(why: string): boolean {
  return why.endsWith('-suspended') || why === 'access-changed' || why === 'access-state-unknown';
}

/**
 * In charge of the evidence of what this replica has cut and refused. It is written after the cut, never before a replica says
 * that it has drained, and again and again until it is written; what a process holds that is killed is lost.
 */
@Injectable()
export class CutRecords implements OnApplicationBootstrap, OnApplicationShutdown {
  private noted: Noted[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private isFailing = false;

  constructor(
    private readonly gate: Gate,
    private readonly sentinel: Sentinel,
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.write(), everyMs);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.writing;
    await this.write();
  }

  note({ admission, ...cut }: Cut): void {
    if (this.noted.length >= mostNoted) {
      this.logger.error({ event: 'cut-unrecorded', requestId: cut.asker.requestId, why: cut.why });
      return;
    }
    this.noted.push({
      ...cut,
      id: randomUUID(),
      at: performance.now(),
      incarnation: this.sentinel.incarnation,
      admitted: String(admission.epoch),
      known: String(this.gate.currentEpoch),
      scopes: [...admission.scopes],
    });
    // The cuts of one flip are noted one after another: they are written together.
    if (!this.isFailing) setImmediate(() => void this.write());
  }

  /** Never rejects. */
  private write(): Promise<void> {
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    try {
      await this.writeRefusals();
      while (this.noted.length > 0) {
        const [first] = this.noted;
        const rows = this.noted
          .filter(({ incarnation }) => incarnation === first?.incarnation)
          .slice(0, batch);
        const now = performance.now();
        const values = rows.map(({ asker, at, ...row }) => ({ ...row, ...asker, ago: now - at }));
        await this.database.write(async (tx) => {
          await tx.run('SELECT ks.record_cuts($1, $2)', [first?.incarnation, JSON.stringify(values)]);
        }, true);
        const written = new Set(rows);
        this.noted = this.noted.filter((row) => !written.has(row));
      }
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) this.logger.warn({ event: 'cuts-not-written', fault: faultForLog(error) });
      this.isFailing = true;
    }
  }

  private async writeRefusals(): Promise<void> {
    const refusals = this.gate.refusals();
    if (refusals.length === 0) return;
    await this.database.write(async (tx) => {
      await tx.run('SELECT ks.count_refusals($1, $2)', [this.sentinel.incarnation, JSON.stringify(refusals)]);
    }, true);
    this.gate.refusalsWritten(refusals);
  }
}
