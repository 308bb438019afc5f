import { createTransport } from 'nodemailer';
import type { Mailbox } from '../config/mailbox.js';
import { composed, type MailTransport } from './mail-transport.js';
import type { Letter, Ticket } from './outbox.repository.js';

/** As many connections as lanes, so that a message which passed the gate never waits behind another. */
export const lanes = 4;

/**
 * Hands messages to the mail server over kept connections. Upgrading to TLS is required, unless the server is on this
 * machine or the URL says otherwise: members' addresses do not cross a network in the clear.
 */
export class SmtpTransport implements MailTransport {
  private readonly pool;

  constructor(
    url: string,
    private readonly from: Mailbox,
  ) {
    const { protocol, hostname } = new URL(url);
    const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
    this.pool = createTransport({
      pool: true,
      url,
      maxConnections: lanes,
      maxRequeues: 1,
      requireTLS: protocol === 'smtp:' && !isHere,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 30_000,
      idleTimeout: 30_000,
      // Cutting a message off discards what is queued, instead of flushing it first.
      socketCloseTimeout: 0,
      logger: false,
    });
    // A connection that fails while idle is replaced by the next message; one in use rejects its message.
    this.pool.on('error', () => undefined);
  }

  async handOver(ticket: Ticket, letter: Letter, signal: AbortSignal): Promise<void> {
    await this.pool.sendMail({ ...composed(ticket, letter, this.from), signal });
  }

  close(): void {
    this.pool.close();
  }
}
