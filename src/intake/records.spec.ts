import fc from 'fast-check';
import { csvLine } from '../http/csv-cell.js';
import type { FileForm } from './delimited-file.js';
import { all, encoded, inChunks } from './file.fixture.js';
import { detectForm, scanForm } from './file-form.js';
import { decode } from './file-text.js';
import { isFault, readRecords } from './records.js';
import { trimCell } from './record-at.js';

const comma: FileForm = { encoding: 'utf-8', delimiter: ',' };
const read = (content: string | Uint8Array, form: FileForm = comma, size?: number) =>
  all(
    readRecords(
      inChunks(typeof content === 'string' ? encoded(content, form.encoding) : content, size),
      form,
    ),
  );

describe('reading records', () => {
  it.each(['\n', '\r\n', '\r'])('numbers physical lines that end in %j, blank ones too', async (end) => {
    const text = ['a,b', '', '  ', '"1\n2",x', 'c,d', ''].join(end);
    for (const size of [1, 2, 3, 1000]) {
      expect(await read(text, comma, size)).toEqual([
        { line: 1, cells: ['a', 'b'] },
        { line: 4, cells: ['1\n2', 'x'] },
        { line: 6, cells: ['c', 'd'] },
      ]);
    }
  });

  it('keeps a last line that was cut off', async () => {
    expect(await read('a,b,c\n1,2')).toEqual([
      { line: 1, cells: ['a', 'b', 'c'] },
      { line: 2, cells: ['1', '2'] },
    ]);
    expect(await read('"a","b"\n"c",')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['c', ''] },
    ]);
  });

  it('takes stray quotes for text', async () => {
    expect(await read('O"Brien,x\n"The "Old" Inn",y\n"""Old""",z\n"a" , "b"\n')).toEqual([
      { line: 1, cells: ['O"Brien', 'x'] },
      { line: 2, cells: ['The "Old" Inn', 'y'] },
      { line: 3, cells: ['"Old"', 'z'] },
      { line: 4, cells: ['a', 'b'] },
    ]);
  });

  it.each([
    ['and quoted cells follow', '3,"x"\n4,y\n'],
    ['and no quote follows', '3,x\n4,y\n'],
    ['and the file ends', ''],
  ])('reports a quote that is never closed at its own line %s', async (_, rest) => {
    const items = await read(`1,a\n2,"b,c\n${rest}`);
    expect(items.map(({ line }) => line)).toEqual(rest === '' ? [1, 2] : [1, 2, 3, 4]);
    expect(items.filter(isFault)).toEqual([
      { line: 2, reason: 'A quotation mark opens in cell 2 and is never closed.', cells: ['2', '"b', 'c'] },
    ]);
  });

  it('does not let an unclosed quote hold on to the file until a distant quote closes it', async () => {
    const items = await read(`1,"a\n${'2,x\n'.repeat(1000)}3,b"\n4,c\n`);
    expect(items).toHaveLength(1003);
    expect(items.filter(isFault).map(({ line }) => line)).toEqual([1]);
  });

  it('reports a NUL and an unreadable byte with line and cell, and reads on', async () => {
    const bytes = Buffer.concat([encoded('a,b\0b\nJosé,'), Buffer.from([0xe9]), encoded('\nc,\uFFFD\n')]);
    expect(await read(bytes, comma, 3)).toEqual([
      { line: 1, reason: 'Cell 2 contains a NUL byte.', cells: ['a', 'b\uFFFDb'] },
      { line: 2, reason: expect.stringContaining('Cell 2 contains bytes that'), cells: expect.anything() },
      { line: 3, cells: ['c', '\uFFFD'] },
    ]);
  });

  it('reports a byte that windows-1252 does not have, and half a character of UTF-16', async () => {
    const latin = await read(Buffer.from([0x80, 0x2c, 0x81]), { encoding: 'windows-1252', delimiter: ',' });
    expect(latin).toEqual([{ line: 1, reason: expect.stringContaining('Cell 2'), cells: ['€', '\uFFFD'] }]);
    const wide = Buffer.concat([encoded('a,b', 'utf-16le'), Buffer.from([0x41])]);
    expect((await read(wide, { encoding: 'utf-16le', delimiter: ',' })).every(isFault)).toBe(true);
  });

  it('trims blanks of every kind around cells', async () => {
    expect(await read('\uFEFF\u00A0a \t,"\u00A0b\uFEFF",c d\n')).toEqual([
      { line: 1, cells: ['a', 'b', 'c d'] },
    ]);
  });

  it.each([1.5, 5])('reports a line of %d MiB, and reads on below it', async (size) => {
    const items = await read(`a,b\n${'x'.repeat(size * 1024 * 1024)}\nc,d\n`);
    expect(items.map(({ line }) => line)).toEqual([1, 2, 3]);
    expect(items.map(isFault)).toEqual([false, true, false]);
  });

  it('reports more than 500 cells', async () => {
    const [most, more] = await read(`${','.repeat(499)}\n${','.repeat(500)}\n`);
    expect(most?.cells).toHaveLength(500);
    expect(more).toMatchObject({ line: 2, reason: 'The record has more than 500 cells.' });
  });

  it('reads any bytes in any form to records and faults that cover every line, however they are cut', async () => {
    const dirt = fc.array(
      fc.constantFrom(
        '"',
        '""',
        ',',
        '\t',
        '\n',
        '\r',
        '\r\n',
        '\0',
        ' ',
        'a',
        'é',
        '\uD83D\uDE00',
        '\u00A0',
      ),
      { maxLength: 60 },
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      dirt.map((parts) => encoded(parts.join(''))),
      dirt.map((parts) => encoded(parts.join(''), 'utf-16le')),
    );
    const forms = fc.record({
      encoding: fc.constantFrom<FileForm['encoding']>('utf-8', 'utf-16le', 'utf-16be', 'windows-1252'),
      delimiter: fc.constantFrom<FileForm['delimiter']>(',', '\t', ';', '|'),
    });
    await fc.assert(
      fc.asyncProperty(bytes, forms, fc.integer({ min: 1, max: 9 }), async (content, form, size) => {
        const items = await read(content, form);
        expect(await read(content, form, size)).toEqual(items);
        const even = form.encoding.startsWith('utf-16')
          ? content.length - (content.length % 2)
          : content.length;
        const lines = decode(Buffer.from(content.subarray(0, even)), form.encoding)
          .replace(/^\uFEFF/, '')
          .split(/\r\n|\r|\n/);
        const covered = new Set<number>();
        for (const item of items) {
          const breaks = isFault(item) && item.reason.includes('never closed') ? [] : item.cells;
          const span = breaks.join('').split(/\r\n|\r|\n/).length;
          for (let line = item.line; line < item.line + span; line++) {
            expect(covered.has(line)).toBe(false);
            covered.add(line);
          }
        }
        const missed = lines.filter((line, index) => trimCell(line) !== '' && !covered.has(index + 1));
        expect(missed).toEqual([]);
        expect(items.map(({ line }) => line)).toEqual(
          items.map(({ line }) => line).sort((one, other) => one - other),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('gives back any table in any encoding, delimiter and line end', async () => {
    const latin = 'abcXYZ019 éÉ€œ\'`.-/()"\n,;|\t'.split('');
    const cell = fc.string({ unit: fc.constantFrom(...latin), maxLength: 12 }).map(trimCell);
    const table = fc
      .integer({ min: 2, max: 6 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      );
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom<FileForm['encoding']>('utf-8', 'utf-16le', 'utf-16be', 'windows-1252'),
        fc.constantFrom<FileForm['delimiter']>(',', '\t', ';', '|'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        fc.integer({ min: 1, max: 50 }),
        async (rows, encoding, delimiter, end, mark, size) => {
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const text = rows.map((row) => row.map(quoted).join(delimiter) + end).join('');
          const bytes = encoded(text, encoding, mark && encoding !== 'windows-1252');
          const items = await read(bytes, { encoding, delimiter }, size);
          expect(items.map(({ cells }) => cells)).toEqual(rows);
          expect(items.some(isFault)).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('finds the form of any register-like table and reads it back', async () => {
    const cell = fc
      .string({ unit: fc.constantFrom(...'abcXYZ019 éÉ€.-'.split('')), maxLength: 10 })
      .map(trimCell);
    const header = ['PD', 'ENO', 'Surname', 'First Names', 'Address 1', 'Postcode'];
    const rows = fc.array(fc.tuple(fc.constantFrom('KD', 'KE'), cell, cell, cell, cell, cell), {
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.constantFrom<FileForm['encoding']>('utf-8', 'utf-16le', 'utf-16be', 'windows-1252'),
        fc.constantFrom<FileForm['delimiter']>(',', '\t', ';', '|'),
        async (body, encoding, delimiter) => {
          const table = [header, ...body];
          const line = (row: string[]) =>
            delimiter === ',' ? csvLine(row).replaceAll("'", '') : `${row.join(delimiter)}\r\n`;
          const text = table.map(line).join('');
          const bytes = encoded(text, encoding);
          const form = await scanForm(inChunks(bytes));
          expect(detectForm(bytes)).toEqual(form);
          if ('fault' in form) throw new Error(form.fault);
          expect((await read(bytes, form)).map(({ cells }) => cells)).toEqual(table);
        },
      ),
      { numRuns: 300 },
    );
  });
});
