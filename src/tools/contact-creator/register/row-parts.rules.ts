import type { Layout, RegisterField } from './layout.js';
import { splitForenames, splitFullName, tidy, withoutOptOutMark } from './name.rules.js';
import { parseElectorNumber, splitCombinedNumber } from './elector-number.rules.js';
import { looksMadeBySpreadsheet } from '../../../intake/written-date.rules.js';

/**
 * Takes the cells of one row apart: number, name, address lines. Each answers a value or a fault that names the field;
 * what becomes of the row is `register-reader.ts`'s to say.
 */
export interface PartFault {
  field: RegisterField;
  fault: string;
}

const longestPrefix = 10;
const longestName = 50;
const longestMiddleNames = 200;

export function cellOf(layout: Layout, cells: string[], field: RegisterField): string {
  const column = layout.columns[field];
  return column === undefined ? '' : tidy(cells[column] ?? '');
}

export function numberOf(
  layout: Layout,
  cells: string[],
): { prefix: string; number: string; suffix: string } | PartFault {
  let prefix = cellOf(layout, cells, 'prefix');
  let text = cellOf(layout, cells, 'number');
  if (layout.columns.prefix === undefined) {
    const parts = splitCombinedNumber(text);
    if (!parts) return { field: 'number', fault: 'is not of the form district-number' };
    ({ prefix } = parts);
    text = parts.number;
  }
  const field = layout.columns.prefix === undefined ? 'number' : 'prefix';
  if (prefix === '') return { field, fault: 'the polling district is missing' };
  if (prefix.length > longestPrefix) {
    return { field, fault: `the polling district is longer than ${longestPrefix} characters` };
  }
  if (looksMadeBySpreadsheet(prefix)) {
    return { field, fault: 'the polling district is a date that a spreadsheet made out of it' };
  }
  const number = parseElectorNumber(text, cellOf(layout, cells, 'suffix'));
  return 'fault' in number ? number : { prefix, number: number.number, suffix: number.suffix };
}

export interface Name {
  surname: string;
  forename: string;
  middleNames: string;
  isUncertain: boolean;
  isOptedOut: boolean;
}

const anonymous = /^\(?anonymous(?: (?:entry|elector))?\)?$/i;

/** An empty name is no fault: entries of a number alone are lawful. */
export function nameOf(layout: Layout, cells: string[]): Name | PartFault {
  const { columns } = layout;
  let surname: string;
  let forenames: string;
  let isUncertain = false;
  let isOptedOut: boolean;
  if (columns.fullName === undefined) {
    ({ name: surname, isOptedOut } = withoutOptOutMark(cellOf(layout, cells, 'surname')));
    forenames = cellOf(layout, cells, 'forename');
  } else {
    const marked = withoutOptOutMark(cellOf(layout, cells, 'fullName'));
    ({ surname, forenames, isUncertain } = splitFullName(marked.name));
    ({ isOptedOut } = marked);
  }
  if (forenames === '' && anonymous.test(surname)) surname = '';
  let forename = forenames;
  let middleNames = '';
  if (columns.middleNames === undefined) ({ forename, middleNames } = splitForenames(forenames));
  else middleNames = cellOf(layout, cells, 'middleNames');
  if (middleNames === '' && columns.initials !== undefined) {
    const initials = cellOf(layout, cells, 'initials');
    // A lone initial that repeats the forename's adds nothing.
    if (initials.replace('.', '') !== forename.charAt(0)) middleNames = initials;
  }
  const whole = columns.fullName === undefined ? undefined : 'fullName';
  if (surname.length > longestName) return tooLong(whole ?? 'surname', 'surname', longestName);
  if (forename.length > longestName) return tooLong(whole ?? 'forename', 'forename', longestName);
  if (middleNames.length > longestMiddleNames) {
    const field = whole ?? (columns.middleNames === undefined ? 'forename' : 'middleNames');
    return tooLong(field, 'middle names', longestMiddleNames);
  }
  if (surname === '' && (forename !== '' || middleNames !== '')) isUncertain = true;
  return { surname, forename, middleNames, isUncertain, isOptedOut };
}

function tooLong(field: RegisterField, what: string, most: number): PartFault {
  return { field, fault: `the ${what} is longer than ${most} characters` };
}

const otherElectors = /^other electors?\b/i;

/** The filled lines; none where the heading `OTHER ELECTORS` stands for an address. */
export function addressLinesOf(layout: Layout, cells: string[]): string[] {
  const lines: string[] = [];
  for (const columns of layout.addressLines) {
    let line = tidy(cells[columns[0]!] ?? '');
    for (let at = 1; at < columns.length; at += 1) {
      const more = tidy(cells[columns[at]!] ?? '');
      if (more !== '') line = line === '' ? more : `${line} ${more}`;
    }
    if (line === '') continue;
    if (lines.length === 0 && otherElectors.test(line)) return lines;
    lines.push(line);
  }
  return lines;
}

const uprnForm = /^0*([1-9]\d{0,11})(?:\.0+)?$/;

/** Without leading zeros; undefined for what is no UPRN. */
export function uprnOf(text: string): string | null | undefined {
  return text === '' || /^0+$/.test(text) ? null : uprnForm.exec(text)?.[1];
}

/** What was meant for a date, whether or not it is one. */
export const likeDate = /^\d{1,4}([-/.])\d{1,2}\1\d{2,4}(?:\D.*)?$/;

/** The cells that may be in one, where a row has shifted or a quote was never closed. */
export function piecesOf(cell: string): string[] {
  return cell.split(/["\r\n,;|\t]/).map((text) => text.trim());
}

/** Why a row has not the cells of its header: at least those with a name, and nothing beyond the last. */
export function misfitOf(cells: string[], least: number, most: number): string | undefined {
  if (cells.length < least) return `The row has ${cells.length} cells; the header has ${least}.`;
  for (let column = most; column < cells.length; column += 1) {
    if (cells[column] !== '') return `The row has ${cells.length} cells; the header has ${most}.`;
  }
  return undefined;
}
