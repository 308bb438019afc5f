import fc from 'fast-check';
import { all, encoded, inChunks, streamOf } from './file.fixture.js';
import { detectForm } from './file-form.js';
import { readRecords } from './records.js';
import { trimCell } from './record-at.js';
import { type RejectedRow, rejectedRowsCsv, stripRosetteColumns } from './rejected-file.js';

const header = ['PD', 'ENO', 'Surname'];
const written = async (rows: RejectedRow[], columns = header) =>
  (await all(rejectedRowsCsv(columns, streamOf(rows)))).join('');
const sentAgain = (text: string) =>
  all(stripRosetteColumns(readRecords(inChunks(encoded(text)), { encoding: 'utf-8', delimiter: ',' })));

describe('the file of rejected rows', () => {
  it('has three columns before those of the sender, and blanks a line of a person under 16', async () => {
    const text = await written([
      { line: 7, field: 'Surname', reason: 'It is empty, or missing.', cells: ['KD', '1', ''] },
      { line: 9, field: null, reason: 'Under 16: not stored.', cells: null },
    ]);
    expect(text).toBe(
      '\uFEFFRosette line,Rosette field,Rosette reason,PD,ENO,Surname\r\n' +
        '7,Surname,"It is empty, or missing.",KD,1,\r\n' +
        '9,,Under 16: not stored.,,,\r\n',
    );
    expect(detectForm(encoded(text))).toEqual({ encoding: 'utf-8', delimiter: ',' });
    expect((await sentAgain(text)).map(({ cells }) => cells)).toEqual([
      header,
      ['KD', '1', ''],
      ['', '', ''],
    ]);
  });

  it.each(['=1+1', '+44', '-', '@x', "'=1", "''-", "'t Hooft", "O'Brien", '\rx'])(
    'gives back %j as it was',
    async (cell) => {
      const text = await written([{ line: 2, field: null, reason: 'x', cells: ['KD', '1', cell] }]);
      expect(/(^|[,"])[=+\-@\r]/m.test(text.replaceAll('\r\n', ''))).toBe(false);
      expect((await sentAgain(text))[1]?.cells).toEqual(['KD', '1', cell]);
    },
  );

  it('gives back any cells', async () => {
    const unit = fc.constantFrom(...'a é\'=+-@\t\r\n,;"'.split(''));
    const cell = fc.string({ unit, maxLength: 8 }).map(trimCell);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 }), async (rows) => {
        const text = await written(rows.map((cells) => ({ line: 2, field: 'PD', reason: '-', cells })));
        expect((await sentAgain(text)).map(({ cells }) => cells)).toEqual([header, ...rows]);
      }),
    );
  });

  it('finds the columns where a spreadsheet moved them, and below a title', async () => {
    const items = await sentAgain("Mended\nPD,Rosette reason,ENO,rosette_line\nKD,why,'-1,3\n");
    expect(items.map(({ cells }) => cells)).toEqual([['Mended'], ['PD', 'ENO'], ['KD', '-1']]);
  });

  it('leaves the apostrophes of any other file alone', async () => {
    expect((await sentAgain("PD,ENO\n'=1,'-2\n"))[1]?.cells).toEqual(["'=1", "'-2"]);
  });
});
