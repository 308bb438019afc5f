import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { Database } from '../database/database.js';
import { faultForLog, LOGGER } from '../http/logger.js';
import { counter, gauge } from '../jobs/metric.js';
import { Pulse } from '../jobs/pulse.js';
import { Gate } from '../kill-switch/gate.js';
import { Sentinel } from '../kill-switch/sentinel/sentinel.service.js';
import { HandOver } from './hand-over.service.js';
import { OutboxRepository, type Ticket } from './outbox.repository.js';
import { lanes } from './smtp-transport.js';
import { Throttle } from './throttle.js';

const mostAtOnce = 20;
const leaseMs = 120_000;
const graceMs = 5_000;
const countEveryMs = 15_000;
const firstPauseMs = 2_000;
const longestPauseMs = 60_000;

/**
 * In charge of emptying the outbox: claims at most 20 messages, without their content, and hands them over in a few
 * lanes at the configured rate. Pauses while the mail server is away. Stops after HTTP and before the pool: what is
 * being handed over may finish, what waits is released.
 */
@Injectable()
export class MailSender implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly pulse = new Pulse(
    () => this.beat(),
    (error) => this.logger.warn({ event: 'mail-beat-failed', fault: faultForLog(error) }),
  );
  private readonly throttle: Throttle;
  private readonly stopping = new AbortController();
  private readonly ended = counter('rosette_mails_total', 'Hand-overs of messages, by how they ended', [
    'kind',
    'outcome',
  ]);
  private readonly waiting = gauge(
    'rosette_mails_waiting',
    'Messages in the outbox, in the whole installation',
  );
  private countedAtMs = -Infinity;
  private areHeld = false;
  private pausedUntilMs = 0;
  private pauseMs = firstPauseMs;

  constructor(
    private readonly database: Database,
    private readonly gate: Gate,
    private readonly sentinel: Sentinel,
    private readonly outbox: OutboxRepository,
    private readonly handOver: HandOver,
    @Inject(ENVIRONMENT) environment: Environment,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.throttle = new Throttle(environment.MAIL_PER_SECOND);
  }

  onApplicationBootstrap(): void {
    this.gate.onNewEpoch(() => this.handOver.cutSuspended());
    this.pulse.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    const cut = setTimeout(() => this.handOver.cutAll(), graceMs);
    await this.pulse.stop();
    clearTimeout(cut);
    this.handOver.close();
  }

  /** Something was put into the outbox here. */
  lookSoon(): void {
    this.pulse.soon();
  }

  private async beat(): Promise<void> {
    await this.countWaiting();
    while (!this.mustWait()) {
      const tickets = await this.database.write((tx) =>
        this.outbox.claim(tx, this.sentinel.incarnation, mostAtOnce, leaseMs),
      );
      if (tickets.length === 0) return;
      this.areHeld = false;
      await Promise.all(Array.from({ length: lanes }, () => this.lane(tickets)));
      // What gate or fence refused is not asked for again before the next beat.
      if (this.areHeld) return;
    }
  }

  private async lane(tickets: Ticket[]): Promise<void> {
    for (let ticket = tickets.shift(); ticket; ticket = tickets.shift()) {
      try {
        await this.deal(ticket);
      } catch (error) {
        // The lease runs out by itself; whether the message left is settled then.
        this.logger.warn({ event: 'mail-not-settled', mailId: ticket.id, fault: faultForLog(error) });
        this.areHeld = true;
      }
    }
  }

  private async deal(ticket: Ticket): Promise<void> {
    if (!this.mustWait()) await this.throttle.turn(this.stopping.signal).catch(() => undefined);
    const outcome = this.mustWait() ? await this.handOver.release(ticket) : await this.handOver.send(ticket);
    this.ended.inc({ kind: ticket.kind, outcome });
    if (outcome === 'server-away') this.pause();
    else if (outcome === 'handed-over') this.pauseMs = firstPauseMs;
    else if (outcome === 'held') this.areHeld = true;
  }

  private mustWait(): boolean {
    return this.stopping.signal.aborted || performance.now() < this.pausedUntilMs;
  }

  private pause(): void {
    if (this.mustWait()) return;
    this.pausedUntilMs = performance.now() + this.pauseMs;
    this.logger.warn({ event: 'mail-server-away', pauseMs: this.pauseMs });
    this.pauseMs = Math.min(this.pauseMs * 2, longestPauseMs);
  }

  private async countWaiting(): Promise<void> {
    if (performance.now() - this.countedAtMs < countEveryMs) return;
    this.countedAtMs = performance.now();
    this.waiting.set(await this.database.read((tx) => this.outbox.countWaiting(tx)));
  }
}
