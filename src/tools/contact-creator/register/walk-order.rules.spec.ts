import { parseAddress } from './address.rules.js';
import { unitKey } from './unit-key.rules.js';
import {
  compareDoors,
  isOnWalkedSide,
  SIDE_MODES,
  type DoorPlace,
  type SideMode,
} from './walk-order.rules.js';

/** The street of the design, in its order. */
const STREET = [
  '1',
  '2',
  '9',
  'Flat 1 9',
  'Flat 2 9',
  'Flat 3A 9',
  'Flat 10 9',
  '10',
  '11',
  '16',
  '16A',
  '16B',
  'Basement Flat 42',
  'Ground Floor Flat 42',
  'First Floor Flat 42',
  'Top Flat 42',
  '100-102',
];

function place(printed: string, firstNumber: string | null = null): DoorPlace {
  const outcome = parseAddress({ lines: [`${printed} Coleman Road`, 'London'], postcode: 'SE5 7TG' });
  if ('fault' in outcome) throw new Error(outcome.fault);
  return { ...outcome.address, firstNumber };
}

function walked(mode: SideMode, printed: readonly string[]): string[] {
  const compare = compareDoors(mode);
  const doors = printed.map((name) => ({ name, door: place(name) }));
  return doors.sort((one, other) => compare(one.door, other.door)).map(({ name }) => name);
}

describe('The walk order of a street', () => {
  it('is that of the design, wherever the doors were', () => {
    const lodge = parseAddress({ lines: ['The Lodge', 'Coleman Road', 'London'], postcode: null });
    if ('fault' in lodge) throw new Error(lodge.fault);
    const doors = STREET.map((name) => ({ name, door: place(name) }));
    doors.push({ name: 'The Lodge', door: { ...lodge.address, firstNumber: '1' } });
    doors.reverse();
    const compare = compareDoors('both');
    expect(doors.sort((one, other) => compare(one.door, other.door)).map(({ name }) => name)).toEqual([
      ...STREET,
      'The Lodge',
    ]);
  });

  it('walks the odd side first and then the even one where the street says so', () => {
    expect(walked('odd-then-even', ['4', '3', '2', '1', '2A'])).toEqual(['1', '3', '2', '2A', '4']);
  });

  it('comes back down the even side in a loop, with the flats of a door still ascending', () => {
    const doors = ['1', '3', '16', '16A', '16B', 'Flat 1 18', 'Flat 2 18', '20'];
    expect(walked('loop', doors)).toEqual(['1', '3', '20', 'Flat 1 18', 'Flat 2 18', '16B', '16A', '16']);
  });

  it('puts unnumbered houses last, by their lowest elector number as a decimal', () => {
    const house = (firstNumber: string | null): DoorPlace => ({
      number: null,
      numberSuffix: '',
      unitKey: '',
      firstNumber,
    });
    const sorted = [house(null), house('10'), place('7'), house('3.5'), house('4')].sort(
      compareDoors('loop'),
    );
    expect(sorted.map(({ number, firstNumber }) => number ?? firstNumber)).toEqual([
      7,
      '3.5',
      '4',
      '10',
      null,
    ]);
  });

  it('sorts an unnumbered block by its units, not by its electors', () => {
    const unit = (name: string, firstNumber: string): DoorPlace => ({
      number: null,
      numberSuffix: '',
      unitKey: unitKey(name, null),
      firstNumber,
    });
    const sorted = [unit('10', '1'), unit('2', '9'), unit('1', '12')].sort(compareDoors('both'));
    expect(sorted.map(({ firstNumber }) => firstNumber)).toEqual(['12', '9', '1']);
  });

  it('leaves the other side out where one side is walked, and never an unnumbered door', () => {
    expect(
      SIDE_MODES.map((mode) => [mode, ...[1, 2, null].map((number) => isOnWalkedSide(mode, number))]),
    ).toEqual([
      ['both', true, true, true],
      ['odd', true, false, true],
      ['even', false, true, true],
      ['odd-then-even', true, true, true],
      ['loop', true, true, true],
    ]);
  });
});

describe('The key of a unit', () => {
  it('sorts the units of one house as plain text', () => {
    const units = [
      null,
      'Annexe',
      'Basement Flat',
      'Lower Ground Floor Flat',
      'Ground Floor Flat',
      'First Floor Flat 1',
      'First Floor Flat 2',
      'Second Floor Flat',
      'Top Flat',
      'Flat 1',
      '2',
      'FLAT 03',
      'Flat 3A',
      'Apartment 10',
      'Flat A',
      'Flat B',
      'Room 2',
      'Room 10',
    ];
    const keys = units.map((unit) => unitKey(unit, null));
    expect(keys.toReversed().sort()).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('keeps the units of a named building together, after the others at that number', () => {
    const keys = [
      unitKey(null, 'Sheil Court'),
      unitKey('9', null),
      unitKey('2', 'Sheil Court'),
      unitKey('10', 'Sheil Court'),
    ];
    expect(keys.toReversed().sort()).toEqual(keys);
    expect(unitKey(null, 'Sheil Court')).toBe('');
  });
});
