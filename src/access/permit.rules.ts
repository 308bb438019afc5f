/**
 * In charge of one question: what keeps a principal from an action? The permission table is asked with his live grants,
 * then for his second factor. The fence asks the same in the transaction, and decides; areas and purposes are its alone.
 */
import type { Action } from '../config/vocabulary.js';
import type { ProblemCode } from '../http/problem-codes.js';
import type { LiveGrant, Principal } from './access.js';
import { everywhereActions, roleAllows, roleRules, stepUpActions } from './permissions.js';

/** Why the action is refused; undefined where nothing known here keeps the principal from it. */
export function refusalOfAction(principal: Principal, action: Action): ProblemCode | undefined {
  if (principal.scopes !== null && !principal.scopes.includes(action)) return 'not-permitted';
  const isAllowedBy = ({ role, constituencyId }: Pick<LiveGrant, 'role' | 'constituencyId'>) =>
    roleAllows(role, action) && (constituencyId === null || !everywhereActions.includes(action));
  const allowing = principal.grants.filter(isAllowedBy);
  if (allowing.length === 0) return principal.idleGrants.some(isAllowedBy) ? 'grant-ended' : 'not-permitted';
  if (!principal.hasSecondFactor && allowing.every(({ role }) => roleRules[role].isPrivileged))
    return 'mfa-required';
  return stepUpActions.includes(action) && !principal.isSteppedUp ? 'step-up-required' : undefined;
}
