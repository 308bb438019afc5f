import { faultInString } from '../../../http/input-text.js';
import { normaliseHeader } from '../../../intake/header.js';
import { isNotAllowed, type Layout, type RegisterField } from './layout.js';

/**
 * The layout of a file that no supplier's layout fits: the user says which column holds what, and this checks it
 * against the header. Every fault is told at once, so that a mapping is mended in one go.
 */
export interface LayoutMapping {
  /** Without it `number` is the combined form `KA-124/1`. */
  prefix?: string;
  number: string;
  suffix?: string;
  surname?: string;
  forenames?: string;
  middleNames?: string;
  /** One column with the whole name, surname first. */
  name?: string;
  title?: string;
  nameSuffix?: string;
  /** Several columns that make up one line are a list: `['HOUSENUMBER', 'STREETNAME']`. */
  addressLines: (string | string[])[];
  postcode?: string;
  markers?: string;
  optOut?: string;
  date?: string;
  ward?: string;
  externalId?: string;
  uprn?: string;
}

const fieldOf: Record<Exclude<keyof LayoutMapping, 'addressLines'>, RegisterField> = {
  prefix: 'prefix',
  number: 'number',
  suffix: 'suffix',
  surname: 'surname',
  forenames: 'forename',
  middleNames: 'middleNames',
  name: 'fullName',
  title: 'title',
  nameSuffix: 'nameSuffix',
  postcode: 'postcode',
  markers: 'markers',
  optOut: 'optOut',
  date: 'date',
  ward: 'ward',
  externalId: 'externalId',
  uprn: 'uprn',
};

/** A mapping as it was given: which columns there are is known only once the file is here. */
export type GivenMapping = Partial<Record<keyof LayoutMapping, unknown>>;

/**
 * The mapping in a text of JSON, or in plain words what is wrong with it whatever the file is. Nothing of it is repeated:
 * it comes from outside.
 */
export function mappingOf(text: string): { mapping: GivenMapping } | { faults: string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { faults: ['must be JSON'] };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { faults: ['must be a JSON object of column headings by field'] };
  const given = Object.entries(value as Record<string, unknown>);
  if (given.some(([name]) => name !== 'addressLines' && !Object.hasOwn(fieldOf, name)))
    return {
      faults: [`may name these fields alone: ${[...Object.keys(fieldOf), 'addressLines'].join(', ')}`],
    };
  const faults = given
    .filter(
      ([name, named]) => named !== null && !(name === 'addressLines' ? areLines(named) : isHeading(named)),
    )
    .map(
      ([name]) =>
        `must name ${name === 'addressLines' ? 'lists of column headings' : 'a column heading'} for ${name}`,
    );
  const mapping: GivenMapping = value;
  if (faults.length === 0) faults.push(...missingIn(mapping));
  const columns = Object.values(mapping)
    .flat(2)
    .flatMap((heading) => (typeof heading === 'string' ? normaliseHeader(heading) : []));
  if (new Set(columns).size < columns.length) faults.push('must not name one column for two fields');
  return faults.length > 0 ? { faults } : { mapping };
}

function isHeading(value: unknown): boolean {
  return typeof value === 'string' && normaliseHeader(value) !== '' && faultInString(value) === undefined;
}

function areLines(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((line) => (Array.isArray(line) ? line.length > 0 && line.every(isHeading) : isHeading(line)))
  );
}

/** What no layout can do without. */
function missingIn(mapping: GivenMapping): string[] {
  const has = (name: keyof LayoutMapping) => mapping[name] !== undefined && mapping[name] !== null;
  const faults: string[] = [];
  if (!has('number')) faults.push('number: is missing');
  if (has('suffix') && !has('prefix')) faults.push('suffix: a suffix of its own needs a prefix of its own');
  if (!has('surname') && !has('name')) faults.push('surname: is missing, and so is name');
  if (has('name') && (has('surname') || has('forenames')))
    faults.push('name: stands for the whole name; leave out surname and forenames');
  if (!Array.isArray(mapping.addressLines) || mapping.addressLines.length === 0)
    faults.push('addressLines: must name at least one column');
  return faults;
}

/** `mapping` comes from outside: its shape is checked here too. */
export function layoutFromMapping(
  mapping: GivenMapping,
  header: string[],
): { layout: Layout } | { faults: string[] } {
  const faults: string[] = [];
  const columns: Layout['columns'] = {};
  const keys = header.map(normaliseHeader);
  const used = new Set<number>();

  const find = (field: string, name: unknown): number => {
    if (typeof name !== 'string' || normaliseHeader(name) === '') {
      faults.push(`${field}: must be the name of a column`);
      return -1;
    }
    const key = normaliseHeader(name);
    const column = keys.indexOf(key);
    if (column < 0) faults.push(`${field}: the header has no column "${name}"`);
    else if (keys.indexOf(key, column + 1) >= 0)
      faults.push(`${field}: the header has the column "${name}" twice`);
    else if (isNotAllowed(key)) faults.push(`${field}: the register may not contain "${name}"`);
    else if (used.has(column)) faults.push(`${field}: the column "${name}" is already used`);
    used.add(column);
    return column;
  };

  for (const [name, value] of Object.entries(mapping)) {
    if (name === 'addressLines' || value === undefined || value === null) continue;
    if (!Object.hasOwn(fieldOf, name)) faults.push(`${name}: is not a field of the register`);
    else columns[fieldOf[name as keyof typeof fieldOf]] = find(name, value);
  }
  faults.push(...missingIn(mapping));
  const lines: unknown[] = Array.isArray(mapping.addressLines) ? mapping.addressLines : [];
  const addressLines = lines.map((line) =>
    (Array.isArray(line) ? (line as unknown[]) : [line]).map((name) => find('addressLines', name)),
  );
  if (faults.length > 0) return { faults };
  const dropped = header
    .map((cell, column) => ({ cell: cell.trim(), key: keys[column]!, column }))
    .filter(({ column }) => !used.has(column))
    .map(({ cell, key, column }) => ({
      column: cell || `(column ${column + 1}, without a name)`,
      reason: isNotAllowed(key) ? ('not-allowed' as const) : ('unknown' as const),
    }));
  return { layout: { name: 'mapping', header, columns, addressLines, dropped } };
}

/** Whether a line of the file may be the header that a mapping speaks of: it holds at least half of its columns. */
export function isMappedHeader(mapping: GivenMapping, cells: string[]): boolean {
  const named = [Object.values(mapping)]
    .flat(3)
    .filter((name) => typeof name === 'string')
    .map(normaliseHeader);
  const keys = new Set(cells.map(normaliseHeader));
  return named.length > 0 && named.filter((name) => keys.has(name)).length * 2 >= named.length;
}
