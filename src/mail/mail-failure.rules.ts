/**
 * In charge of what a failed hand-over means: is it the message's fault and final (5xx to its envelope or content), or
 * does a later attempt help; is the server itself away; may the message have left all the same. A wrong password or
 * certificate is the server's matter: it must not fail ten thousand messages.
 */
export interface MailFailure {
  /** Kept and logged: a code, never the server's words, which repeat the address. */
  code: string;
  isFinal: boolean;
  isOfServer: boolean;
  isUncertain: boolean;
}

interface SmtpError {
  code?: unknown;
  responseCode?: unknown;
  syscall?: unknown;
}

const ofServer = new Set([
  'EAUTH',
  'ECONNECTION',
  'EDNS',
  'ENOAUTH',
  'EPROTOCOL',
  'ESOCKET',
  'ETIMEDOUT',
  'ETLS',
]);
const connectionEnded = new Set(['EABORT', 'ECONNECTION', 'EPROTOCOL', 'ESOCKET', 'ETIMEDOUT']);

export function mailFailureOf(error: unknown): MailFailure {
  const { code, responseCode, syscall } = (error ?? {}) as SmtpError;
  const named = typeof code === 'string' && /^E[A-Z0-9]{1,30}$/.test(code) ? code : undefined;
  const reply =
    typeof responseCode === 'number' && responseCode >= 400 && responseCode < 600 ? responseCode : undefined;
  const isOfMessage = named === 'EENVELOPE' || named === 'EMESSAGE';
  return {
    code: reply === undefined ? (named ?? 'unknown').toLowerCase() : `smtp-${reply}`,
    isFinal: isOfMessage && (reply === undefined || reply >= 500),
    isOfServer: reply === 421 || (!isOfMessage && named !== undefined && ofServer.has(named)),
    isUncertain:
      reply === undefined && named !== undefined && connectionEnded.has(named) && syscall !== 'connect',
  };
}

export const mostAttempts = 16;
const firstDelayMs = 5_000;
const longestDelayMs = 60 * 60_000;

/** 5 s, 10 s, 20 s … an hour: about seven hours in all. `attempts` counts the one that failed. */
export function delayAfter(attempts: number): number {
  return Math.min(firstDelayMs * 2 ** (attempts - 1), longestDelayMs);
}
