import fc from 'fast-check';
import { layoutFromMapping } from './layout-mapping.rules.js';
import { RegisterReader } from './register-reader.js';
import {
  published,
  otherSeats,
  xpress14,
  xpress13,
  eros,
  democracyCounts,
  cellsOf,
  readAll,
  rowOf,
  ada,
  bob,
  cat,
} from './register-reader.fixture.js';

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
