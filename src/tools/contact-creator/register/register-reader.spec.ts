import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Layout } from './layout.js';
import { layoutFromMapping } from './layout-mapping.rules.js';
import { OtherSeats } from './other-seat.rules.js';
import { RegisterReader } from './register-reader.js';
import type { RefusedRow, RegisterOutcome, RegisterRow } from './register-row.js';
import { detectLayout } from './supplier-layouts.rules.js';

const folder = join(__dirname, '../../../../test/fixtures/register-headers');
const published = '2025-12-01';
const otherSeats = new OtherSeats('E14001434', [
  { id: 'E14001434', name: 'Putney', nameCy: null },
  { id: 'E14001586', name: 'Wimbledon', nameCy: null },
]);

function layoutOf(header: string[]): Layout {
  const found = detectLayout(header);
  if (!found || 'fault' in found) throw new Error(`No layout: ${JSON.stringify(found)}`);
  return found.layout;
}
const fixture = (file: string): Layout =>
  layoutOf(
    readFileSync(join(folder, `${file}.csv`), 'utf8')
      .trim()
      .split(','),
  );

const xpress14 = fixture('xpress_full_14col');
const xpress13 = fixture('xpress_full_13col');
const eros = fixture('halarose_eros_full_21col');
const democracyCounts = fixture('democracycounts_full_2026_25col');

/** A row by column names. */
function cellsOf(layout: Layout, values: Record<string, string>): string[] {
  const cells = layout.header.map(() => '');
  for (const [name, value] of Object.entries(values)) {
    const column = layout.header.indexOf(name);
    if (column < 0) throw new Error(`No column ${name}`);
    cells[column] = value;
  }
  return cells;
}

function readAll(layout: Layout, rows: string[][]): RegisterOutcome[] {
  const reader = new RegisterReader(layout, published, otherSeats);
  const records = rows.map((cells, at) => ({ line: at + 2, cells }));
  for (const record of records) reader.observe(record);
  expect(reader.decide()).toHaveProperty('kind');
  return records.map((record) => reader.read(record));
}

