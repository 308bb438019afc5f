import fc from 'fast-check';
import { parseElectorNumber, splitCombinedNumber } from './elector-number.rules.js';
import { parseMarkers, parseOptOut } from './marker.rules.js';
import { splitFullName, tidy, withoutOptOutMark } from './name.rules.js';
import { uprnOf } from './row-parts.rules.js';

describe('An elector number', () => {
  it.each([
    ['124', '', '124', ''],
    ['124', '0', '124', ''],
    ['124', '1', '124', '1'],
    ['124', '01', '124', '1'],
    ['124', '2.0', '124', '2'],
    ['124/1', '', '124', '1'],
    ['124/1', '1', '124', '1'],
    ['124a', '', '124', 'A'],
    ['1,234', '', '1234', ''],
    ['1,234,567', '', '1234567', ''],
    ['0124', '', '124', ''],
    ['3.5', '', '3.5', ''],
    ['3.50', '', '3.5', ''],
    ['5.000', '', '5', ''],
    ['3.10', '', '3.1', ''],
    ['0', '', '0', ''],
  ])('written %s with the suffix "%s" is %s and "%s"', (text, suffixText, number, suffix) => {
    expect(parseElectorNumber(text, suffixText)).toEqual({ number, suffix });
  });

  it.each([
    ['', ''],
    ['1,23', ''],
    ['-4', ''],
    ['02-Jan', ''],
    ['1e5', ''],
    ['123456789', ''],
    ['1.23456', ''],
    ['124/1', '2'],
    ['124', '12345678901'],
  ])('written %j with the suffix %j is refused', (text, suffix) => {
    expect(parseElectorNumber(text, suffix)).toHaveProperty('fault');
  });

  it('in combined form parts at the last hyphen', () => {
    expect(splitCombinedNumber('KD-2/2-289/1')).toEqual({ prefix: 'KD-2/2', number: '289/1' });
    expect(splitCombinedNumber('KA-124')).toEqual({ prefix: 'KA', number: '124' });
    expect(splitCombinedNumber('KA124')).toBeUndefined();
  });

  it('reads back what it has written', () => {
    fc.assert(
      fc.property(fc.nat(99_999_999), fc.nat(9999), (whole, decimals) => {
        const first = parseElectorNumber(`${whole}.${String(decimals).padStart(4, '0')}`, '');
        if ('fault' in first) throw new Error(first.fault);
        expect(parseElectorNumber(first.number, '')).toEqual(first);
        expect(Number(first.number)).toBeCloseTo(whole + decimals / 10_000, 4);
      }),
    );
  });
});

describe('A name in one column', () => {
  it.each([
    ['Smith John Paul', 'Smith', 'John Paul', true],
    ['van der Berg Anna', 'van der Berg', 'Anna', true],
    ['DE LA CRUZ MARIA JOSE', 'DE LA CRUZ', 'MARIA JOSE', true],
    ['Mc Donald Ian', 'Mc Donald', 'Ian', true],
    ["O' Brien Pat", "O' Brien", 'Pat', true],
    ["O'Brien Pat", "O'Brien", 'Pat', true],
    ['Le Anh', 'Le', 'Anh', true],
    ['Smith-Jones Ada', 'Smith-Jones', 'Ada', true],
    ['Madonna', 'Madonna', '', true],
    ['Vaughan Williams, Ralph', 'Vaughan Williams', 'Ralph', false],
  ])('%s is split as a guess unless a comma parts it', (name, surname, forenames, isUncertain) => {
    expect(splitFullName(name)).toEqual({ surname, forenames, isUncertain });
  });

  it('is tidied without a change of letters', () => {
    expect(tidy('  O`NEILL\u00a0 \tBRIDIE ')).toBe("O'NEILL BRIDIE");
  });

  it('opts out of the open register by (z) before it', () => {
    expect(withoutOptOutMark('(Z) Smith')).toEqual({ name: 'Smith', isOptedOut: true });
    expect(withoutOptOutMark('(z)Smith')).toEqual({ name: 'Smith', isOptedOut: true });
    expect(withoutOptOutMark('Zmith')).toEqual({ name: 'Zmith', isOptedOut: false });
  });
});

describe('Markers', () => {
  it.each([
    ['', '', false, ''],
    ['Z', '', true, ''],
    ['GZ', 'G', true, ''],
    ['z, l', 'L', true, ''],
    ['Q', 'Q', false, 'Q'],
    ['F', 'F', false, ''],
  ])('%j leave the franchise %j', (text, franchise, isOptedOut, unknown) => {
    expect(parseMarkers(text)).toEqual({ franchise, isOptedOut, unknown });
  });

  it('of a whole sentence are refused', () => {
    expect(parseMarkers('overseas elector, see note')).toHaveProperty('fault');
  });

  it.each([
    ['Y', true],
    ['yes', true],
    ['1', true],
    ['TRUE', true],
    ['', false],
    ['N', false],
    ['perhaps', undefined],
  ])('in the opt-out column read %j as %p', (text, expected) => {
    expect(parseOptOut(text)).toBe(expected);
  });
});

describe('A UPRN', () => {
  it.each([
    ['000100023336956', '100023336956'],
    ['10023336956.0', '10023336956'],
    ['0', null],
    ['', null],
    ['1.00023E+11', undefined],
    ['1234567890123', undefined],
  ])('written %j is %p', (text, expected) => {
    expect(uprnOf(text)).toBe(expected);
  });
});
