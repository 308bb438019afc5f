/**
 * The words every room shares: tools, roles, classes of personal data, kinds of scope and actions.
 * It is in charge of the spelling only; what a role may do lives in the permission table, what a scope
 * closes lives in the kill switch.
 */

/** A tool is a folder that can be switched off as a whole. */
export const TOOLS = ['contact-creator', 'organise'] as const;
export type Tool = (typeof TOOLS)[number];

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

/** What a grant allows, always `<noun>.<verb>`. A route names exactly one. */
export const ACTIONS = [
  'elector.read',
  'member.read',
  'suspension.order',
  'suspension.lift',
  'suspension.read',
  'tool.read',
  'disclosure.read',
  'action.read',
  'session.self',
] as const;
export type Action = (typeof ACTIONS)[number];
