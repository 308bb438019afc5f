/**
 * In charge of who takes part in the tour, and of what every chapter is given.
 */
import type { DemonstrationAccount } from '../demonstration/demonstration-accounts.js';
import { Person } from './person.js';
import { Story } from './story.js';

/** Who takes part, and what each reads personal data for. Who needs no code comes first: whatever is wrong shows at once. */
export const cast = {
  organiser: 'voter-contact',
  canvasser: 'voter-contact',
  'data-officer': 'voter-contact',
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
  /** Why the file of the last chapter is one of the practice register; undefined: it is one of Putney. */
  whyPractice: WhyPractice | undefined;
  /** What puts right what the tour has changed and not taken back yet, in the order of the changes. */
  remedies: Remedy[];
}

/** Putney is too small for a file of it to take any time, or a file of it no longer fits into the officer's day. */
export type WhyPractice = 'small' | 'spared';

export interface Remedy {
  /** What is put right, for whoever broke the tour off. */
  says: string;
  apply: () => Promise<unknown>;
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
    whyPractice: undefined,
    remedies: [],
  };
}
