/**
 * In charge of a door's address: the lines as they are printed, its postcode, the parts that place it in its street and
 * the key that tells it from every other door. How lines are taken apart is `address-parts.rules.ts`'s; a street that
 * could not be made out is '' and no reason to refuse an elector.
 */
import { addressParts, type AddressParts } from './address-parts.rules.js';
import { foldName, foldStreet, normalisePostcode } from '../../../intake/fold.rules.js';
import { unitKey } from './unit-key.rules.js';

/** The parts of an address that place a door in its street. */
export interface ParsedAddress {
  /** Flat, unit, caravan, annexe or stair position, as printed; null for the whole house. */
  unit: string | null;
  buildingName: string | null;
  /** House number; of a range its first. */
  number: number | null;
  /** Letter after the number, upper case; '' for none. */
  numberSuffix: string;
  /** Last number of a range, as printed. */
  numberEnd: string | null;
  /** Street, or the block or park of an unnumbered group, in its printed form. */
  street: string;
  /** `foldStreet(street)`. */
  streetFolded: string;
  /** '' for the whole house, else a key under which units of one house sort naturally in "C" order. */
  unitKey: string;
  /** The UPRN, else the normalised address and postcode or district: `u:100023336956`, `a:…|SW151AA` or `a:…||KA`. */
  doorKey: string;
}

export interface AddressInput {
  lines: readonly string[];
  postcode: string | null;
  /** Democracy Counts: flat and building, in columns of their own, which the lines may or may not repeat. */
  subHouse?: string | null;
  house?: string | null;
  uprn?: string | null;
  /** The polling district: without a postcode, the same words in another are another door. */
  district?: string;
}

export type AddressOutcome =
  { address: ParsedAddress; lines: string[]; postcode: string | null } | { fault: string };

const SPACE = /[\s\u200b\ufeff]+/g;
const UNTIDY = /[^\x21-\x7e ]| {2}|^[ ,]|[ ,]$|,[ ,]*,/;
const REPEATED_COMMAS = /\s*,[\s,]*,/g;
const EDGES = /^[\s,;]+|[\s,;]+$/g;
const AROUND_COMMA = /\s*,\s*/;
const POSTCODE_INSIDE = /(?:^|[\s,])([A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2})(?=$|[\s,])/i;
/** Quick to look for: few lines end a word so. */
const POSTCODE_END = /\d[A-Z]{2}(?![A-Z\d])/i;
const OUTWARD_LINE = /^[A-Z]{1,2}\d[A-Z\d]?$/i;
const INWARD_LINE = /^\d[A-Z]{2}$/i;
const DATE_MARK = /\d[-/ ]|-\d/;
const MADE_A_DATE =
  /^(?:\d{1,2}[-/ ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:[-/ ]\d{2,4})?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{2}|\d{1,2}\/\d{1,2}\/\d{4})$/i;
const NO_ADDRESS = /^other electors?\.?$/i;
const UPRN = /^0*([1-9]\d{0,11})(?:\.0+)?$/;
const NUMBER_AND_LETTER = /\b(\d+) ([a-z])(?= |$)/g;
const RANGE_MARK = /[-–/]/;
const RANGE = /(\d[a-z]?) ?([-–/]) ?(?=\d)/gi;
const HOUSE_NUMBER = /^\d{1,5} ?[A-Z]?(?: ?[-/] ?\d{1,5} ?[A-Z]?)?$/i;

export function parseAddress(input: AddressInput): AddressOutcome {
  const lines: string[] = [];
  for (const line of input.lines) {
    if (line.includes('\0')) return { fault: 'the address contains a NUL character' };
    const clean = cleaned(line);
    if (clean !== '') lines.push(clean);
  }
  const postcode = takePostcode(lines, normalisePostcode(input.postcode));
  const subHouse = cleaned(input.subHouse ?? '');
  const house = cleaned(input.house ?? '');
  if (subHouse.includes('\0') || house.includes('\0'))
    return { fault: 'the address contains a NUL character' };
  for (const line of lines) if (isMadeADate(line)) return madeADate(line);
  if (isMadeADate(subHouse)) return madeADate(subHouse);
  if (isMadeADate(house)) return madeADate(house);
  if (lines.length === 0 && house === '' && subHouse === '') return { fault: 'the address is empty' };
  if (lines.length > 0 && NO_ADDRESS.test(lines[0] as string))
    return { fault: 'OTHER ELECTORS is no address' };
  const parts = partsOf(lines);
  const combined = subHouse === '' && house === '' ? parts : combineHouse(lines, parts, subHouse, house);
  if (lines.length === 0) return { fault: 'the address is empty' };
  const key = doorKey(input.uprn ?? null, lines, postcode, input.district);
  const address: ParsedAddress = {
    unit: combined.unit,
    buildingName: combined.buildingName,
    number: combined.number,
    numberSuffix: combined.numberSuffix,
    numberEnd: combined.numberEnd,
    street: combined.street,
    streetFolded: foldStreet(combined.street),
    unitKey: unitKey(combined.unit, combined.buildingName),
    doorKey: key,
  };
  return { address, lines, postcode };
}

