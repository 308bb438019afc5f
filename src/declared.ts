import { permissions, roleRules, rowLimits, stepUpActions } from './access/permissions.js';
import { ROLES } from './config/vocabulary.js';
import type { Declared } from './database/migrate.js';
import { initialPurposes, undertakings } from './protection/purposes.js';

/** What the code declares and the database must hold, in the form in which the migration runner writes it. */
export function declared(): Declared {
  return {
    rolePermissions: ROLES.flatMap((role) => permissions[role].map((action) => ({ role, action }))),
    roleLimits: ROLES.flatMap((role) => [
      { role, windowSeconds: 300, maxRows: rowLimits[role].fiveMinutes },
      { role, windowSeconds: 3_600, maxRows: rowLimits[role].hour },
      { role, windowSeconds: 86_400, maxRows: rowLimits[role].day },
    ]),
    roleRules: ROLES.map((role) => ({ role, ...roleRules[role] })),
    stepUpActions,
    purposes: initialPurposes,
    undertakings,
  };
}
