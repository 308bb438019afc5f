import { ROLES, type Action, type Role, type Tool } from '../config/vocabulary.js';

/**
 * The one permission table: what a live grant of a role allows. Absent means refused. The migration runner writes it to
 * access.role_permission, so that the fence in the database decides by the same table as the guard in memory.
 * Whoever controls access (general secretary, administrator) sees no elector and no member. A drill decides nothing about
 * anybody, so that the data protection officer may see for himself that the switch works (Art. 39(1)(b)).
 */
export const permissions: Record<Role, readonly Action[]> = {
  canvasser: ['walk.work', 'contact.record', 'voting-intention-code.read', 'purpose.read', 'geography.read'],
  organiser: [
    'elector.read',
    'geography.browse',
    'geography.change',
    'selection.read',
    'selection.change',
    'list.read',
    'list.change',
    'list.assign',
    'walk.work',
    'contact.record',
    'contact.read',
    'grant.give',
    'grant.end',
    'voting-intention-code.read',
    'purpose.read',
    'geography.read',
  ],
  candidate: [
    'elector.read',
    'geography.browse',
    'selection.read',
    'selection.change',
    'contact.read',
    'voting-intention-code.read',
    'purpose.read',
    'geography.read',
  ],
  'data-officer': [
    'elector.read',
    'register.import',
    'register.read',
    'geography.browse',
    'geography.change',
    'selection.read',
    'selection.change',
    'list.read',
    'list.change',
    'list.assign',
    'contact.read',
    'export.create',
    'export.read',
    'voting-intention-code.read',
    'voting-intention-code.change',
    'absent-voter.change',
    'controller-profile.read',
    'purpose.read',
    'geography.read',
  ],
  'membership-secretary': [
    'member.read',
    'member.change',
    'member.import',
    'branch.read',
    'branch.change',
    'role-holder.read',
    'role-holder.change',
    'event.read',
    'event.change',
    'sign-up.read',
    'sign-up.change',
    'mailing.read',
    'mailing.change',
    'mailing.send',
    'purpose.read',
    'geography.read',
  ],
  'data-protection-officer': [
    'suspension.read',
    'drill.run',
    'canary.read',
    'tool.read',
    'disclosure.read',
    'action.read',
    'deposit.read',
    'activity.read',
    'user.read',
    'office.read',
    'controller-profile.read',
    'purpose.read',
    'geography.read',
  ],
  'general-secretary': [
    'suspension.order',
    'suspension.lift',
    'suspension.read',
    'drill.run',
    'canary.read',
    'tool.read',
    'action.read',
    'deposit.read',
    'deposit.decide',
    'activity.read',
    'user.invite',
    'totp.reset',
    'user.read',
    'user.depart',
    'grant.give',
    'grant.approve',
    'grant.end',
    'office.read',
    'office.manage',
    'controller-profile.read',
    'controller-profile.change',
    'purpose.read',
    'geography.read',
  ],
  administrator: [
    'suspension.order',
    'suspension.lift',
    'suspension.read',
    'drill.run',
    'canary.read',
    'tool.read',
    'action.read',
    'deposit.read',
    'deposit.decide',
    'activity.read',
    'user.invite',
    'totp.reset',
    'api-client.manage',
    'api-client.read',
    'user.read',
    'user.depart',
    'grant.give',
    'grant.approve',
    'grant.end',
    'office.read',
    'office.manage',
    'controller-profile.read',
    'controller-profile.change',
    'purpose.read',
    'geography.read',
  ],
};

/**
 * Most rows of personal data that one account may be shown in a window, by the role it acts under. `exportDay` is the cap
 * of what leaves in exports, counted apart: none but who may export has one.
 */
export const rowLimits: Record<Role, { fiveMinutes: number; hour: number; day: number; exportDay: number }> =
  {
    canvasser: { fiveMinutes: 500, hour: 1_500, day: 5_000, exportDay: 0 },
    organiser: { fiveMinutes: 20_000, hour: 60_000, day: 200_000, exportDay: 0 },
    candidate: { fiveMinutes: 5_000, hour: 20_000, day: 60_000, exportDay: 0 },
    'data-officer': { fiveMinutes: 20_000, hour: 60_000, day: 200_000, exportDay: 200_000 },
    'membership-secretary': { fiveMinutes: 10_000, hour: 20_000, day: 60_000, exportDay: 0 },
    'data-protection-officer': { fiveMinutes: 2_000, hour: 5_000, day: 20_000, exportDay: 0 },
    'general-secretary': { fiveMinutes: 1, hour: 1, day: 1, exportDay: 0 },
    administrator: { fiveMinutes: 1, hour: 1, day: 1, exportDay: 0 },
  };

/**
 * What binds a role beside its actions. Privileged: its grants count only in sessions with a second factor. Sees bulk:
 * a grant begins once a second person has approved it. Controls access, sees people: no account ever holds a role of each
 * (docs/decisions/0013-control-and-reading-are-apart.md).
 */
export const roleRules: Record<
  Role,
  { isPrivileged: boolean; seesBulk: boolean; controlsAccess: boolean; seesPeople: boolean }
> = {
  canvasser: { isPrivileged: false, seesBulk: false, controlsAccess: false, seesPeople: true },
  organiser: { isPrivileged: false, seesBulk: true, controlsAccess: false, seesPeople: true },
  candidate: { isPrivileged: false, seesBulk: true, controlsAccess: false, seesPeople: true },
  'data-officer': { isPrivileged: true, seesBulk: true, controlsAccess: false, seesPeople: true },
  'membership-secretary': { isPrivileged: true, seesBulk: true, controlsAccess: false, seesPeople: true },
  'data-protection-officer': {
    isPrivileged: true,
    seesBulk: false,
    controlsAccess: false,
    seesPeople: false,
  },
  'general-secretary': { isPrivileged: true, seesBulk: false, controlsAccess: true, seesPeople: false },
  administrator: { isPrivileged: true, seesBulk: false, controlsAccess: true, seesPeople: false },
};

/**
 * Which roles the holder of a role may give and end, and where: `anywhere`, or only in the areas of his own grant. Nobody
 * gives a role above his own; who gives nothing is not named.
 */
export const mayGive: Partial<Record<Role, { roles: readonly Role[]; where: 'anywhere' | 'own-areas' }>> = {
  organiser: { roles: ['canvasser'], where: 'own-areas' },
  'general-secretary': { roles: ROLES, where: 'anywhere' },
  administrator: { roles: ROLES, where: 'anywhere' },
};

/** The tools a role works in: a grant carries only purposes of these, and its holder is told when one is suspended. */
export const roleTools: Record<Role, readonly Tool[]> = {
  canvasser: ['contact-creator'],
  organiser: ['contact-creator'],
  candidate: ['contact-creator'],
  'data-officer': ['contact-creator'],
  'membership-secretary': ['organise'],
  'data-protection-officer': ['contact-creator', 'organise'],
  'general-secretary': [],
  administrator: [],
};

/** Actions that need a second factor within the last five minutes (POST /v1/auth/step-up). */
export const stepUpActions: readonly Action[] = [
  'suspension.order',
  'suspension.lift',
  'drill.run',
  'totp.reset',
  'api-client.manage',
  'grant.give',
  'grant.approve',
  'grant.end',
  'user.depart',
  'export.create',
  'mailing.send',
  'controller-profile.change',
  'deposit.decide',
];

/** Actions on what is of every constituency: only a grant for all of them allows these. */
export const everywhereActions: readonly Action[] = ['voting-intention-code.change'];

export function roleAllows(role: Role, action: Action): boolean {
  return permissions[role].includes(action);
}
