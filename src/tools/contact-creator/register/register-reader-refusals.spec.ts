import { RegisterReader } from './register-reader.js';
import {
  published,
  otherSeats,
  layoutOf,
  xpress14,
  eros,
  democracyCounts,
  cellsOf,
  readAll,
  rowOf,
  refusalOf,
  ada,
  bob,
} from './register-reader.fixture.js';

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

  it('is none for want of cells under columns without a name', () => {
    const layout = layoutOf([...xpress14.header, '', '']);
    const cells = cellsOf(xpress14, ada);
    const [as14, as16, filled, short, long] = readAll(layout, [
      cells,
      [...cellsOf(xpress14, { ...ada, 'Elector Number': '125' }), '', ''],
      [...cellsOf(xpress14, { ...ada, 'Elector Number': '126' }), '', 'x'],
      cells.slice(0, 13),
      [...cells, '', '', 'x'],
    ]);
    for (const taken of [as14, as16, filled]) expect(taken).toHaveProperty('row');
    expect(short).toMatchObject({ refused: { reason: 'The row has 13 cells; the header has 14.' } });
    expect(long).toMatchObject({ refused: { reason: 'The row has 17 cells; the header has 16.' } });
    const dated = { ...ada, 'Elector DOB': '05/06/2008' };
    expect(readAll(layout, [cellsOf(xpress14, dated)])).toMatchObject([{ row: { attainsOn: '2026-06-05' } }]);
  });

  it('gives back nothing that a register may not hold', () => {
    const layout = layoutOf([...xpress14.header, 'E-mail']);
    const cells = cellsOf(layout, { ...ada, 'E-mail': 'ada@example.org' });
    const [taken, repeated] = readAll(layout, [cells, cells]);
    expect(taken).toMatchObject({ cells: [...cells.slice(0, 14), ''] });
    expect(repeated).toMatchObject({ refused: { cells: [...cells.slice(0, 14), ''] } });
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

  it.each(['12/25/2012', '31/02/2012', '31-02-12', '25th December 2012'])(
    'that may stand behind the unreadable date %s leaves its district',
    (date) => {
      const refused = refusalOf(xpress14, { ...ada, 'Elector DOB': date });
      expect(refused).toMatchObject({ outcome: 'rejected', field: 'Elector DOB' });
      expect(refused.reason).toMatch(/not a date.*may be of a person under 16/);
      expect(refused.cells).toEqual(cellsOf(xpress14, { 'Elector Number Prefix': 'KA-1/2' }));
      const broken = cellsOf(xpress14, { ...ada, 'Elector DOB': '31/02/2012' }).slice(0, 12);
      expect(readAll(xpress14, [broken])).toMatchObject([{ refused: { cells: broken.map(() => '') } }]);
    },
  );

  it('is blanked in a shifted row however its date is written', () => {
    for (const date of ['02.12.2012', '2 December 2012']) {
      const broken = cellsOf(xpress14, { ...ada, 'Elector DOB': date }).slice(0, 12);
      expect(readAll(xpress14, [broken])).toMatchObject([{ refused: { cells: null } }]);
    }
  });

  it('is none where the column holds dates of attainment and one is long past', () => {
    const attains = (number: string, date: string) =>
      cellsOf(xpress14, { ...ada, 'Elector Number': number, 'Elector DOB': date });
    const [, past] = readAll(xpress14, [attains('1', '01/06/2026'), attains('2', '01/02/2013')]);
    expect(past).toMatchObject({ row: { attainsOn: null, warnings: [{ field: 'Elector DOB' }] } });
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
