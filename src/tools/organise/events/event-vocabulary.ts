/** The words of events: what kinds there are, in which states they and their sign-ups can be, and what people come as. */
export const EVENT_KINDS = [
  'canvass-session',
  'meeting',
  'telling',
  'phone-bank',
  'social',
  'training',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export const EVENT_STATES = ['planned', 'cancelled'] as const;
export type EventState = (typeof EVENT_STATES)[number];

export const SIGN_UP_ROLES = ['attendee', 'lead', 'driver', 'helper'] as const;
export type SignUpRole = (typeof SIGN_UP_ROLES)[number];

export const SIGN_UP_STATES = ['going', 'waiting', 'cancelled', 'attended'] as const;
export type SignUpState = (typeof SIGN_UP_STATES)[number];
