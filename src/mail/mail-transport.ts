import type { SendMailOptions } from 'nodemailer';
import type { Mailbox } from '../config/mailbox.js';
import type { Letter, Ticket } from './outbox.repository.js';

/** Where messages go: a mail server, or files where none is named. */
export interface MailTransport {
  /** Resolves once the message is accepted. Aborting resets the connection; whether the message left is then unknown. */
  handOver(ticket: Ticket, letter: Letter, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Token of the transport. */
export const MAIL_TRANSPORT = Symbol('MAIL_TRANSPORT');

/** The message as nodemailer takes it. It encodes headers and bodies; nothing in them is ever read as a path or URL. */
export function composed(ticket: Ticket, letter: Letter, from: Mailbox): SendMailOptions {
  return {
    from,
    to: { name: '', address: letter.to },
    envelope: { from: from.address, to: [letter.to] },
    subject: letter.subject,
    text: letter.text,
    ...(letter.html === null ? {} : { html: letter.html }),
    messageId: ticket.messageId,
    date: letter.createdAt,
    // RFC 3834: so that holiday notices do not answer.
    headers: {
      ...(ticket.kind === 'account' ? { 'Auto-Submitted': 'auto-generated' } : {}),
      ...letter.headers,
    },
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
