/**
 * In charge of who is registered at a made-up door: how many, who shares a surname, who may vote in what, and who is not
 * yet of age. Nothing here depends on the layout, so that one seed makes the same people for every supplier.
 */
import type { MadeUpElector } from './made-up-elector.js';
import { newName, newSurname } from './person-names.js';
import type { Random } from './random.js';

export type Person = Pick<MadeUpElector, 'name' | 'franchise' | 'isOptedOut' | 'attainsOn'>;

const dayMs = 86_400_000;

/** The people at one door, at most `most`; 1.86 on average. */
export function householdAt(
  random: Random,
  publishedOn: string,
  hasUnder16: boolean,
  most: number,
): Person[] {
  const size = Math.min(most, sizeOf(random));
  const isFamily = size > 1 && random.chance(0.78);
  const familyName = newSurname(random);
  const people: Person[] = [];
  for (let place = 0; place < size; place += 1) {
    const surname = place === 0 || isFamily ? familyName : newSurname(random);
    people.push({
      name: newName(random, surname),
      franchise: franchiseOf(random),
      isOptedOut: random.chance(0.55),
      attainsOn: place >= 2 && isFamily ? attainmentOf(random, publishedOn, hasUnder16) : '',
    });
  }
  return people;
}

/** Registered without an address here: at the end of a district, most of them abroad. */
export function otherElector(random: Random): Person {
  const isOverseas = random.chance(0.7);
  return {
    name: newName(random, newSurname(random)),
    franchise: isOverseas ? 'F' : '',
    isOptedOut: random.chance(0.55),
    attainsOn: '',
  };
}

/** Who is on the register of Scotland or Wales, and whom no party may hold. */
export function isUnder16({ attainsOn }: Pick<Person, 'attainsOn'>, publishedOn: string): boolean {
  return attainsOn > `${Number(publishedOn.slice(0, 4)) + 2}${publishedOn.slice(4)}`;
}

/** A number and nothing more. */
export const anonymousEntry: Person = { name: null, franchise: '', isOptedOut: false, attainsOn: '' };

function sizeOf(random: Random): number {
  const point = random.next();
  if (point < 0.42) return 1;
  if (point < 0.81) return 2;
  if (point < 0.93) return 3;
  return point < 0.98 ? 4 : 5;
}

function franchiseOf(random: Random): MadeUpElector['franchise'] {
  const point = random.next();
  if (point < 0.035) return 'G';
  if (point < 0.045) return 'B';
  return point < 0.0452 ? 'L' : '';
}

/** The eighteenth birthday of one in twelve children at home: within two years, or later of those under 16. */
function attainmentOf(random: Random, publishedOn: string, hasUnder16: boolean): string {
  const point = random.next();
  if (point < 0.07) return dayAfter(publishedOn, random.between(5, 725));
  if (hasUnder16 && point < 0.11) return dayAfter(publishedOn, random.between(740, 1_440));
  return '';
}

function dayAfter(day: string, days: number): string {
  const date = new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
  return date.endsWith('-02-29') ? `${date.slice(0, 8)}28` : date;
}
