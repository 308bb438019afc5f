import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../database/database.js';
import { faultForLog, LOGGER } from '../http/logger.js';
import { databaseError } from '../database/sqlstate.js';
import { lapseOf } from '../kill-switch/admission.rules.js';
import { Gate, type Admission } from '../kill-switch/gate.js';
import { Sentinel } from '../kill-switch/sentinel/sentinel.service.js';
import { MAIL_TRANSPORT, type MailTransport } from './mail-transport.js';
import { delayAfter, mailFailureOf, mostAttempts } from './mail-failure.rules.js';
import { OutboxRepository, type Letter, type Ticket } from './outbox.repository.js';

const leaseMs = 120_000;
/** Shorter than the lease: nobody takes a message that is still being handed over here. */
const longestMs = 90_000;

export type HandOverOutcome = 'handed-over' | 'failed' | 'later' | 'server-away' | 'held' | 'lost';

class Cut extends Error {}

/**
 * In charge of one message's way out. Gate; then, in one short transaction, the fence and the opening of the message,
 * which marks it as being handed over; gate again; the mail server; the note that it left. From the commit of a
 * suspension no message of its scope can be opened, and those under way here are cut off when the gate learns of it.
 * After a crash between acceptance and note the message goes again under the same Message-ID: none is lost, and a
 * receiver can tell a repetition.
 */
@Injectable()
export class HandOver {
  private readonly underWay = new Map<AbortController, Admission>();

  constructor(
    private readonly database: Database,
    private readonly gate: Gate,
    private readonly sentinel: Sentinel,
    private readonly outbox: OutboxRepository,
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async send(ticket: Ticket): Promise<HandOverOutcome> {
    const verdict = this.gate.ask(ticket.scopes);
    if (!verdict.admitted) return this.release(ticket);
    if (ticket.attempts >= mostAttempts) return this.fail(ticket, 'given-up');
    const letter = await this.open(ticket);
    if (letter === 'refused') return this.release(ticket);
    if (letter === undefined) return 'lost';
    const attempt: Ticket = { ...ticket, attempts: ticket.attempts + 1 };
    if (lapseOf(this.gate, verdict.admission)) return this.release(attempt, 'unsent');
    return this.handOver(attempt, letter, verdict.admission);
  }

  /** Back in line: it waits for the lift, or for another replica. */
  async release(ticket: Ticket, begun: 'no' | 'unsent' | 'cut' = 'no'): Promise<HandOverOutcome> {
    await this.database.write((tx) => this.outbox.release(tx, ticket, begun));
    return 'held';
  }

  cutSuspended(): void {
    for (const [controller, admission] of this.underWay) {
      if (lapseOf(this.gate, admission)) controller.abort(new Cut());
    }
  }

  cutAll(): void {
    for (const controller of this.underWay.keys()) controller.abort(new Cut());
  }

  close(): void {
    this.transport.close();
  }

  private async open(ticket: Ticket): Promise<Letter | 'refused' | undefined> {
    try {
      return await this.database.write((tx) => this.outbox.beginHandOver(tx, ticket, leaseMs));
    } catch (error) {
      if (!/^KS00[123]$/.test(databaseError(error)?.code ?? '')) throw error;
      await this.sentinel.refresh();
      return 'refused';
    }
  }

  private async handOver(ticket: Ticket, letter: Letter, admission: Admission): Promise<HandOverOutcome> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), longestMs);
    const release = this.gate.hold(admission.scopes);
    this.underWay.set(controller, admission);
    try {
      await this.transport.handOver(ticket, letter, controller.signal);
    } catch (error) {
      if (controller.signal.reason instanceof Cut) return this.release(ticket, 'cut');
      return this.judge(ticket, error);
    } finally {
      clearTimeout(timer);
      this.underWay.delete(controller);
      release();
    }
    await this.database.write((tx) => this.outbox.handedOver(tx, ticket));
    return 'handed-over';
  }

  private async judge(ticket: Ticket, error: unknown): Promise<HandOverOutcome> {
    const { code, isFinal, isOfServer, isUncertain } = mailFailureOf(error);
    this.logger.warn({
      event: 'mail-not-accepted',
      mailId: ticket.id,
      kind: ticket.kind,
      code,
      attempts: ticket.attempts,
    });
    if (code === 'unknown')
      this.logger.error({ event: 'mail-fault', mailId: ticket.id, fault: faultForLog(error) });
    if (isFinal) return this.fail(ticket, code);
    const delayMs = delayAfter(ticket.attempts);
    await this.database.write((tx) => this.outbox.retryLater(tx, ticket, delayMs, code, isUncertain));
    return isOfServer ? 'server-away' : 'later';
  }

  private async fail(ticket: Ticket, code: string): Promise<HandOverOutcome> {
    await this.database.write((tx) => this.outbox.failed(tx, ticket, code));
    return 'failed';
  }
}
