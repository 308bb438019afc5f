import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from './layout.js';
import { OtherSeats } from './other-seat.rules.js';
import { RegisterReader } from './register-reader.js';
import type { RefusedRow, RegisterOutcome, RegisterRow } from './register-row.js';
import { detectLayout } from './supplier-layouts.rules.js';

/** Rows of several suppliers, by the names of their columns, and what a reader makes of them. */
const folder = join(__dirname, '../../../../test/fixtures/register-headers');
export const published = '2025-12-01';
export const otherSeats = new OtherSeats('E14001434', [
  { id: 'E14001434', name: 'Putney', nameCy: null },
  { id: 'E14001586', name: 'Wimbledon', nameCy: null },
]);

export function layoutOf(header: string[]): Layout {
  const found = detectLayout(header);
  if (!found || 'fault' in found) throw new Error(`No layout: ${JSON.stringify(found)}`);
  return found.layout;
}
export const fixture = (file: string): Layout =>
  layoutOf(
    readFileSync(join(folder, `${file}.csv`), 'utf8')
      .trim()
      .split(','),
  );

export const xpress14 = fixture('xpress_full_14col');
export const xpress13 = fixture('xpress_full_13col');
export const eros = fixture('halarose_eros_full_21col');
export const democracyCounts = fixture('democracycounts_full_2026_25col');

/** A row by column names. */
export function cellsOf(layout: Layout, values: Record<string, string>): string[] {
  const cells = layout.header.map(() => '');
  for (const [name, value] of Object.entries(values)) {
    const column = layout.header.indexOf(name);
    if (column < 0) throw new Error(`No column ${name}`);
    cells[column] = value;
  }
  return cells;
}

export function readAll(layout: Layout, rows: string[][]): RegisterOutcome[] {
  const reader = new RegisterReader(layout, published, otherSeats);
  const records = rows.map((cells, at) => ({ line: at + 2, cells }));
  for (const record of records) reader.observe(record);
  expect(reader.decide()).toHaveProperty('kind');
  return records.map((record) => reader.read(record));
}

export function rowOf(layout: Layout, values: Record<string, string>): RegisterRow {
  const [outcome] = readAll(layout, [cellsOf(layout, values)]);
  if (!outcome || !('row' in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.row;
}

export function refusalOf(layout: Layout, values: Record<string, string>): RefusedRow {
  const [outcome] = readAll(layout, [cellsOf(layout, values)]);
  if (!outcome || !('refused' in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.refused;
}

export const ada = {
  'Elector Number Prefix': 'KA-1/2',
  'Elector Number': '124',
  'Elector Number Suffix': '0',
  'Elector Surname': 'O`EXAMPLE',
  'Elector Forename': 'ADA MARY ANN',
  PostCode: 'nw104uj',
  Address1: '16A COLEMAN ROAD',
  Address2: 'LONDON',
  Address3: 'NW10 4UJ',
};
export const bob = {
  PD: 'AB',
  ENO: '124/1',
  Title: 'Mr',
  'First Names': 'Bob',
  Initials: 'K',
  Surname: 'Test',
  Suffix: 'Jr',
  'Address 1': 'Flat 2',
  'Address 2': '9 High Street',
  Postcode: 'SW15 1AA',
};
export const cat = {
  PDCode: 'DC1',
  RollNo: '3.50',
  ElectorSurname: 'Trial',
  ElectorForename: 'Cat Lee',
  ElectorMiddleName: 'Ada',
  RegisteredAddress1: '9 High Street',
  PostCode: 'SW15 1AA',
  ElectorID: 'E77',
  UPRN: '000100023336956',
  Ward: 'Hill',
};
