/**
 * In charge of the one message a member gets: the words with his name in them, the link that stops them, and the two
 * headers by which a mail reader shows a button for it (RFC 2369, RFC 8058).
 */
import type { Message } from '../../../mail/outbox.service.js';
import type { ScopeKey } from '../../../kill-switch/scopes.rules.js';
import { merged, mergeValues } from './template.rules.js';
import type { MailingText, PendingRecipient } from './mailing-recipient.repository.js';

/** Decides the length of headers too: under 200 characters. */
export interface Link {
  unsubscribeUrl: string;
  recipientHashes: readonly string[];
}

export function messageTo(
  recipient: PendingRecipient & { email: string },
  mailing: MailingText,
  { unsubscribeUrl, recipientHashes }: Link,
  scopes: readonly ScopeKey[],
): Message {
  const values = { ...mergeValues(recipient), unsubscribeUrl };
  const text = merged(mailing.bodyText, values);
  return {
    kind: 'mailing',
    to: recipient.email.trim(),
    subject: merged(mailing.subject, values).trim(),
    text: text.includes(unsubscribeUrl)
      ? text
      : `${text}\n\n-- \nNo more messages like this: ${unsubscribeUrl}\n`,
    scopes,
    headers: {
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
    recipientHashes,
  };
}
