/**
 * In charge of the key under which the units of one house sort in plain "C" order: the whole house, annexes, floors from
 * the basement to the top, then flats in natural order, then the units of named buildings at the same number.
 */
import { foldName } from '../../../intake/fold.rules.js';

const ANNEXE = /\bannexe?\b/;
const FLOOR =
  /\b(?:(lower ground)|(basement|cellar)|(upper ground)|(ground)|(garden)|(mezzanine)|(first|1st)|(second|2nd)|(third|3rd)|(fourth|4th)|(fifth|5th)|(sixth|6th)|(seventh|7th)|(eighth|8th)|(ninth|9th)|(tenth|10th)|(upper)|(attic|loft)|(penthouse)|(top))\b/;
/** By the groups of FLOOR. A garden flat lies at the ground. */
const FLOOR_RANK = [
  'b',
  'a',
  'd',
  'c',
  'c',
  'e',
  'f',
  'g',
  'h',
  'i',
  'j',
  'k',
  'l',
  'm',
  'n',
  'o',
  'x',
  'y',
  'y',
  'z',
];
/** Words that say no more than "a dwelling in this house": `Flat 2` stands between `1` and `Apartment 3`. */
const PLAIN_KIND = /^(?:flat|apartment|apt|no|number) (?=[a-z]?\d|[a-z]$)/;
const DIGITS = /\d+/g;

/** '' for the whole house. `buildingName` keeps the units of two buildings at one number apart. */
export function unitKey(unit: string | null, buildingName: string | null): string {
  if (unit === null) return '';
  const key = keyWithinHouse(foldName(unit));
  // Always after the bare units: a digit that none of them begins with, then the building, then its unit.
  return buildingName === null ? key : `4${naturally(foldName(buildingName))}!${key}`;
}

function keyWithinHouse(unit: string): string {
  if (ANNEXE.test(unit)) return `1${naturally(unit)}`;
  const floor = FLOOR.exec(unit);
  if (floor !== null) return `2${FLOOR_RANK[floor.indexOf(floor[0], 1) - 1] ?? 'p'}${naturally(unit)}`;
  return `3${naturally(unit.replace(PLAIN_KIND, ''))}`;
}

/** A number is led by its length, so that 2 sorts before 10 as text. */
function naturally(text: string): string {
  return text.replace(DIGITS, lengthFirst);
}

function lengthFirst(digits: string): string {
  let start = 0;
  while (start < digits.length - 1 && digits.charCodeAt(start) === 48) start += 1;
  const significant = digits.slice(start);
  return `${Math.min(significant.length, 9)}${significant}`;
}
