import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expectGolden, table } from '../../../../test/support/golden.js';
import { parseAddress, type AddressInput, type ParsedAddress } from './address.rules.js';

/** The fixture quotes every address and nothing else. */
function csvRows(path: string): unknown[] {
  const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/);
  return lines.map((line) => {
    const cells = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) =>
      cell.replace(/^"|"$/g, '').replaceAll('""', '"'),
    );
    return { uprn: cells[0], address: cells[1], postcode: cells[2] };
  });
}

type Parsed = { address: ParsedAddress; lines: string[]; postcode: string | null };

function parsed(input: Partial<AddressInput>): Parsed {
  const outcome = parseAddress({ lines: [], postcode: null, ...input });
  if ('fault' in outcome) throw new Error(outcome.fault);
  return outcome;
}

const fixtures = join(__dirname, '../../../../test/fixtures/addresses');
const real = csvRows(join(fixtures, 'democracy-club-addresses.csv')) as {
  uprn: string;
  address: string;
  postcode: string;
}[];

/** Lines are parted by `|`. Checked by hand; the golden file shows what each is read as. */
const AWKWARD = readFileSync(join(fixtures, 'awkward-addresses.txt'), 'utf8').trimEnd().split('\n');

describe('An address', () => {
  it('is read in every awkward form as the golden file says', () => {
    const rows = AWKWARD.map((text) => {
      const { address } = parsed({ lines: text.split('|') });
      const end = address.numberEnd === null ? '' : `-${address.numberEnd}`;
      const number = `${address.number ?? ''}${address.numberSuffix}${end}`;
      return [text, address.unit ?? '', address.buildingName ?? '', number, address.street];
    });
    expectGolden('addresses.txt', table([['lines', 'unit', 'building', 'number', 'street'], ...rows]));
  });

  it('is the same door however its columns were split', () => {
    const whole = parsed({ lines: ['Flat 1, 30 Chamberlayne Road, London'], postcode: 'NW10 3JU' });
    const split = parsed({
      lines: ['FLAT 1', '30', 'Chamberlayne Road', 'London', 'NW103JU'],
      postcode: ' NW10   3JU ',
    });
    expect(split.address.doorKey).toBe(whole.address.doorKey);
    expect(split.address).toMatchObject({ unit: 'FLAT 1', number: 30, street: 'Chamberlayne Road' });
  });

  it('is printed without the postcode that its lines repeat, and gives it where it has no column', () => {
    const repeated = parsed({
      lines: ['5 Buckingham Gardens', 'Edgware', '', 'HA8 6NB'],
      postcode: 'HA8 6NB',
    });
    expect(repeated.lines).toEqual(['5 Buckingham Gardens', 'Edgware']);
    const inside = parsed({ lines: ['  8B STUMPERLOWE\u00a0HALL ROAD, SHEFFIELD, s103qr'] });
    expect(inside).toMatchObject({ lines: ['8B STUMPERLOWE HALL ROAD, SHEFFIELD'], postcode: 'S10 3QR' });
    expect(parsed({ lines: ['2 High Street', 'NW10', '3JU'] }).postcode).toBe('NW10 3JU');
  });

  it('is keyed by its UPRN without leading zeros, else by its words and postcode', () => {
    expect(parsed({ lines: ['9 Coleman Road'], uprn: '000100023336956' }).address.doorKey).toBe(
      'u:100023336956',
    );
    expect(parsed({ lines: ['9 Coleman Road'], uprn: '0', postcode: 'SW15 1AA' }).address.doorKey).toBe(
      'a:9 coleman road|SW151AA',
    );
    const keys = ['1-5 X Road', '1/5 X Road', '15 X Road', '1 5 X Road'].map(
      (line) => parsed({ lines: [line] }).address.doorKey,
    );
    expect(new Set(keys).size).toBe(keys.length);
    expect(parsed({ lines: ['14 B', 'X Road'] }).address.doorKey).toBe(
      parsed({ lines: ['14b X Road'] }).address.doorKey,
    );
  });

  it.each([
    [[], 'the address is empty'],
    [['', ' , '], 'the address is empty'],
    [['NW10 3JU'], 'the address is empty'],
    [['OTHER ELECTORS'], 'OTHER ELECTORS is no address'],
    [['02-Jan', 'Coleman Road'], '"02-Jan" is a date that a spreadsheet made out of a number'],
    [['9 Cole\0man Road'], 'the address contains a NUL character'],
  ])('is refused with the reason: %j', (lines, fault) => {
    expect(parseAddress({ lines, postcode: null })).toEqual({ fault });
  });

  it('is read or refused, and never throws, whatever the cells hold', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc
        .array(
          fc.constantFrom(
            'Flat',
            '1',
            '16A',
            '1/2',
            '6-8',
            'Annexe',
            'Top',
            'Court',
            'Road',
            ',',
            'House',
            'D',
            '[',
          ),
        )
        .map((words) => words.join(' ')),
    );
    const optional = fc.option(cell);
    const input = fc.record({
      lines: fc.array(cell),
      postcode: optional,
      subHouse: optional,
      house: optional,
      uprn: optional,
    });
    fc.assert(
      fc.property(input, (any) => {
        const outcome = parseAddress(any);
        if ('fault' in outcome || any.house !== null || any.subHouse !== null) return;
        const again = parsed({ lines: outcome.lines, postcode: outcome.postcode, uprn: any.uprn });
        expect([again.lines, again.postcode]).toEqual([outcome.lines, outcome.postcode]);
        expect(again.address.doorKey).toBe(outcome.address.doorKey);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('Flat and building in columns of their own', () => {
  it('make two doors of one printed house', () => {
    const house = parsed({ lines: ['9 Coleman Road'], subHouse: '', house: '9' });
    const flat = parsed({ lines: ['9 Coleman Road'], subHouse: 'Flat 1', house: '9' });
    expect(flat.lines).toEqual(['Flat 1', '9 Coleman Road']);
    expect(flat.address).toMatchObject({ unit: 'Flat 1', number: 9, street: 'Coleman Road' });
    expect(house.address.unit).toBeNull();
    expect(flat.address.doorKey).not.toBe(house.address.doorKey);
  });

  it.each([
    [['Flat 1', '9 Coleman Road'], 'Flat 1', '9'],
    [['Flat 1, 9 Coleman Road'], 'FLAT 01', '9'],
    [['1', '9 Coleman Road'], '1', '9'],
    [['16A Coleman Road'], 'A', '16'],
    [['16A Coleman Road'], null, '16A'],
    [['Flat 2', 'Holbein House', '9 Kings Road'], 'Flat 2', 'Holbein House'],
    [['100-102 Coleman Road'], null, '100-102'],
  ])('are not printed twice: %j with %s at %s', (lines, subHouse, house) => {
    expect(parsed({ lines, subHouse, house }).lines).toEqual(lines);
  });

  it('are put before the street where the lines have neither', () => {
    expect(parsed({ lines: ['Coleman Road', 'London'], subHouse: 'Flat 1', house: '9' }).lines).toEqual([
      'Flat 1',
      '9 Coleman Road',
      'London',
    ]);
    const block = parsed({ lines: ['Kings Road'], subHouse: '14', house: 'Holbein House' });
    expect(block.address).toMatchObject({ unit: '14', number: null, street: 'Holbein House' });
  });
});

describe('Two thousand real addresses', () => {
  const outcomes = real.map((row) =>
    parsed({ lines: row.address.split(', '), postcode: row.postcode || null }),
  );

  it('have two doors under one key in fewer than one case of five hundred', () => {
    const keys = new Set(outcomes.map(({ address }) => address.doorKey));
    expect(real.length).toBe(2000);
    expect(real.length - keys.size).toBeLessThan(real.length / 500);
  });

  it('keep their postcode, and have a street', () => {
    const lost = real.filter(
      ({ postcode }, index) => postcode !== '' && outcomes[index]?.postcode !== postcode,
    );
    expect(lost).toEqual([]);
    expect(outcomes.filter(({ address }) => address.street === '')).toEqual([]);
  });

  it('have a number, or a unit of a block, wherever the text begins with one', () => {
    const missed = outcomes.filter(({ lines, address }) => {
      return /^\d/.test(lines[0] ?? '') && address.number === null && address.unit === null;
    });
    expect(missed.map(({ lines }) => lines)).toEqual([]);
  });
});
