import { everywhereActions, permissions, roleRules, rowLimits, stepUpActions } from './access/permissions.js';
import {
  ACTION_REACHES,
  ACTIONS,
  ROLES,
  SWITCHED_TOOLS,
  type Action,
  type SwitchedTool,
} from './config/vocabulary.js';
import type { Declared } from './database/migrate.js';
import { initialPurposes, undertakings } from './protection/purposes.js';

/** What the code declares and the database must hold, in the form in which the migration runner writes it. */
export function declared(): Declared {
  return {
    rolePermissions: ROLES.flatMap((role) =>
      permissions[role].map((action) => ({
        role,
        action,
        isEverywhereOnly: everywhereActions.includes(action),
      })),
    ),
    roleLimits: ROLES.map((role) => ({ role, ...rowLimits[role] })),
    roleRules: ROLES.map((role) => ({ role, ...roleRules[role] })),
    actionRules: ACTIONS.map((action) => ({
      action,
      ...reachOf(action),
      needsStepUp: stepUpActions.includes(action),
    })),
    purposes: initialPurposes,
    undertakings,
  };
}

function reachOf(action: Action): { reach: string; tool: SwitchedTool | null } {
  const name = ACTION_REACHES[action];
  const tool = SWITCHED_TOOLS.find((one) => one === name) ?? null;
  return { reach: tool === null ? name : 'tool', tool };
}
