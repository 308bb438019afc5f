/**
 * Dates as they stand in registers, as whole days. Days are numbers `yyyymmdd`, which compare as dates do and hash
 * quickly; 29 February plus eighteen years is 1 March where there is no leap day, as electoral law has it.
 */

/** `yyyymmdd` as a number. */
export type Day = number;

export type ReadDate = { day: Day; isMangled: boolean } | undefined;

const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const numeric = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?Z?)?$/;
const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?$/;
const named = /^(\d{1,2})[- /]([a-z]{3,9})\.?[- /,]+(\d{4}|\d{2})$/i;
const serial = /^[1-6]\d{4}(?:\.0+)?$/;

/** Two digits up to this are 20xx: registers hold coming attainments, and birth dates of the young. */
const lastShortYear = 49;
const serialEpoch = Date.UTC(1899, 11, 30);

/** Undefined when the text is no date. A serial number is what a spreadsheet leaves of a date. */
export function readDate(text: string): ReadDate {
  let parts = numeric.exec(text);
  if (parts) return ofParts(yearOf(parts[3]!), Number(parts[2]), Number(parts[1]));
  parts = iso.exec(text);
  if (parts) return ofParts(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  parts = named.exec(text);
  if (parts) {
    const month = monthNames.indexOf(parts[2]!.slice(0, 3).toLowerCase()) + 1;
    return month === 0 ? undefined : ofParts(yearOf(parts[3]!), month, Number(parts[1]));
  }
  if (serial.test(text)) {
    const date = new Date(serialEpoch + Math.floor(Number(text)) * 86_400_000);
    const day = date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
    return { day, isMangled: true };
  }
  return undefined;
}

/** Of two digits: the year that is meant in a register. */
export function yearOf(digits: string): number {
  const year = Number(digits);
  return digits.length === 4 ? year : year <= lastShortYear ? 2000 + year : 1900 + year;
}

function ofParts(year: number, month: number, date: number): ReadDate {
  if (year < 1880 || year > 2199 || month < 1 || month > 12 || date < 1) return undefined;
  if (date > daysIn(year, month)) return undefined;
  return { day: year * 10_000 + month * 100 + date, isMangled: false };
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}

export function addYears(day: Day, years: number): Day {
  const moved = day + years * 10_000;
  const isLeapDay = moved % 10_000 === 229;
  return isLeapDay && daysIn(Math.floor(moved / 10_000), 2) === 28 ? moved + 72 : moved;
}

/** `YYYY-MM-DD` of a day. */
export function isoOf(day: Day): string {
  const text = String(day);
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}

/** The day of `YYYY-MM-DD`. */
export function dayOf(isoDate: string): Day {
  const date = readDate(isoDate);
  if (!date || !iso.test(isoDate)) throw new Error('A date must be written YYYY-MM-DD.');
  return date.day;
}

const spreadsheetLeftover = new RegExp(
  `^(?:\\d{1,2}-(?:${monthNames.join('|')})|(?:${monthNames.join('|')})-\\d{2}|\\d{1,2}/\\d{1,2}/(?:19|20)\\d\\d)$`,
  'i',
);

/** `01-Feb` where no date belongs: a spreadsheet made it out of `1-2`. */
export function looksMadeBySpreadsheet(text: string): boolean {
  return text.length >= 5 && text.length <= 10 && spreadsheetLeftover.test(text);
}
