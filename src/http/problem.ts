/**
 * The one error that reaches a client on purpose, and its wire form (RFC 9457). Which failure becomes
 * which problem is decided where the failure is understood; the filter only translates.
 */
import { PROBLEMS, definitionOf, type ProblemCode } from './problem-codes.js';

/** One refused value. `pointer` is a JSON pointer (RFC 6901) into the body unless `in` says otherwise. */
export interface InputError {
  in?: 'query' | 'path' | 'header';
  pointer: string;
  detail: string;
}

export interface ProblemOptions {
  /** About this case; never holds personal data, because clients and proxies log it. */
  detail?: string;
  errors?: readonly InputError[];
  /** Further members; they cannot replace the standard ones. */
  extensions?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
  /** It was refused further in than it should have been: a check is missing, so it is logged like a defect. */
  isUnforeseen?: boolean;
}

/** Body of `application/problem+json`. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance: string;
  code: ProblemCode;
  errors?: readonly InputError[];
  [extension: string]: unknown;
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly detail: string | undefined;
  readonly errors: readonly InputError[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly isUnforeseen: boolean;

  constructor(
    readonly code: ProblemCode,
    options: ProblemOptions = {},
  ) {
    super(options.detail ?? PROBLEMS[code].title, { cause: options.cause });
    const definition = definitionOf(code);
    this.status = definition.status;
    this.detail = options.detail;
    this.errors = options.errors;
    this.extensions = options.extensions ?? {};
    this.headers = { ...definition.headers, ...options.headers };
    this.isUnforeseen = options.isUnforeseen ?? false;
  }
}

/** The wire form. The `type` is a path on this server, where a page explains the code. */
export function problemBody(problem: Problem, requestId: string): ProblemBody {
  return {
    ...problem.extensions,
    type: `/problems/${problem.code}`,
    title: PROBLEMS[problem.code].title,
    status: problem.status,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    instance: `urn:uuid:${requestId}`,
    code: problem.code,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  };
}
