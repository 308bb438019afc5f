import { csvCell, csvLine } from './csv-cell.js';

describe('a CSV cell', () => {
  it.each(['=1+1', '+44 20', '-1', '@SUM(A1)', '\tx'])('disarms %j', (text) => {
    expect(csvCell(text).replaceAll('"', '')).toBe(`'${text}`);
  });

  it.each([
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['\rx', '"\'\rx"'],
    [' padded ', '" padded "'],
    ['plain', 'plain'],
    ['', ''],
  ])('quotes %j as RFC 4180 asks', (text, cell) => expect(csvCell(text)).toBe(cell));

  it('leaves numbers as they are and nothing empty', () => {
    expect(csvLine([-1, null, undefined, true, 'x'])).toBe('-1,,,true,x\r\n');
  });
});
