import { databaseError } from '../database/sqlstate.js';
import { Problem } from '../http/problem.js';
import type { ProblemCode } from '../http/problem-codes.js';
import { suspendedProblem } from './suspended-problem.js';
import type { ScopeKey } from './scopes.rules.js';

/** A refusal by the fence or the budget, as the problem the client sees. */
export interface Refusal {
  problem: Problem;
  /** The fence knew of a flip that the gate in memory did not. */
  gateIsStale: boolean;
  /** The scope that is suspended, where that is why. */
  suspended?: ScopeKey;
}

const codes: Record<string, ProblemCode> = {
  KS002: 'access-state-unknown',
  KS003: 'access-state-unknown',
  KS004: 'unauthenticated',
  KS005: 'not-permitted',
  KS006: 'purpose-not-authorised',
  KS007: 'undertaking-required',
  KS008: 'not-found',
  KS010: 'budget-exceeded',
  KS011: 'idempotency-key-reused',
  KS012: 'idempotency-in-progress',
  KS013: 'mfa-required',
  KS014: 'step-up-required',
};

/** The refusal inside an error of the fence; undefined for every other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  const raised = databaseError(error);
  if (!raised) return undefined;
  if (raised.code === 'KS001') {
    const suspended = raised.detail as ScopeKey;
    return { problem: suspendedProblem(suspended), gateIsStale: true, suspended };
  }
  const code = codes[raised.code];
  if (!code) return undefined;
  const headers: Record<string, string> = {};
  if (code === 'budget-exceeded') headers['Retry-After'] = raised.detail ?? '300';
  return { problem: new Problem(code, { headers, cause: error }), gateIsStale: raised.code === 'KS002' };
}