/** Address columns may be split anywhere: the same words in other lines are the same door. */
export function doorKey(
  uprn: string | null,
  lines: readonly string[],
  postcode: string | null,
  district?: string,
): string {
  const digits = uprn === null ? null : UPRN.exec(uprn.trim());
  if (digits !== null) return `u:${digits[1]}`;
  const place = postcode?.replace(' ', '') ?? (district === undefined ? '' : `|${district}`);
  return `a:${foldAddress(lines.join(' '))}|${place}`;
}

/** As `foldName`, but `1-5` and `1/5` stay apart from `1 5`, and `14 B` is `14B`. */
function foldAddress(text: string): string {
  const marked = RANGE_MARK.test(text) ? text.replace(RANGE, keepRange) : text;
  return foldName(marked).replace(NUMBER_AND_LETTER, '$1$2');
}

function keepRange(_all: string, before: string, mark: string): string {
  return `${before} ${mark === '/' ? 'over' : 'to'} `;
}

function cleaned(text: string): string {
  if (!UNTIDY.test(text)) return text;
  return text.replace(SPACE, ' ').replace(REPEATED_COMMAS, ',').replace(EDGES, '');
}

function madeADate(text: string): AddressOutcome {
  return { fault: `"${text}" is a date that a spreadsheet made out of a number` };
}

function isMadeADate(text: string): boolean {
  return text.length <= 20 && DATE_MARK.test(text) && MADE_A_DATE.test(text);
}

/** Takes every repetition of the postcode out of the lines; without one of its own, the last that they hold. */
function takePostcode(lines: string[], given: string | null): string | null {
  let postcode = given;
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const line = lines[at] as string;
    const found = POSTCODE_END.test(line) ? POSTCODE_INSIDE.exec(line) : null;
    const value = found === null ? null : normalisePostcode(found[1] as string);
    if (found === null || value === null || (postcode !== null && value !== postcode)) continue;
    postcode = value;
    const rest = cleaned(`${line.slice(0, found.index)},${line.slice(found.index + found[0].length)}`);
    if (rest === '') lines.splice(at, 1);
    else {
      lines[at] = rest;
      // A line may repeat it.
      at += 1;
    }
  }
  const last = lines.length - 1;
  if (last > 0 && INWARD_LINE.test(lines[last] as string) && OUTWARD_LINE.test(lines[last - 1] as string)) {
    const value = normalisePostcode(`${lines[last - 1]} ${lines[last]}`);
    if (value !== null && (postcode === null || value === postcode)) {
      lines.splice(last - 1, 2);
      return value;
    }
  }
  return postcode;
}

function partsOf(lines: readonly string[]): AddressParts {
  const segments: string[] = [];
  for (const line of lines) {
    if (!line.includes(',')) segments.push(line);
    else for (const piece of line.split(AROUND_COMMA)) if (piece !== '') segments.push(piece);
  }
  return addressParts(segments);
}

/** Puts flat and building into the lines where these do not hold them yet, and reads the lines again. */
function combineHouse(lines: string[], parts: AddressParts, subHouse: string, house: string): AddressParts {
  let now = parts;
  if (house !== '' && !holds(lines, now, house)) {
    const streetAt = lines.findIndex((line) => line.startsWith(now.street));
    if (!HOUSE_NUMBER.test(house)) lines.splice(now.unit === null ? 0 : Math.max(streetAt, 0), 0, house);
    else if (now.number === null && streetAt >= 0 && now.street !== '') {
      lines[streetAt] = `${house} ${lines[streetAt]}`;
    } else if (now.number === null) lines.unshift(house);
    now = partsOf(lines);
  }
  if (subHouse !== '' && !holdsUnit(now, subHouse)) {
    lines.unshift(subHouse);
    now = partsOf(lines);
    // What the supplier calls a flat is one, also where its words alone would not say so (`Coach House`).
    if (now.unit === null) {
      const isBuilding = now.buildingName === subHouse;
      now = { ...now, unit: subHouse, buildingName: isBuilding ? null : now.buildingName };
    }
  }
  return now;
}

function holds(lines: readonly string[], parts: AddressParts, house: string): boolean {
  const folded = foldAddress(house);
  if (HOUSE_NUMBER.test(house)) {
    const end = parts.numberEnd === null ? '' : `-${parts.numberEnd}`;
    return (
      folded === foldAddress(`${parts.number ?? ''}${parts.numberSuffix}${end}`) ||
      folded === String(parts.number)
    );
  }
  return ` ${foldAddress(lines.join(' '))} `.includes(` ${folded} `);
}

/** `1`, `Flat 1` and `FLAT 01` name one unit. */
function holdsUnit(parts: AddressParts, subHouse: string): boolean {
  const key = unitKey(subHouse, null);
  return (
    (parts.unit !== null &&
      (unitKey(parts.unit, null) === key || foldName(parts.unit) === foldName(subHouse))) ||
    (parts.buildingName !== null && foldName(parts.buildingName) === foldName(subHouse)) ||
    (parts.numberSuffix !== '' && parts.numberSuffix === subHouse.toUpperCase())
  );
}
