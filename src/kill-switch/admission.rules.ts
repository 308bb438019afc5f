import { Problem } from '../http/problem.js';
import type { Admission, Gate, NotAdmitted } from './gate.js';
import type { ScopeKey } from './scopes.rules.js';
import type { Told } from './sentinel/lease-memory.js';
import { suspendedProblem } from './suspended-problem.js';

/** Why work that was admitted may not go on: `why` for records, the problem for its client. */
export interface Lapse {
  why: string;
  problem: Problem;
}

/**
 * In charge of one question, asked before every answer, piece and step: may what was admitted still go on? Nothing of it is
 * suspended, this process holds a lease, and no generation has moved on, so that a suspension that was lifted in between
 * ends it too.
 */
export function lapseOf(
  gate: Gate,
  { scopes, generations }: Pick<Admission, 'scopes' | 'generations'>,
): Lapse | undefined {
  const verdict = gate.ask(scopes);
  if (!verdict.admitted) {
    const problem = problemOf(verdict, (scope) => gate.toldOf(scope));
    return { why: problem.code, problem };
  }
  if (verdict.admission.generations.every((generation, n) => generation === generations[n])) return undefined;
  return { why: 'access-changed', problem: new Problem('access-state-unknown') };
}

/** The gate's refusal as its client sees it. What `toldOf` tells is for who is authenticated and belongs to the scope. */
export function problemOf(verdict: NotAdmitted, toldOf?: (scope: ScopeKey) => Told | undefined): Problem {
  if (verdict.because === 'unknown') return new Problem('access-state-unknown');
  return suspendedProblem(verdict.scope, toldOf?.(verdict.scope));
}