function rowOf(layout: Layout, values: Record<string, string>): RegisterRow {
  const [outcome] = readAll(layout, [cellsOf(layout, values)]);
  if (!outcome || !('row' in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.row;
}

function refusalOf(layout: Layout, values: Record<string, string>): RefusedRow {
  const [outcome] = readAll(layout, [cellsOf(layout, values)]);
  if (!outcome || !('refused' in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.refused;
}

const ada = {
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
const bob = {
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
const cat = {
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

describe('A row of a register', () => {
  it('of Xpress is read by its columns', () => {
    expect(rowOf(xpress14, { ...ada, 'Elector Markers': 'GZ' })).toMatchObject({
      line: 2,
      prefix: 'KA-1/2',
      number: '124',
      suffix: '',
      entryKind: 'ordinary',
      surname: "O'EXAMPLE",
      forename: 'ADA',
      middleNames: 'MARY ANN',
      nameIsUncertain: false,
      nameFolded: 'oexample ada mary ann',
      franchise: 'G',
      isOptedOut: true,
      postcode: 'NW10 4UJ',
      addressLines: ['16A COLEMAN ROAD', 'LONDON'],
      address: { number: 16, numberSuffix: 'A' },
      warnings: [],
    });
  });

  it('of the 13-column form has an uncertain name', () => {
    const { 'Elector Surname': _surname, 'Elector Forename': _forename, ...rest } = ada;
    expect(rowOf(xpress13, { ...rest, 'Elector Name': '(z) van der Berg Anna Maria' })).toMatchObject({
      surname: 'van der Berg',
      forename: 'Anna',
      middleNames: 'Maria',
      nameIsUncertain: true,
      isOptedOut: true,
    });
  });

  it('of Eros carries its suffix in the number and has a suffix of the name', () => {
    expect(rowOf(eros, { ...bob, Surname: '(z) Test' })).toMatchObject({
      number: '124',
      suffix: '1',
      title: 'Mr',
      middleNames: 'K',
      nameSuffix: 'Jr',
      isOptedOut: true,
      address: { number: 9, unit: 'Flat 2' },
    });
    expect(rowOf(eros, { ...bob, 'Opt Out': 'Yes' })).toMatchObject({ isOptedOut: true });
    expect(rowOf(eros, { ...bob, 'Opt Out': '100023336956' })).toMatchObject({
      isOptedOut: false,
      uprn: '100023336956',
      warnings: [],
    });
    expect(rowOf(eros, { ...bob, 'Opt Out': 'perhaps' })).toMatchObject({
      isOptedOut: true,
      warnings: [{ field: 'Opt Out', reason: '"perhaps" is neither yes nor no; held for opted out' }],
    });
  });

  it('of Democracy Counts has a decimal number and its own ids', () => {
    expect(rowOf(democracyCounts, { ...cat, SubHouse: 'Flat 1', House: '9' })).toMatchObject({
      number: '3.5',
      forename: 'Cat Lee',
      middleNames: 'Ada',
      externalId: 'E77',
      uprn: '100023336956',
      wardName: 'Hill',
      address: { unit: 'Flat 1', number: 9, doorKey: 'u:100023336956' },
    });
  });

  it('keeps an unknown marker and warns', () => {
    expect(rowOf(xpress14, { ...ada, 'Elector Markers': 'Q' })).toMatchObject({
      franchise: 'Q',
      warnings: [{ field: 'Elector Markers', reason: 'unknown marker Q; kept' }],
    });
  });

  it('with a name and no address is of an other elector', () => {
    const { Address1: _1, Address2: _2, Address3: _3, PostCode: _p, ...noAddress } = ada;
    expect(rowOf(xpress14, noAddress)).toMatchObject({ entryKind: 'other', address: null });
    expect(rowOf(xpress14, { ...noAddress, Address1: 'OTHER ELECTORS', Address2: 'Brent' })).toMatchObject({
      entryKind: 'other',
      addressLines: [],
      address: null,
    });
  });

  it('with a number alone is anonymous, and nothing else of it is kept', () => {
    const row = rowOf(xpress14, {
      'Elector Number Prefix': 'KA',
      'Elector Number': '900',
      'Elector Markers': 'N',
      'Elector DOB': '01/06/2008',
      PostCode: 'NW10 4UJ',
      Address1: 'Other Electors',
    });
    expect(row).toMatchObject({ entryKind: 'anonymous', surname: '', franchise: '', postcode: null });
    expect(row).toMatchObject({ attainsOn: null, addressLines: [], address: null });
  });

  it('of an attainer keeps the day of coming of age and never a birth date', () => {
    const row = rowOf(xpress14, { ...ada, 'Elector DOB': '05/06/2008' });
    expect(row.attainsOn).toBe('2026-06-05');
    expect(JSON.stringify(row)).not.toContain('2008');
    expect(rowOf(eros, { ...bob, 'Date of Attainment': '05-Jun-2026' }).attainsOn).toBe('2026-06-05');
  });

  it('with a date that is past is taken without it', () => {
    for (const date of ['01/02/1960', '01/11/2025']) {
      expect(rowOf(eros, { ...bob, 'Date of Attainment': date })).toMatchObject({
        attainsOn: null,
        warnings: [{ field: 'Date of Attainment' }],
      });
    }
  });
});

describe('A refused row', () => {
  it.each([
    [{ 'Elector Number Prefix': '' }, 'Elector Number Prefix', 'the polling district is missing'],
    [{ 'Elector Number Prefix': 'ABCDEFGHIJK' }, 'Elector Number Prefix', 'longer than 10'],
    [{ 'Elector Number Prefix': '01-Feb' }, 'Elector Number Prefix', 'spreadsheet'],
    [{ 'Elector Number': '' }, 'Elector Number', 'is missing'],
    [{ 'Elector Number': '02-Jan' }, 'Elector Number', 'is not an elector number'],
    [{ 'Elector Surname': 'x'.repeat(51) }, 'Elector Surname', 'longer than 50'],
    [{ 'Elector Forename': 'x'.repeat(51) }, 'Elector Forename', 'longer than 50'],
    [{ 'Elector Forename': `A ${'x'.repeat(201)}` }, 'Elector Forename', 'longer than 200'],
    [{ 'Elector Surname': '', 'Elector Forename': '' }, 'Elector Surname', 'address but no name'],
    [{ 'Elector Surname': 'A\0B' }, 'Elector Surname', 'NUL'],
    [{ 'Elector Markers': 'overseas' }, 'Elector Markers', 'word'],
    [{ 'Elector DOB': '01-Feb' }, 'Elector DOB', 'not a date'],
  ])('with %j names the field and the reason', (change, field, reason) => {
    const refused = refusalOf(xpress14, { ...ada, ...change });
    expect(refused).toMatchObject({ line: 2, outcome: 'rejected', field });
    expect(refused.reason).toContain(reason);
    expect(refused.cells).toEqual(cellsOf(xpress14, { ...ada, ...change }));
  });

  it('is one with too few cells, or more than the header has', () => {
    const cells = cellsOf(xpress14, ada);
    const [short, long, padded] = readAll(xpress14, [cells.slice(0, 9), [...cells, 'x'], [...cells, '']]);
    expect(short).toMatchObject({ refused: { reason: 'The row has 9 cells; the header has 14.' } });
    expect(long).toMatchObject({ refused: { reason: 'The row has 15 cells; the header has 14.' } });
    expect(padded).toHaveProperty('row');
  });

  it('is one that names another constituency, and no other', () => {
    const eve = {
      PDCode: 'KA',
      RollNo: '1',
      ElectorSurname: 'Example',
      ElectorForename: 'Eve',
      RegisteredAddress1: '1 Acacia Road',
    };
    for (const Parl of ['WIMBLEDON', 'E14001586'])
      expect(refusalOf(democracyCounts, { ...eve, Parl })).toMatchObject({
        outcome: 'rejected',
        field: 'Parl',
        reason: 'The row is of another constituency: Wimbledon.',
      });
    for (const Parl of ['', 'Putney', 'E14001434', 'E14000887', 'PUT'])
      expect(rowOf(democracyCounts, { ...eve, Parl })).toMatchObject({ forename: 'Eve' });
  });

  it('is the second of two identical rows, and only that', () => {
    const cells = cellsOf(xpress14, ada);
    const other = cellsOf(xpress14, { ...ada, 'Elector Number': '125' });
    const outcomes = readAll(xpress14, [cells, other, cells]);
    expect(outcomes.map((outcome) => 'row' in outcome)).toEqual([true, true, false]);
    expect(outcomes[2]).toMatchObject({ refused: { reason: 'The same row stands on line 2.' } });
  });
});

describe('An entry of someone under 16', () => {
  const child = { ...ada, 'Elector DOB': '02/12/2009' };

  it('leaves its line, and a key by which a repeat is recognised', () => {
    const refused = refusalOf(xpress14, child);
    expect(refused).toMatchObject({ line: 2, outcome: 'not-stored', cells: null });
    expect(JSON.stringify({ ...refused, repeatKey: '' })).not.toMatch(/EXAMPLE|COLEMAN|2009|2027/i);
    expect(refused.reason).toMatch(/under 16.*Destroy the file.*electoral registration officer/);
    expect(refused.repeatKey).toBe('KA-1/2-124/|oexample ada mary ann|20271202');
  });

  it('has the same key by birth date and by date of attainment', () => {
    const asBirth = refusalOf(eros, { ...bob, 'Date of Attainment': '02/12/2009' });
    const asAttainment = refusalOf(eros, { ...bob, 'Date of Attainment': '02/12/2027' });
    expect(asBirth.repeatKey).toBe(asAttainment.repeatKey);
  });

  it('is blanked too when the row would be rejected for something else', () => {
    for (const change of [{ 'Elector Number': 'x' }, { Address1: 'A\0' }, { 'Elector Surname': '' }]) {
      expect(refusalOf(xpress14, { ...child, ...change })).toMatchObject({ cells: null });
    }
    const cells = cellsOf(xpress14, child);
    const adult = cellsOf(xpress14, { ...ada, 'Elector DOB': '05/06/2008' });
    for (const broken of [cells.slice(0, 12), [...cells, 'x'], ['stray', ...cells]]) {
      expect(readAll(xpress14, [adult, broken])[1]).toMatchObject({ refused: { cells: null } });
    }
    expect(readAll(xpress14, [cells, cells])[1]).toMatchObject({ refused: { outcome: 'not-stored' } });
  });

  it('is blanked when the file could not be read at its line', () => {
    const reader = new RegisterReader(xpress14, published, otherSeats);
    reader.observe({ line: 2, cells: cellsOf(xpress14, child) });
    reader.decide();
    const fault = { line: 9, reason: 'The quote is not closed.', cells: ['KA', '1,,02/12/2010,Example\nKA'] };
    expect(reader.refuse(fault)).toMatchObject({ line: 9, outcome: 'not-stored', cells: null });
    expect(reader.refuse({ ...fault, cells: ['KA'] })).toMatchObject({
      outcome: 'rejected',
      reason: fault.reason,
    });
  });
});

describe('A register reader', () => {
  it('reads a file by a mapping, with the number in one column', () => {
    const made = layoutFromMapping(
      { number: 'No', name: 'Name', addressLines: [['House', 'Street']], date: 'DO18' },
      ['No', 'Name', 'House', 'Street', 'DO18'],
    );
    if ('faults' in made) throw new Error(made.faults.join());
    const [taken, child, bad] = readAll(made.layout, [
      ['KD-2/2-289/1', 'Example, Ada', '9', 'High Street', '01/12/2027'],
      ['KD-2/2-290', 'Example, Bob', '9', 'High Street', '02/12/2027'],
      ['291', 'Example, Cat', '9', 'High Street', ''],
    ]);
    expect(taken).toMatchObject({
      row: { prefix: 'KD-2/2', number: '289', suffix: '1', surname: 'Example' },
    });
    expect(child).toMatchObject({ refused: { outcome: 'not-stored' } });
    expect(bad).toMatchObject({ refused: { field: 'No', reason: 'is not of the form district-number' } });
  });

  it('refuses a file whose dates are of two kinds', () => {
    const reader = new RegisterReader(xpress14, published, otherSeats);
    for (const date of ['05/06/2008', '05/06/2026']) {
      reader.observe({ line: 2, cells: cellsOf(xpress14, { ...ada, 'Elector DOB': date }) });
    }
    expect(reader.decide()).toHaveProperty('fault');
  });

  it('gives every record one outcome, whatever its cells, and loses none', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom(
        '',
        '124',
        'KA',
        '1/2',
        '02/12/2009',
        '02/12/2027',
        'Z',
        '(z) ',
        'OTHER ELECTORS',
        'SW15 1AA',
      ),
    );
    for (const layout of [xpress14, xpress13, eros, democracyCounts]) {
      const width = layout.header.length;
      const row = fc.oneof(
        { weight: 9, arbitrary: fc.array(cell, { minLength: width, maxLength: width }) },
        { weight: 1, arbitrary: fc.array(cell, { maxLength: width + 2 }) },
      );
      fc.assert(
        fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
          const reader = new RegisterReader(layout, published, otherSeats);
          const records = rows.map((cells, at) => ({ line: at + 2, cells }));
          for (const record of records) reader.observe(record);
          if ('fault' in reader.decide()) return;
          const outcomes = records.map((record) => reader.read(record));
          const lines = outcomes.map((outcome) => ('row' in outcome ? outcome.row : outcome.refused).line);
          expect(lines).toEqual(records.map(({ line }) => line));
          for (const outcome of outcomes) {
            if ('row' in outcome) {
              const { row: taken } = outcome;
              expect(taken.prefix.length).toBeGreaterThan(0);
              expect(taken.prefix.length).toBeLessThanOrEqual(10);
              expect(taken.number).toMatch(/^\d{1,8}(\.\d{1,4})?$/);
              expect(taken.entryKind === 'ordinary').toBe(taken.address !== null);
            } else expect(outcome.refused.outcome === 'not-stored').toBe(outcome.refused.cells === null);
          }
        }),
        { numRuns: 150 },
      );
    }
  });
});
