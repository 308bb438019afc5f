import type { Action, Role } from '../config/vocabulary.js';

/**
 * The one permission table: what a live grant of a role allows. Absent means refused. The migration runner writes it to
 * access.role_permission, so that the fence in the database decides by the same table as the guard in memory.
 * Whoever controls access (general secretary, administrator) sees no elector and no member.
 */
export const permissions: Record<Role, readonly Action[]> = {
  canvasser: [],
  organiser: ['elector.read'],
  candidate: ['elector.read'],
  'data-officer': ['elector.read'],
  'membership-secretary': ['member.read'],
  'data-protection-officer': ['suspension.read', 'tool.read', 'disclosure.read', 'action.read'],
  'general-secretary': ['suspension.order', 'suspension.lift', 'suspension.read', 'tool.read', 'action.read'],
  administrator: ['suspension.order', 'suspension.lift', 'suspension.read', 'tool.read', 'action.read'],
};

/** Most rows of personal data that one account may be shown in a window, by the role it acts under. */
export const rowLimits: Record<Role, { fiveMinutes: number; hour: number; day: number }> = {
  canvasser: { fiveMinutes: 500, hour: 1_500, day: 5_000 },
  organiser: { fiveMinutes: 20_000, hour: 60_000, day: 200_000 },
  candidate: { fiveMinutes: 5_000, hour: 20_000, day: 60_000 },
  'data-officer': { fiveMinutes: 20_000, hour: 60_000, day: 200_000 },
  'membership-secretary': { fiveMinutes: 10_000, hour: 20_000, day: 60_000 },
  'data-protection-officer': { fiveMinutes: 2_000, hour: 5_000, day: 20_000 },
  'general-secretary': { fiveMinutes: 1, hour: 1, day: 1 },
  administrator: { fiveMinutes: 1, hour: 1, day: 1 },
};

/**
 * What binds a role beside its actions. Privileged: its grants count only in sessions with a second factor. Sees bulk:
 * a grant begins once a second person has approved it.
 */
export const roleRules: Record<Role, { isPrivileged: boolean; seesBulk: boolean }> = {
  canvasser: { isPrivileged: false, seesBulk: false },
  organiser: { isPrivileged: false, seesBulk: true },
  candidate: { isPrivileged: false, seesBulk: true },
  'data-officer': { isPrivileged: true, seesBulk: true },
  'membership-secretary': { isPrivileged: true, seesBulk: true },
  'data-protection-officer': { isPrivileged: true, seesBulk: false },
  'general-secretary': { isPrivileged: true, seesBulk: false },
  administrator: { isPrivileged: true, seesBulk: false },
};

/** Actions that need a second factor within the last five minutes (POST /v1/auth/step-up). */
export const stepUpActions: readonly Action[] = ['suspension.order', 'suspension.lift'];

export function roleAllows(role: Role, action: Action): boolean {
  return permissions[role].includes(action);
}
