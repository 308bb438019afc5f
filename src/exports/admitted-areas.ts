/**
 * In charge of the admission of a long answer: the scopes of the request and the constituencies it is about, so that an
 * area that is suspended cuts it too.
 */
import type { Access } from '../access/access.js';
import { problemOf } from '../kill-switch/admission.rules.js';
import type { Gate } from '../kill-switch/gate.js';
import { scopesOf } from '../kill-switch/scopes.rules.js';

/** The access with its admission widened by the areas. The generations of the other scopes stay those of the request. */
export function admittedTo(gate: Gate, access: Access, constituencyIds: readonly string[]): Access {
  const verdict = gate.ask(scopesOf(access.reach, access.principal, constituencyIds));
  if (!verdict.admitted) throw problemOf(verdict, (scope) => gate.toldOf(scope));
  const { epoch, scopes } = verdict.admission;
  const generations = scopes.map((scope, index) => {
    const known = access.admission.scopes.indexOf(scope);
    return (known < 0 ? verdict.admission : access.admission).generations[known < 0 ? index : known] ?? 0;
  });
  return { ...access, admission: { epoch, scopes, generations } };
}
