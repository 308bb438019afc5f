/**
 * In charge of what PostgreSQL's errors mean. Codes are the SQLSTATEs of the PostgreSQL manual, appendix A, and class
 * KS, which the fence raises (migrations/*-create-kill-switch.ts).
 */
export interface DatabaseError {
  code: string;
  message: string;
  detail?: string;
  constraint?: string;
}

/** The PostgreSQL error inside an error of pg or TypeORM, if there is one. */
export function databaseError(error: unknown): DatabaseError | undefined {
  const inner = (error as { driverError?: unknown } | undefined)?.driverError ?? error;
  const { code, syscall } = (inner ?? {}) as { code?: unknown; syscall?: unknown };
  // EPIPE has the shape of an SQLSTATE; an error of the socket says which call failed.
  if (typeof code !== 'string' || syscall !== undefined || !/^[0-9A-Z]{5}$/.test(code)) return undefined;
  return inner as DatabaseError;
}

/** Serialisation failure and deadlock: the same work may succeed in a new transaction. */
export function isRetryable(error: unknown): boolean {
  const code = databaseError(error)?.code;
  return code === '40001' || code === '40P01';
}

/** Class 08 as a whole: PgBouncer has one code, 08P01, for whatever became of the server behind it. */
const lostConnection = /^(08...|57P0[123])$/;
const lostSocket = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT']);

/** The connection or the server went away; nothing was committed unless COMMIT had been sent. */
export function isConnectionLoss(error: unknown): boolean {
  const code = databaseError(error)?.code;
  if (code !== undefined) return lostConnection.test(code);
  const socketCode = (error as { code?: unknown } | undefined)?.code;
  if (typeof socketCode === 'string') return lostSocket.has(socketCode);
  // "Not queryable": the server ended the connection between two statements, as a drain does.
  return (
    error instanceof Error &&
    /Connection terminated|is not queryable|timeout exceeded when trying to connect/.test(error.message)
  );
}
