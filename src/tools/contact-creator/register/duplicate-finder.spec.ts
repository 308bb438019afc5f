import { DuplicateFinder } from './duplicate-finder.js';

describe('The finder of duplicates', () => {
  it('tells 50,000 different rows apart and knows each of them again', () => {
    const finder = new DuplicateFinder();
    const cellsOf = (at: number): string[] => ['KA', String(at), 'Example', '', `${at % 97} High Street`];
    let met = 0;
    for (let at = 1; at <= 50_000; at += 1) {
      if (finder.firstLineOf(cellsOf(at), at) !== undefined) met += 1;
    }
    expect(met).toBe(0);
    for (let at = 1; at <= 50_000; at += 1) {
      if (finder.firstLineOf(cellsOf(at), 300_000) !== at) met += 1;
    }
    expect(met).toBe(0);
  });

  it('tells the same letters in other cells apart', () => {
    const finder = new DuplicateFinder();
    expect(finder.firstLineOf(['ab', 'c'], 1)).toBeUndefined();
    expect(finder.firstLineOf(['a', 'bc'], 2)).toBeUndefined();
    expect(finder.firstLineOf(['abc', ''], 3)).toBeUndefined();
    expect(finder.firstLineOf(['', 'abc'], 4)).toBeUndefined();
    expect(finder.firstLineOf(['ab', 'c'], 5)).toBe(1);
  });
});
