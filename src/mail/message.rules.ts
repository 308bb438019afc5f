import { addressOf } from '../config/mailbox.js';
import type { ScopeKey } from '../kill-switch/scopes.rules.js';

/**
 * In charge of what may be put into the outbox: one recipient, one line of subject, and headers from a short list, so
 * that no text of a user can become a second recipient, a header or a second message.
 */
export interface Message {
  /** One address, without a name. */
  to: string;
  subject: string;
  text: string;
  html?: string;
  /** `account`: of one person's account, sent first and as soon as possible. `mailing`: one of many. */
  kind: 'account' | 'mailing';
  /** What stops it. A mailing names at least one; an account message usually none. */
  scopes?: readonly ScopeKey[];
  headers?: Readonly<Record<string, string>>;
  /** Keyed hashes of the address: it is not sent once one of them is suppressed, up to the last moment. */
  recipientHashes?: readonly string[];
}

/** Names the field at fault, never its value. */
export class UnfitMessage extends Error {
  override readonly name = 'UnfitMessage';

  constructor(readonly field: string) {
    super(`a message cannot be sent: its ${field} is not fit`);
  }
}

const allowedHeaders = new Set([
  'auto-submitted',
  'feedback-id',
  'in-reply-to',
  'list-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'precedence',
  'references',
  'reply-to',
]);

/** What goes into the table. Errors: UnfitMessage. */
export function fitMessage(message: Message): Required<Omit<Message, 'html'>> & { html: string | null } {
  const { kind, subject, text, html = null, scopes = [], headers = {}, recipientHashes = [] } = message;
  const to = addressOf(message.to);
  if (to === undefined) throw new UnfitMessage('recipient');
  if (!isOneLine(subject, 500)) throw new UnfitMessage('subject');
  if (!isText(text, 500_000)) throw new UnfitMessage('text');
  if (html !== null && !isText(html, 1_000_000)) throw new UnfitMessage('html');
  if (kind === 'mailing' && scopes.length === 0) throw new UnfitMessage('list of scopes');
  for (const [name, value] of Object.entries(headers)) {
    const isAllowed = allowedHeaders.has(name.toLowerCase()) && isOneLine(value, 2_000);
    if (!isAllowed || (name.toLowerCase() === 'reply-to' && addressOf(value) === undefined))
      throw new UnfitMessage('headers');
  }
  return { kind, to, subject, text, html, scopes, headers, recipientHashes };
}

function isOneLine(text: string, longest: number): boolean {
  return text.trim() !== '' && text.length <= longest && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}

/** PostgreSQL keeps no NUL. */
function isText(text: string, longest: number): boolean {
  return text.length <= longest && !text.includes('\0');
}
