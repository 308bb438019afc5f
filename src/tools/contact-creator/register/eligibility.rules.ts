import { addYears, dayOf, isoOf } from '../../../intake/written-date.rules.js';
import { votingAge, type ElectionType, type Nation } from './voting-age.rules.js';

/**
 * Who may vote at an election, by the markers of the register and the day of reaching eighteen. It knows nothing of
 * absent votes or of removals. A letter that nobody knows limits nothing: the polling station decides, not a list.
 */
export interface Election {
  type: ElectionType;
  nation: Nation;
  /** The day of the poll, YYYY-MM-DD. */
  on: string;
}

const localOnly: ElectionType[] = ['local', 'police-and-crime-commissioner'];

/** Which polls a letter leaves. */
const pollsOf: Record<string, ElectionType[]> = {
  G: localOnly,
  B: localOnly,
  K: localOnly,
  L: localOnly,
  E: [],
  F: ['uk-parliament'],
  M: ['devolved', 'local'],
};

/** `attainsOn` is the eighteenth birthday of an attainer, null for everybody else. */
export function mayVote(franchise: string, attainsOn: string | null, election: Election): boolean {
  const age = votingAge(election.type, election.nation, election.on);
  if (age === undefined) return false;
  for (const letter of franchise) {
    const polls = pollsOf[letter];
    if (polls && !polls.includes(election.type)) return false;
  }
  return attainsOn === null || addYears(dayOf(attainsOn), age - 18) <= dayOf(election.on);
}

/**
 * `mayVote` as two conditions that a database can ask: no letter of `barring` in the franchise, and an attainer's
 * eighteenth birthday at the latest on `attainsBy`. Undefined where no such election is held.
 */
export function eligibilityBounds(election: Election): { barring: string; attainsBy: string } | undefined {
  const age = votingAge(election.type, election.nation, election.on);
  if (age === undefined) return undefined;
  const barring = Object.keys(pollsOf).filter((letter) => !pollsOf[letter]?.includes(election.type));
  const bound = isoOf(dayOf(election.on) + (18 - age) * 10_000);
  // Whoever is born on 29 February comes of age on 1 March: in a year without a leap day nobody does on the 29th.
  const isDay = !Number.isNaN(Date.parse(bound)) && new Date(bound).toISOString().startsWith(bound);
  return { barring: barring.join(''), attainsBy: isDay ? bound : bound.replace(/29$/, '28') };
}
