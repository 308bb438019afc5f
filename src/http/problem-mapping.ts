/**
 * Turns what frameworks throw into problems. Rooms above add their own translations to
 * `PROBLEM_MAPPERS` (the database room: SQLSTATE); what nobody knows is a defect and becomes `internal`.
 */
import { HttpException } from '@nestjs/common';
import { Problem } from './problem.js';
import type { ProblemCode } from './problem-codes.js';

/** Translates an error it knows, or leaves it to the next mapper. */
export type ProblemMapper = (error: unknown) => Problem | undefined;

/** Token of the list of mappers. A room pushes its own in `onModuleInit`; they are asked in that order. */
export const PROBLEM_MAPPERS = Symbol('PROBLEM_MAPPERS');

/** Fastify raises these before any handler runs. */
const BY_FASTIFY_CODE: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_BAD_URL: 'malformed-request',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-request',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-body',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-body',
};

const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'validation-failed',
  401: 'unauthenticated',
  403: 'not-permitted',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  409: 'conflict',
  412: 'precondition-failed',
  413: 'body-too-large',
  414: 'uri-too-long',
  415: 'unsupported-media-type',
  428: 'precondition-required',
  429: 'rate-limited',
  431: 'headers-too-large',
  505: 'http-version-not-supported',
};

/**
 * The problem for an error of ours, of Nest or of Fastify; `undefined` for anything else. Messages of the
 * frameworks are dropped: they repeat addresses and values.
 */
export function mapFrameworkError(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!(error instanceof Error)) return undefined;
  // Nest wraps Fastify's errors; the inner code says more than the status.
  const inner = fastifyCodeOf(error) ?? fastifyCodeOf(error.cause);
  const byCode = inner === undefined ? undefined : BY_FASTIFY_CODE[inner];
  if (byCode) return new Problem(byCode, { cause: error });
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  const code = status === undefined ? undefined : BY_STATUS[status];
  if (code) return new Problem(code, { cause: error });
  return status !== undefined && status >= 400 && status < 500
    ? new Problem('malformed-request', { cause: error })
    : undefined;
}

function fastifyCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The status of an error that names itself a Fastify error; a `statusCode` on a stranger proves nothing. */
function statusOf(error: Error): number | undefined {
  const isFastify = fastifyCodeOf(error)?.startsWith('FST_') === true;
  return isFastify && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}
