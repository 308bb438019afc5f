/** In charge of how things are said: times, lengths of time, scopes, roles and refusals, in plain words. */
import { NoAnswer, Refusal, type Schemas } from './api.js';

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const number = new Intl.NumberFormat('en-GB');

export const figure = (value: number) => number.format(value);
export const timeOf = (at: string | number | Date) => clock.format(new Date(at));

/** With the day where it is not today. */
export function momentOf(at: string | number | Date): string {
  const moment = new Date(at);
  return moment.toDateString() === new Date().toDateString() ? timeOf(moment) : dayAndClock.format(moment);
}

/** `3 days 4 h`, `71 h 12 min`, `12 min`, `8 s`: two units at most. */
export function lengthOf(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 96) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days ${hours % 24} h`;
}

export const count = (value: number, one: string, many = `${one}s`) =>
  `${figure(value)} ${value === 1 ? one : many}`;

const toolNames: Record<string, string> = { 'contact-creator': 'Contact Creator', organise: 'Organise' };
export const toolName = (name: string) => toolNames[name] ?? name;

/** Of a scope that needs no look-up. */
export function scopeName({ kind, id }: Schemas['SuspensionTarget']): string | undefined {
  if (kind === 'all') return 'Everything';
  if (kind === 'tool') return toolName(id);
  if (kind === 'area') return `Area ${id}`;
  return undefined;
}

export function roleName(role: string): string {
  const words = role.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const stateNames: Record<Schemas['Suspension']['state'], string> = {
  scheduled: 'Has not begun',
  'in-force': 'In force',
  'lift-asked': 'In force; a lift waits for a second person',
  lifted: 'Lifted',
  expired: 'Ended by itself',
  cancelled: 'Cancelled before it began',
};
export const stateName = (state: Schemas['Suspension']['state']) => stateNames[state];

const refusals: Partial<Record<string, string>> = {
  'credentials-refused':
    'Name, password or code is wrong. A code works once: if you have just used this one, wait for the next.',
  'mfa-required': 'This account needs a code as well.',
  'not-permitted': 'Your account may not do this.',
  'user-suspended': 'Your own account is stopped.',
  'office-suspended': 'An office that you act through is stopped.',
  'access-state-unknown':
    'The server does not know the state of the switch at the moment, and so does nothing for anybody.',
  'database-unavailable': 'The server answers, but does not reach its database.',
  'shutting-down': 'This server is shutting down.',
  'origin-refused': 'This page was opened under an address that the server does not know as its own.',
};

/** A fault in a sentence or two, for people. */
export function faultInWords(fault: unknown): string {
  if (fault instanceof NoAnswer) return 'No answer came.';
  if (!(fault instanceof Refusal)) return 'Something went wrong in this page.';
  if (fault.code === 'rate-limited')
    return `Too many attempts. Try again ${fault.retryAfterSeconds === undefined ? 'later' : `in ${count(fault.retryAfterSeconds, 'second')}`}.`;
  const known = refusals[fault.code];
  if (known !== undefined) return known;
  return `${fault.title}.${fault.detail === '' ? '' : ` ${fault.detail.charAt(0).toUpperCase()}${fault.detail.slice(1)}.`}`;
}
