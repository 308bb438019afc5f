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

/** `mapping` comes from outside: its shape is checked here too. */
export function layoutFromMapping(
  mapping: Partial<Record<keyof LayoutMapping, unknown>>,
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
  if (columns.number === undefined) faults.push('number: is missing');
  if (columns.suffix !== undefined && columns.prefix === undefined) {
    faults.push('suffix: a suffix of its own needs a prefix of its own');
  }
  if (columns.surname === undefined && columns.fullName === undefined) {
    faults.push('surname: is missing, and so is name');
  }
  if (columns.fullName !== undefined && (columns.surname ?? columns.forename) !== undefined) {
    faults.push('name: stands for the whole name; leave out surname and forenames');
  }
  const lines: unknown[] = Array.isArray(mapping.addressLines) ? mapping.addressLines : [];
  if (lines.length === 0) faults.push('addressLines: must name at least one column');
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
export function isMappedHeader(
  mapping: Partial<Record<keyof LayoutMapping, unknown>>,
  cells: string[],
): boolean {
  const named = [Object.values(mapping)]
    .flat(3)
    .filter((name) => typeof name === 'string')
    .map(normaliseHeader);
  const keys = new Set(cells.map(normaliseHeader));
  return named.length > 0 && named.filter((name) => keys.has(name)).length * 2 >= named.length;
}
