/**
 * In charge of taking the cleaned lines of an address apart: unit, building, number, street. Columns may be split
 * anywhere, so lines are read as one text cut at its commas. There is no gazetteer: what looks like a town stays what
 * follows the street. Cleaning, postcodes and keys are `address.rules.ts`'s.
 */
import {
  BLOCK_OR_STREET_ENDS,
  COUNTIES,
  UNIT_BEGINNINGS,
  firstWord,
  isBlock,
  isStreet,
  lastWord,
} from './address-word.rules.js';

export interface AddressParts {
  unit: string | null;
  buildingName: string | null;
  number: number | null;
  numberSuffix: string;
  numberEnd: string | null;
  street: string;
}

/** More digits than these are no house number, and would not fit the column. */
const HOUSE = '\\[?(\\d{1,5})(?: ?([A-Z])(?![A-Z]))?(?: ?[-/–] ?(\\d{1,5} ?[A-Z]?(?![A-Z0-9])))?\\]?';
const BARE_NUMBER = new RegExp(`^${HOUSE}$`, 'i');
const NUMBER_LED = new RegExp(`^${HOUSE} (?=\\S)`, 'i');
const EMBEDDED_NUMBER = /^(.*[^\d\s]) (?=\[?\d{1,5} ?[A-Z]?(?: ?[-/–] ?\d{1,5}[A-Z]?)?\]? [A-Z][A-Z])/i;
const TRAILING_NUMBER = /^(.*[^\d\s/–-]) (\d{1,5}[A-Z]?)$/i;
const STAIR_LED = /^(\d{1,2}\/\d{1,2}) (?=\d{1,5}[A-Z]? ?\S)/i;
const STARTS_WITH_NUMBER = /^\[?\d/;

/** A unit whose designator always belongs to it: `Flat 29 Station Road`. */
const NUMBERED_UNIT =
  /^(?:(?:flat|apartment|apt|unit|room|caravan|pitch|plot|suite|bedsit|chalet|berth|mooring|mobile home) (?:no\.? ?)?(?:[A-Z]{0,2}\d+[A-Z]?(?:[-/]\d+[A-Z]?)?|[A-Z]\d*)(?![A-Z0-9]))/i;
/** A unit that says where it lies; a number after it is the house's: `Ground Floor Flat 42`, `ANNEXE 20`. */
const PLACED_UNIT =
  /^(?:(?:the )?annexe?(?: (?:at|to|of))?|rear of|(?:the )?(?:(?:lower|upper|basement|cellar|ground|mezzanine|garden|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|[1-9](?:st|nd|rd|th)|top|attic|loft|rear|front|left|right|middle) )*(?:floor|basement|flat|apartment|maisonette|studio|penthouse|bedsit)(?: (?:front|rear|left|right|flat|apartment|maisonette|studio|over|above|at))*|(?:first|ground|second|third|top) fl(?:oor)?)(?= |$)/i;
const OWN_DESIGNATOR = /^(?:\d{1,4}[A-Z]?|[A-Z]\d*)$/i;
const OWN_DESIGNATOR_LED = /^(\d{1,4}[A-Z]?|[A-Z]\d*),? (?=\d)/i;
const UNIT_INSIDE =
  /^(.*\S) ((?:flat|apartment|apt|unit|room|caravan|pitch|suite) (?:[A-Z]{0,2}\d+[A-Z]?|[A-Z]))(?: (\S.*))?$/i;
const UNIT_WORD_INSIDE = /\S (?:flat|apartment|apt|unit|room|caravan|pitch|suite) /i;
const DIGIT = /\d/;
const ONE_LETTER = /^[A-Z]$/i;

/** How many names may stand before the street: house, farm, hamlet. */
const NAMES_BEFORE_STREET = 3;

export function addressParts(segments: readonly string[]): AddressParts {
  const parts = {
    unit: null,
    buildingName: null,
    number: null,
    numberSuffix: '',
    numberEnd: null,
    street: '',
  };
  return new Reading(segments, parts).read();
}

class Reading {
  private at = 0;
  private readonly end: number;

  constructor(
    private readonly segments: readonly string[],
    private readonly parts: AddressParts,
  ) {
    let end = segments.length;
    while (end > 1 && COUNTIES.has((segments[end - 1] as string).toLowerCase())) end -= 1;
    this.end = end;
  }

  read(): AddressParts {
    let text = this.segments[0] ?? '';
    // Every turn takes something off the text or moves on by one segment.
    while (text !== '') {
      let rest: string | null | undefined = this.takeUnit(text);
      if (rest === undefined) rest = this.takeNumber(text);
      if (rest === undefined) rest = this.takeName(text);
      if (rest === null) return this.parts;
      text = rest === '' ? this.next() : rest;
    }
    // The lines ended before a street: what was taken for a block is the place itself.
    if (this.parts.street === '' && this.parts.buildingName !== null) {
      this.parts.street = this.parts.buildingName;
      if (this.parts.unit !== null) this.parts.buildingName = null;
    }
    return this.parts;
  }

  /** Each answers what is left of the segment; null when the street is found, undefined when this is not its matter. */
  private takeUnit(text: string): string | undefined {
    const isUnitWord = UNIT_BEGINNINGS.has(firstWord(text));
    const numbered = isUnitWord ? NUMBERED_UNIT.exec(text) : null;
    if (numbered !== null) return this.addUnit(numbered[0], text.slice(numbered[0].length + 1));
    const stair = text.includes('/') ? STAIR_LED.exec(text) : null;
    if (stair !== null && this.parts.unit === null)
      return this.addUnit(stair[1] as string, text.slice(stair[0].length));
    const placed = isUnitWord || STARTS_WITH_NUMBER.test(text) ? PLACED_UNIT.exec(text) : null;
    if (placed === null) return undefined;
    const rest = text.slice(placed[0].length + 1);
    const own = OWN_DESIGNATOR_LED.exec(rest);
    if (own !== null) return this.addUnit(`${placed[0]} ${own[1]}`, rest.slice(own[0].length));
    // `First Floor Flat 2` / `42 Coleman Road`: only a number that follows tells that 2 is not the house.
    if (rest !== '' && OWN_DESIGNATOR.test(rest) && STARTS_WITH_NUMBER.test(this.following(1))) {
      return this.addUnit(text, '');
    }
    return this.addUnit(placed[0], rest);
  }

  private addUnit(unit: string, rest: string): string {
    this.parts.unit = this.parts.unit === null ? unit : `${this.parts.unit}, ${unit}`;
    return rest;
  }

  private takeNumber(text: string): string | null | undefined {
    const following = this.following(1);
    const bare = BARE_NUMBER.exec(text);
    if (bare !== null) {
      if (this.parts.number !== null) return '';
      // `506` / `10 Evelina Gardens`
      if (STARTS_WITH_NUMBER.test(following)) return this.addUnit(text, '');
      const next = this.next();
      if (next !== '') return `${text} ${next}`;
      this.setNumber(bare);
      return null;
    }
    const led = NUMBER_LED.exec(text);
    if (led === null) return undefined;
    const rest = text.slice(led[0].length);
    const printed = led[0].trim();
    if (unitAtStart(rest) !== null && this.parts.number === null) return this.numberThenUnit(led, rest);
    const inner = embeddedNumber(rest);
    if (inner !== null && !isStreet(inner[1] as string)) {
      // `24 Sheil Court 30 Chamberlayne Road`, and `10 30 Chamberlayne Road` further down
      this.parts.buildingName = inner[1] as string;
      return this.addUnit(printed, rest.slice(inner[0].length));
    }
    if (NUMBER_LED.test(rest)) return this.addUnit(printed, rest);
    if (STARTS_WITH_NUMBER.test(following) && !isStreet(rest) && this.parts.number === null) {
      this.parts.buildingName = rest;
      return this.addUnit(printed, '');
    }
    const isGroup = isBlock(rest) || (BLOCK_OR_STREET_ENDS.has(lastWord(rest)) && isStreet(following));
    if (isGroup && this.parts.unit === null) {
      this.parts.unit = printed;
      this.parts.street = rest;
      return null;
    }
    return this.numberThenUnit(led, rest);
  }

  private numberThenUnit(led: RegExpExecArray, rest: string): string | null {
    this.setNumber(led);
    return this.takeStreetAfterNumber(rest);
  }

  /** After the number come at most a unit (`56 Flat 1`) and the street, in this segment or the next. */
  private takeStreetAfterNumber(text: string): null {
    let rest = text;
    const unit = unitAtStart(rest);
    if (unit !== null) rest = this.addUnit(unit[0], rest.slice(unit[0].length + 1)) || this.next();
    this.parts.street = rest;
    return null;
  }

  private setNumber(match: RegExpExecArray): void {
    this.parts.number = Number(match[1]);
    this.parts.numberSuffix = (match[2] ?? '').toUpperCase();
    this.parts.numberEnd = match[3] ?? null;
  }

  private takeName(text: string): string | null {
    const inside = UNIT_WORD_INSIDE.test(text) ? UNIT_INSIDE.exec(text) : null;
    if (inside !== null && this.parts.unit === null) {
      this.addUnit(inside[2] as string, '');
      // `Holbein House Flat 14`: the group, as `14 Holbein House` is, unless a numbered street follows.
      if (inside[3] === undefined && !this.numberedStreetAhead()) {
        this.parts.street = inside[1] as string;
        return null;
      }
      this.addName(inside[1] as string);
      return inside[3] ?? '';
    }
    const inner = embeddedNumber(text);
    if (inner !== null && !isStreet(inner[1] as string)) {
      const name = inner[1] as string;
      const rest = text.slice(inner[0].length);
      if (!ONE_LETTER.test(name)) {
        this.addName(name);
        return rest;
      }
      // `D 57 New Pines Caravan Park`: a pitch
      const led = NUMBER_LED.exec(rest);
      this.addUnit(`${name} ${(led?.[0] ?? '').trim()}`.trim(), '');
      this.parts.street = led === null ? rest : rest.slice(led[0].length);
      return null;
    }
    const trailing = TRAILING_NUMBER.exec(text);
    if (trailing !== null && this.parts.unit === null && !isStreet(trailing[1] as string)) {
      return this.nameThenNumber(trailing[1] as string, trailing[2] as string);
    }
    return this.nameOrStreet(text);
  }

  private nameThenNumber(name: string, number: string): string | null {
    this.addName(name);
    const following = this.following(1);
    // `South House 14` / `Coleman Road`: the line was broken after the number of the street.
    if (isStreet(following) && !STARTS_WITH_NUMBER.test(following)) return number;
    this.addUnit(number, '');
    if (STARTS_WITH_NUMBER.test(following)) return '';
    this.parts.street = name;
    this.parts.buildingName = null;
    return null;
  }

  private nameOrStreet(text: string): string | null {
    const numberedNext = this.numberedStreetAhead();
    if (numberedNext || this.streetAhead(text)) {
      this.addName(text);
      return '';
    }
    if (isStreet(text) || this.parts.unit !== null) {
      this.parts.street = text;
      return null;
    }
    // A named house: the village follows it, unless what follows is the town alone.
    this.addName(text);
    this.parts.street = this.at + 2 < this.end ? this.following(1) : text;
    return null;
  }

  /** A street with a number in one of the next segments. */
  private numberedStreetAhead(): boolean {
    for (let ahead = 1; ahead <= NAMES_BEFORE_STREET; ahead += 1) {
      const text = this.following(ahead);
      if (STARTS_WITH_NUMBER.test(text)) return true;
      if (isStreet(text)) return false;
    }
    return false;
  }

  /** A house's name is before a street; a block with units of its own is the group it stands for. */
  private streetAhead(text: string): boolean {
    if (this.parts.unit !== null) return false;
    if (isStreet(text) && !isStreet(this.following(1))) return false;
    for (let ahead = 1; ahead <= NAMES_BEFORE_STREET; ahead += 1) {
      if (isStreet(this.following(ahead))) return true;
    }
    return false;
  }

  private addName(name: string): void {
    this.parts.buildingName = this.parts.buildingName === null ? name : `${this.parts.buildingName}, ${name}`;
  }

  private following(ahead: number): string {
    return this.at + ahead < this.end ? (this.segments[this.at + ahead] as string) : '';
  }

  private next(): string {
    this.at += 1;
    return this.at < this.end ? (this.segments[this.at] as string) : '';
  }
}

function unitAtStart(text: string): RegExpExecArray | null {
  return UNIT_BEGINNINGS.has(firstWord(text)) ? (NUMBERED_UNIT.exec(text) ?? PLACED_UNIT.exec(text)) : null;
}

function embeddedNumber(text: string): RegExpExecArray | null {
  return DIGIT.test(text) ? EMBEDDED_NUMBER.exec(text) : null;
}
