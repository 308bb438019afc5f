import { hostname } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { ENVIRONMENT, type Environment } from '../../config/environment.js';
import { faultForLog, LOGGER } from '../../http/logger.js';
import { READINESS_CHECKS, type ReadinessCheck } from '../../http/readiness.js';
import { Gate } from '../gate.js';
import { showSentinelMetrics } from './sentinel-metrics.js';
import type { FromSentinel, SentinelOrders, ToSentinel } from './sentinel-message.js';
import { threadFile } from './thread-file.js';

const firstLeaseMs = 20_000;
const refreshMs = 2_000;
const stopMs = 3_000;
const againMs = 250;

/**
 * In charge of the sentinel's thread, as seen from the main one: starts it and waits for the first lease, ends what it
 * says is to be cut and tells it so, starts another should it die, and retires with the application.
 */
@Injectable()
export class Sentinel implements OnModuleInit, OnApplicationShutdown {
  private thread: Worker | undefined;
  private known = '';
  private isStopping = false;
  private cutting: Promise<unknown> = Promise.resolve();
  private lastTicket = 0;
  private readonly tickets = new Map<number, (isFresh: boolean) => void>();
  private begun: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(
    private readonly gate: Gate,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(READINESS_CHECKS) private readonly checks: ReadinessCheck[],
  ) {}

  /** This process towards the fence. A new start is a new incarnation, and so is what follows on being fenced. */
  get incarnation(): string {
    return this.known;
  }

  async onModuleInit(): Promise<void> {
    this.checks.push({
      name: 'access-state',
      check: async () => {
        if (this.gate.leaseRemainingMs === 0) throw new Error('no lease');
      },
    });
    showSentinelMetrics(this.gate);
    let timer: NodeJS.Timeout | undefined;
    const first = new Promise<void>((resolve, reject) => {
      this.begun = { resolve, reject };
      timer = setTimeout(() => reject(new Error('the database grants no lease')), firstLeaseMs);
    });
    try {
      this.startThread();
      await first;
    } catch (error) {
      await this.onApplicationShutdown();
      throw error;
    } finally {
      clearTimeout(timer);
      this.begun = undefined;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    const { thread } = this;
    if (thread) {
      const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
      this.tell({ kind: 'stop' });
      const timer = setTimeout(() => void thread.terminate(), stopMs);
      await ended;
      clearTimeout(timer);
    }
    this.gate.detach();
    this.settleTickets();
  }

  /**
   * Whether an answer of the database to a question put after this call is in force here: false if none came in time, as
   * while the database is away. Never rejects.
   */
  refresh(): Promise<boolean> {
    if (!this.thread || this.isStopping) return Promise.resolve(false);
    this.lastTicket += 1;
    const ticket = this.lastTicket;
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), refreshMs);
      const settle = (isFresh: boolean): void => {
        clearTimeout(timer);
        this.tickets.delete(ticket);
        resolve(isFresh);
      };
      this.tickets.set(ticket, settle);
      this.tell({ kind: 'refresh', ticket });
    });
  }

  private startThread(): void {
    const memory = this.gate.attach();
    const workerData: SentinelOrders = {
      memory,
      url: this.environment.DATABASE_DIRECT_URL ?? '',
      host: hostname(),
      build: process.version,
      epochSeen: this.gate.currentEpoch,
    };
    const thread = new Worker(threadFile(), { workerData, transferList: [memory.snapshots], execArgv: [] });
    this.thread = thread;
    thread.on('message', (message: FromSentinel) => this.told(message));
    thread.on('error', (error) => {
      this.logger.error({ event: 'sentinel-died', fault: faultForLog(error) });
      this.begun?.reject(error);
    });
    thread.once('exit', () => {
      // What it granted is void, and what was admitted under it ends.
      this.gate.detach();
      this.thread = undefined;
      if (this.isStopping) return;
      this.settleTickets();
      void this.cut();
      setTimeout(() => {
        if (!this.isStopping) this.startThread();
      }, againMs);
    });
  }

  private told(message: FromSentinel): void {
    switch (message.kind) {
      case 'life':
        this.known = message.incarnation;
        break;
      case 'leased':
        this.begun?.resolve();
        break;
      case 'cut':
        void this.cut(message.cut);
        break;
      case 'freeze':
        this.gate.freeze();
        void this.cut(message.cut, () => Promise.resolve());
        break;
      case 'refreshed':
        this.tickets.get(message.ticket)?.(true);
        break;
      case 'refused':
        this.begun?.reject(new Error(`the database grants no lease: ${message.message} (${message.code})`));
        break;
      case 'log':
        this.logger.warn({ event: message.event, detail: message.detail });
        break;
      case 'stopped':
        // Its thread ends by itself now.
        break;
    }
  }

  /** Where a listener fails something may not be cut: no answer is given, and the lease ends by itself. */
  private async cut(cut?: number, end = () => this.gate.cut()): Promise<void> {
    // All are begun at once, but the answer to one speaks for those before it too.
    const cutting = Promise.all([this.cutting, end()]);
    this.cutting = cutting;
    try {
      await cutting;
      if (cut !== undefined) this.tell({ kind: 'drained', cut });
    } catch (error) {
      this.logger.error({ event: 'cut-failed', fault: faultForLog(error) });
    }
  }

  private tell(message: ToSentinel): void {
    this.thread?.postMessage(message);
  }

  private settleTickets(): void {
    for (const settle of this.tickets.values()) settle(false);
  }
}
