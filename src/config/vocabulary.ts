/**
 * The words every room shares: tools, roles, classes of personal data, kinds of scope and actions.
 * It is in charge of the spelling only; what a role may do lives in the permission table, what a scope
 * closes lives in the kill switch.
 */

/** A tool is a folder that can be switched off as a whole. */
export const TOOLS = ['contact-creator', 'organise'] as const;
export type Tool = (typeof TOOLS)[number];

/**
 * What the switch can stop as a tool: the parties' two, and the canary, which serves made-up people and is stopped in drills.
 * It is nobody's work, so that it stands in no list of tools.
 */
export const SWITCHED_TOOLS = [...TOOLS, 'canary'] as const;
export type SwitchedTool = (typeof SWITCHED_TOOLS)[number];

export const ROLES = [
  'canvasser',
  'organiser',
  'candidate',
  'data-officer',
  'membership-secretary',
  'data-protection-officer',
  'general-secretary',
  'administrator',
] as const;
export type Role = (typeof ROLES)[number];

/** What kind of personal data an answer carries; opinions and membership are special category data (UK GDPR, Art. 9). */
export const DATA_CLASSES = [
  'identity',
  'contact-details',
  'opinion',
  'electoral-status',
  'membership',
] as const;
export type DataClass = (typeof DATA_CLASSES)[number];

/** What a suspension can name. */
export const SCOPE_KINDS = ['all', 'tool', 'user', 'office', 'area', 'client'] as const;
export type ScopeKind = (typeof SCOPE_KINDS)[number];

/**
 * What a grant allows, always `<noun>.<verb>`, and the reach it works under: a tool, or one of the reaches outside the
 * tools. A route names exactly one; the fence takes the reach from here, never from the caller's word.
 */
export const ACTION_REACHES = {
  'elector.read': 'contact-creator',
  'register.import': 'contact-creator',
  'register.read': 'contact-creator',
  'geography.browse': 'contact-creator',
  'geography.change': 'contact-creator',
  'selection.read': 'contact-creator',
  'selection.change': 'contact-creator',
  'list.read': 'contact-creator',
  'list.change': 'contact-creator',
  'list.assign': 'contact-creator',
  'walk.work': 'contact-creator',
  'contact.record': 'contact-creator',
  'contact.read': 'contact-creator',
  'export.create': 'contact-creator',
  'export.read': 'contact-creator',
  'voting-intention-code.read': 'contact-creator',
  'voting-intention-code.change': 'contact-creator',
  'absent-voter.change': 'contact-creator',
  'member.read': 'organise',
  'member.change': 'organise',
  'member.import': 'organise',
  'branch.read': 'organise',
  'branch.change': 'organise',
  'role-holder.read': 'organise',
  'role-holder.change': 'organise',
  'event.read': 'organise',
  'event.change': 'organise',
  'sign-up.read': 'organise',
  'sign-up.change': 'organise',
  'mailing.read': 'organise',
  'mailing.change': 'organise',
  'mailing.send': 'organise',
  'canary.read': 'canary',
  'suspension.order': 'control',
  'suspension.lift': 'control',
  'suspension.read': 'control',
  'drill.run': 'control',
  'tool.read': 'control',
  'disclosure.read': 'control',
  'action.read': 'control',
  'activity.read': 'control',
  'session.self': 'self',
  'user.invite': 'control',
  'totp.reset': 'control',
  'api-client.manage': 'control',
  'api-client.read': 'control',
  'user.read': 'control',
  'user.depart': 'control',
  'grant.give': 'control',
  'grant.approve': 'control',
  'grant.end': 'control',
  'office.read': 'control',
  'office.manage': 'control',
  'purpose.read': 'control',
  'controller-profile.read': 'control',
  'controller-profile.change': 'control',
  'geography.read': 'control',
  'deposit.read': 'control',
  'deposit.decide': 'control',
} as const satisfies Record<string, SwitchedTool | 'control' | 'rights' | 'self'>;
export type Action = keyof typeof ACTION_REACHES;
export const ACTIONS = Object.keys(ACTION_REACHES) as Action[];
