/**
 * In charge of the admission of a long answer: the scopes of the request and the constituencies it is about, so that an
 * area that is suspended cuts it too.
 */
import type { Access } from '../access/access.js';
import { Problem } from '../http/problem.js';
import type { Gate } from '../kill-switch/gate.js';
import { scopesOf } from '../kill-switch/scopes.rules.js';
import { suspendedProblem } from '../kill-switch/suspended-problem.js';

/** The access with its admission widened by the areas. The generations of the other scopes stay those of the request. */
export function admittedTo(gate: Gate, access: Access, constituencyIds: readonly string[]): Access {
  const verdict = gate.ask(scopesOf(access.reach, access.principal, constituencyIds));
  if (!verdict.admitted) {
    if (verdict.because === 'unknown') throw new Problem('access-state-unknown');
    throw suspendedProblem(verdict.scope, gate.toldOf(verdict.scope));
  }
  const { epoch, scopes } = verdict.admission;
  const generations = scopes.map((scope, index) => {
    const known = access.admission.scopes.indexOf(scope);
    return (known < 0 ? verdict.admission : access.admission).generations[known < 0 ? index : known] ?? 0;
  });
  return { ...access, admission: { epoch, scopes, generations } };
}
