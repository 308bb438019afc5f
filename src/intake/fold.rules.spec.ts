import fc from 'fast-check';
import { foldName, foldStreet, normalisePostcode } from './fold.rules.js';

describe('A folded text', () => {
  it('has no case, accents or punctuation, and takes a backtick for an apostrophe', () => {
    expect(foldName("O'Neill")).toBe('oneill');
    expect(foldName('O`NEILL')).toBe('oneill');
    expect(foldName('Štěpán  Łęcki-Ørsted')).toBe('stepan lecki orsted');
    expect(foldStreet('St. John`s Road')).toBe('st johns road');
    expect(foldStreet('ST JOHN’S  ROAD')).toBe('st johns road');
  });

  it('stays the same when it is folded again, whatever it was', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(text, (any) => {
        const once = foldName(any);
        expect(foldName(once)).toBe(once);
        expect(once).not.toMatch(/^ | {2}| $/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('A postcode', () => {
  it.each([
    ['NW104UJ', 'NW10 4UJ'],
    ['  NW10   3JU ', 'NW10 3JU'],
    ['sw1a\u00a01aa', 'SW1A 1AA'],
    ['M1 1AE', 'M1 1AE'],
  ])('is read from "%s"', (text, postcode) => {
    expect(normalisePostcode(text)).toBe(postcode);
  });

  it.each(['', 'NW10', 'London', 'NW10 3JUX', '12345'])('is not found in "%s"', (text) => {
    expect(normalisePostcode(text)).toBeNull();
  });

  it('stays the same when it is normalised again, whatever it was', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^ ?[a-zA-Z]{1,2}\d\w? *\d[a-zA-Z]{2}$/)),
        (any) => {
          const once = normalisePostcode(any);
          expect(normalisePostcode(once)).toBe(once);
        },
      ),
    );
  });
});
