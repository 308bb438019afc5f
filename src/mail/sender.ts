import type { Environment } from '../config/environment.js';
import { mailboxOf, type Mailbox } from '../config/mailbox.js';

/** In whose name messages go out. Without MAIL_FROM they never leave this machine (see environment.ts). */
export function senderOf(environment: Environment): Mailbox {
  return mailboxOf(environment.MAIL_FROM ?? '') ?? { name: 'Rosette', address: 'rosette@example.org' };
}
