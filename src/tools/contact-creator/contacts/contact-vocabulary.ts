/**
 * The words of contacts: how somebody was met, what came of it, what was asked for. In charge of the spelling, and of which
 * outcomes can be told of whom. There is no outcome or flag for a postal vote that was handed over: campaigners may not
 * handle them (RPA 1983 s. 112A). That it has been posted may be said.
 */
export const METHODS = ['doorstep', 'phone', 'street', 'message'] as const;
export type Method = (typeof METHODS)[number];

export const OUTCOMES = [
  'canvassed',
  'not-in',
  'refused',
  'moved',
  'deceased',
  'inaccessible',
  'language-difference',
  'do-not-return',
  'do-not-contact',
  'do-not-knock',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Of a door where nobody is named. */
export const DOOR_OUTCOMES: readonly Outcome[] = [
  'not-in',
  'refused',
  'inaccessible',
  'language-difference',
  'do-not-return',
  'do-not-knock',
];
/** Of somebody who is not on the register. */
export const FOUND_OUTCOMES: readonly Outcome[] = ['canvassed', 'refused', 'language-difference'];

/** Counted as opinions wherever they are read: who wants a poster says more than his name. */
export const FLAGS = [
  'poster-wanted',
  'lift-wanted',
  'postal-vote-wanted',
  'postal-vote-posted',
  'registration-wanted',
  'casework',
  'volunteer-interest',
  'membership-interest',
] as const;
export type Flag = (typeof FLAGS)[number];

export const STATUSES = ['recorded', 'repeated', 'conflict', 'rejected'] as const;
export type Status = (typeof STATUSES)[number];

/** Most items of one batch: a phone that was offline for a day holds fewer. */
export const LARGEST_BATCH = 500;
