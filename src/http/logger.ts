/**
 * The log: JSON lines through pino, for us and for Nest. It is in charge of what may be written: no raw
 * address, no query, no header, no body, no message of an unknown error, because all of them can hold a
 * person's data.
 */
import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';

/** Token under which the pino logger is injected. */
export const LOGGER = Symbol('LOGGER');

export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return destination ? pino(options, destination) : pino(options);
}

/** Lets Nest write its own few lines into the same log. */
export class PinoNestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  // Nest tells of every module and route it wires: of use only to whoever looks for a fault there.
  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(contextOf(rest), textOf(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(contextOf(rest), textOf(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(
      { ...contextOf(rest), ...(message instanceof Error ? { fault: faultForLog(message) } : {}) },
      textOf(message),
    );
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal(contextOf(rest), textOf(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(contextOf(rest), textOf(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.trace(contextOf(rest), textOf(message));
  }
}

/** Nest passes the context last. */
function contextOf(rest: readonly unknown[]): { context?: string } {
  const context = rest.at(-1);
  return typeof context === 'string' ? { context } : {};
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : message instanceof Error ? message.name : 'message';
}

export interface LoggedFault {
  name: string;
  code?: string;
  message?: string;
  stack: string[];
  cause?: LoggedFault;
}

/** The engine writes these messages about code, never about values. */
const SAFE_MESSAGES = new Set(['TypeError', 'ReferenceError']);

/**
 * What may be logged of an error: name, code and stack frames. The message only where the engine wrote it;
 * a database's message quotes the row that offended.
 */
export function faultForLog(error: unknown, depth = 0): LoggedFault {
  if (!(error instanceof Error)) return { name: typeof error, stack: [] };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    ...(SAFE_MESSAGES.has(error.name) ? { message: error.message } : {}),
    stack: frames.slice(0, 12).map((line) => line.trim()),
    ...(error.cause !== undefined && depth < 3 ? { cause: faultForLog(error.cause, depth + 1) } : {}),
  };
}
