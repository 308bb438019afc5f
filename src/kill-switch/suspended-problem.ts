import { Problem } from '../http/problem.js';
import type { ProblemCode } from '../http/problem-codes.js';
import type { ScopeKey } from './scopes.rules.js';
import type { Told } from './sentinel/lease-memory.js';

const codes: Record<string, ProblemCode> = {
  all: 'tool-suspended',
  tool: 'tool-suspended',
  user: 'user-suspended',
  office: 'office-suspended',
  area: 'area-suspended',
  client: 'client-suspended',
};

/**
 * What a client is told when a scope is suspended: hand in what was recorded and not sent, wipe what the device keeps, then
 * say so there. Who is authenticated and belongs to the scope is told which suspension it is, its notice, and how to object.
 */
export function suspendedProblem(scope: ScopeKey, told?: Told): Problem {
  const kind = scope.slice(0, scope.indexOf(':'));
  return new Problem(codes[kind] ?? 'tool-suspended', {
    extensions: {
      wipe: { after: 'deposit', url: '/v1/access-state/wiped' },
      ...(told && { suspensionId: told.suspensionId }),
      ...(told?.notice != null && { notice: told.notice }),
      ...(told?.appealNote != null && { appealNote: told.appealNote }),
    },
  });
}
