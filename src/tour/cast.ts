/**
 * In charge of who takes part in the tour, and of what every chapter is given.
 */
import type { DemonstrationAccount } from '../demonstration/demonstration-accounts.js';
import { Person } from './person.js';
import { Story } from './story.js';

/** Who takes part, and what each reads personal data for. */
export const cast = {
  'data-officer': 'voter-contact',
  organiser: 'voter-contact',
  canvasser: 'voter-contact',
  'membership-secretary': 'membership-administration',
  'data-protection-officer': 'register-management',
  'general-secretary': 'register-management',
  administrator: 'register-management',
} as const;
export type CastRole = keyof typeof cast;

/** What every chapter is given. */
export interface Tour {
  story: Story;
  people: Record<CastRole, Person>;
  startedAt: Date;
  /** Whether the demonstration is too small for a file of Putney to take any time. */
  isSmall: boolean;
  /** Set while the tour has something suspended: gives the demonstration back its tool. */
  remedy: (() => Promise<void>) | undefined;
}

export function newTour(
  baseUrl: string,
  accounts: readonly DemonstrationAccount[],
  write: (line: string) => void,
): Tour {
  const story = new Story(write);
  const person = (role: CastRole) => {
    const account = accounts.find((one) => one.role === role);
    if (!account) throw new Error(`The demonstration has no account for the ${role}.`);
    return [role, new Person(baseUrl, story, account, cast[role])] as const;
  };
  const people = Object.fromEntries((Object.keys(cast) as CastRole[]).map(person));
  return {
    story,
    people: people as Tour['people'],
    startedAt: new Date(),
    isSmall: false,
    remedy: undefined,
  };
}
