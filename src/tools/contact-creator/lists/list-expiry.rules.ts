/** In charge of how long a list may live: nobody keeps a walk list for ever. */
import { refuse } from '../../../http/versioned.js';

const DAY_MS = 86_400_000;
export const defaultLifeDays = 30;
export const longestLifeDays = 366;

/** @throws Problem validation-failed where the time is past or too far */
export function expiryOf(wanted: string | undefined, now: Date): Date {
  if (wanted === undefined) return new Date(now.getTime() + defaultLifeDays * DAY_MS);
  const expiresAt = new Date(wanted);
  if (expiresAt <= now) refuse('/expiresAt', 'must lie in the future; a list is ended by DELETE');
  if (expiresAt.getTime() > now.getTime() + longestLifeDays * DAY_MS)
    refuse('/expiresAt', `must be at most ${longestLifeDays} days from now`);
  return expiresAt;
}
