import { addYears, dayOf, readDate, yearOf, type Day } from '../../../intake/written-date.rules.js';

/**
 * Decides what the date column of a file holds, birth dates or dates of attainment, by all its dates together and never
 * row by row; then judges each date by that. In both cases the person's eighteenth birthday is what is known: a birth
 * date is turned into it and forgotten. The supplied column is the day of reaching 18 in Scotland too, where the voting
 * age is 16, and is read so everywhere: more than two years after publication means under 16. With `past`, no date is
 * evidence: all are past, as old dates of attainment are, or birth dates of children too young for a register.
 */
export type DateKind = 'birth' | 'attainment' | 'past' | 'none';

const adult = 18;
const youngestStored = 16;
const youngestListed = 14;
const longestLinger = 2;
/** More of the other kind than this is not a slip of the pen but a column of two kinds. */
const mostStrays = 0.05;
/** A century of days; more is not a column of dates, and need not be remembered. */
const mostDays = 40_000;

/** Fed with the date cell of every row in the first pass. */
export class DateKindFinder {
  private readonly rowsOn = new Map<Day, number>();
  private readonly seen = new Map<string, Day | undefined>();

  observe(text: string): void {
    if (text === '') return;
    let day = this.seen.get(text);
    if (day === undefined && !this.seen.has(text)) {
      day = readDate(text)?.day;
      if (this.seen.size < mostDays) this.seen.set(text, day);
    }
    if (day === undefined) return;
    const rows = this.rowsOn.get(day);
    if (rows !== undefined || this.rowsOn.size < mostDays) this.rowsOn.set(day, (rows ?? 0) + 1);
  }

  decide(publishedOn: string): DateKind | { fault: string } {
    const published = dayOf(publishedOn);
    let births = 0;
    let attainments = 0;
    let past = 0;
    let old = 0;
    for (const [day, rows] of this.rowsOn) {
      if (day > published) attainments += rows;
      else if (addYears(day, youngestListed) > published) past += rows;
      else if (addYears(day, adult) < published) old += rows;
      else births += rows;
    }
    if (births + attainments === 0) return past > 0 ? 'past' : old > 0 ? 'birth' : 'none';
    const strays = Math.min(births, attainments);
    if (strays > (births + attainments) * mostStrays) {
      return {
        fault:
          `The date column holds both ${births} birth dates and ${attainments} dates of attainment, ` +
          `measured against the date of publication ${publishedOn}; a file has one kind.`,
      };
    }
    return births > attainments ? 'birth' : 'attainment';
  }
}

export type JudgedDate =
  { attainsOn: Day } | { isUnder16: true; adultOn: Day } | { dropped: 'past' | 'old' | 'unreadable' };

export class DateJudge {
  private readonly published: Day;
  private readonly judged = new Map<string, JudgedDate>();

  constructor(
    private readonly kind: DateKind,
    publishedOn: string,
  ) {
    this.published = dayOf(publishedOn);
  }

  /** The cell may not be empty. The few distinct dates of a register are judged once each. */
  judge(text: string): JudgedDate {
    let judged = this.judged.get(text);
    if (!judged) {
      judged = this.judgeAfresh(text);
      if (this.judged.size < mostDays) this.judged.set(text, judged);
    }
    return judged;
  }

  /** Of a text that is no date: whether a year in it could be that of somebody under 16. In doubt it could. */
  mayMeanUnder16(text: string): boolean {
    return yearsIn(text).some((year) => {
      const [first, last] = [year * 10_000 + 101, year * 10_000 + 1231];
      if (addYears(last, youngestStored) <= this.published) return false;
      // Whoever comes of age about the time of publication is old enough.
      const isNear =
        addYears(last, youngestStored - adult) <= this.published &&
        addYears(first, longestLinger) > this.published;
      return !(this.kind === 'attainment' && isNear);
    });
  }

  private judgeAfresh(text: string): JudgedDate {
    const date = readDate(text);
    if (!date) return { dropped: 'unreadable' };
    const asBirth = addYears(date.day, adult);
    const adultOn = this.kind === 'birth' && date.day <= this.published ? asBirth : date.day;
    if (addYears(adultOn, youngestStored - adult) > this.published) return { isUnder16: true, adultOn };
    if (this.kind === 'birth') {
      // Born after publication: no birth date. Whoever it is may be a child, so nothing is kept.
      if (date.day > this.published) return { isUnder16: true, adultOn };
      return adultOn < this.published ? { dropped: 'old' } : { attainsOn: adultOn };
    }
    if (date.day >= this.published) return { attainsOn: date.day };
    // An attainment just past lingers in a file for a year or two. Where no later date tells that these are attainments,
    // what is older, yet younger than 16, is taken for the birth date of a child.
    const isChild =
      this.kind !== 'attainment' &&
      addYears(date.day, youngestStored) > this.published &&
      addYears(date.day, longestLinger) <= this.published;
    return isChild ? { isUnder16: true, adultOn: asBirth } : { dropped: 'past' };
  }
}

/** Of four digits anywhere in the text, else of two at its end. */
function yearsIn(text: string): number[] {
  const long = [...text.matchAll(/(?=((?:19|20|21)\d\d))/g)].map(([, year]) => Number(year));
  if (long.length > 0) return long;
  const short = /\D(\d\d)$/.exec(text)?.[1];
  return short === undefined ? [] : [yearOf(short)];
}
