/**
 * Which problems a route can answer with, derived from its declaration: from its reach, its body, its
 * parameters and the headers it asks for. Only what is particular to a route is written at the route.
 */
import type { ProblemCode } from './problem-codes.js';
import { isLimited, needsToken, type RouteDeclaration } from './route-declaration.js';

const GUARDED: readonly ProblemCode[] = [
  'user-suspended',
  'office-suspended',
  'client-suspended',
  'grant-ended',
  'not-permitted',
  'access-state-unknown',
  'database-unavailable',
];

const BY_REACH: Readonly<Record<RouteDeclaration['reach']['kind'], readonly ProblemCode[]>> = {
  tool: [...GUARDED, 'area-suspended', 'tool-suspended'],
  control: GUARDED,
  rights: GUARDED,
  self: ['database-unavailable'],
  deposit: ['database-unavailable'],
  stop: ['database-unavailable'],
  public: ['tool-suspended', 'access-state-unknown', 'database-unavailable'],
  open: [],
};

/** All problem codes of a route, each once. */
export function problemsOf(declaration: RouteDeclaration): ProblemCode[] {
  const { method, path, reach, request, query } = declaration;
  const codes: ProblemCode[] = [...BY_REACH[reach.kind], ...(declaration.problems ?? [])];
  const addIf = (condition: boolean | undefined, ...more: ProblemCode[]) => condition && codes.push(...more);
  // A query is refused where none is taken, too.
  addIf(needsToken(declaration), 'unauthenticated', 'validation-failed');
  addIf(isLimited(declaration), 'rate-limited');
  addIf(
    request !== undefined,
    'malformed-body',
    'validation-failed',
    'body-too-large',
    'unsupported-media-type',
  );
  addIf(query !== undefined, 'validation-failed');
  addIf(path.includes(':'), 'validation-failed', 'not-found', 'uri-too-long');
  addIf(declaration.purpose === 'header', 'purpose-required');
  addIf(
    declaration.purpose === 'header' || declaration.purpose === 'resource',
    'purpose-not-authorised',
    'undertaking-required',
  );
  addIf((declaration.classes?.length ?? 0) > 0, 'budget-exceeded');
  addIf(
    declaration.idempotent,
    'idempotency-key-required',
    'idempotency-key-reused',
    'idempotency-in-progress',
  );
  addIf(declaration.etag && method !== 'GET', 'precondition-required', 'precondition-failed');
  addIf(declaration.stepUp, 'step-up-required');
  // Every route can be asked in a broken way; documenting it keeps generated clients honest.
  codes.push('malformed-request');
  return [...new Set(codes)];
}
