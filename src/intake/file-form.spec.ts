import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { FileForm } from './delimited-file.js';
import { all, encoded, inChunks } from './file.fixture.js';
import { HEAD_BYTES, detectForm, scanForm } from './file-form.js';
import { isFault, readRecords } from './records.js';

const folder = join(__dirname, '..', '..', 'test', 'fixtures', 'ems-address-exports');
const exported = (file: string): Buffer => readFileSync(join(folder, file));
const table = 'PD,ENO,Name\nKD,1,José\nKD,2,Ann\n';

describe('finding the form of a file', () => {
  it.each(['utf-8', 'utf-16le', 'utf-16be'] as const)('finds %s with and without a mark', (encoding) => {
    for (const mark of [true, false]) {
      expect(detectForm(encoded(table, encoding, mark))).toEqual({ encoding, delimiter: ',' });
    }
  });

  it('finds windows-1252, also where the odd byte is the last', () => {
    expect(detectForm(encoded(table, 'windows-1252'))).toEqual({ encoding: 'windows-1252', delimiter: ',' });
    expect(detectForm(encoded('a,b\n1,é', 'windows-1252'))).toMatchObject({ encoding: 'windows-1252' });
  });

  it('is not misled by a character that the end of the head cuts', () => {
    const line = 'a,b\n';
    const head = encoded(line.repeat(HEAD_BYTES / 4)).subarray(0, HEAD_BYTES - 1);
    expect(detectForm(Buffer.concat([head, Buffer.from([0xc3])]))).toMatchObject({ encoding: 'utf-8' });
  });

  it('decides over the whole file when the first odd byte comes late', async () => {
    const late = encoded(`a,b\n${'1,2\n'.repeat(50_000)}3,é\n`, 'windows-1252');
    expect(detectForm(late.subarray(0, HEAD_BYTES))).toMatchObject({ encoding: 'utf-8' });
    expect(await scanForm(inChunks(late, 1000))).toEqual({ encoding: 'windows-1252', delimiter: ',' });
  });

  it('keeps UTF-8 for a file with one damaged line, which is then a fault', async () => {
    const bytes = Buffer.concat([encoded('a,b\n1,é\n2,ü\n3,'), Buffer.from([0xe9]), encoded('\n4,ö\n')]);
    const form = await scanForm(inChunks(bytes, 5));
    if ('fault' in form) throw new Error(form.fault);
    expect(form.encoding).toBe('utf-8');
    const items = await all(readRecords(inChunks(bytes), form));
    expect(items.filter(isFault).map(({ line }) => line)).toEqual([4]);
    expect(items).toHaveLength(5);
  });

  it('believes the mark of UTF-8 against damaged lines', async () => {
    const bytes = Buffer.concat([
      encoded('\uFEFFa,b\n1,'),
      Buffer.from([0xe9]),
      encoded('\n2,'),
      Buffer.from([0xe9]),
    ]);
    expect(await scanForm(inChunks(bytes))).toEqual({ encoding: 'utf-8', delimiter: ',' });
  });

  it.each([
    [',', 'a,b,c\n"1;2",x|y,z\n3,4,5'],
    ['\t', 'a\tb\n1, High Street, Town\tx\n2, High Street, Town\ty'],
    [';', 'a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n1,5;2,5;3,5\n1,5;2,5;3,5'],
    ['|', 'Register of electors, 2026\na|b|c\n1|2|3\n4|5|6'],
  ])('finds the delimiter %j', (delimiter, text) => {
    expect(detectForm(encoded(text))).toEqual({ encoding: 'utf-8', delimiter });
  });

  it.each([
    ['', 'empty'],
    ['\uFEFF\r\n \r\n', 'blanks'],
    ['foo,bar,baz\n', 'only one line'],
    ['one\ntwo\nthree', 'No delimiter'],
    ['PK\u0003\u0004xx', 'zip'],
    ['\u001f\u2039xx', 'gzip'],
    ['%PDF-1.7', 'PDF'],
    ['\u00d0\u00cf\u0011\u00e0', 'old Excel'],
    ['[{"a":1,\n"b":2}]', 'JSON'],
    ['<?xml version="1.0"?>\n<a,b/>', 'XML'],
    ['\u0000\u0001\u0002\u0003,\n\u0004\u0005,', 'not text'],
  ])('refuses %j in plain words', async (text, words) => {
    const bytes = encoded(text, text.startsWith('\uFEFF') ? 'utf-8' : 'windows-1252');
    expect(detectForm(bytes)).toEqual({ fault: expect.stringContaining(words) });
    expect(await scanForm(inChunks(bytes))).toEqual(detectForm(bytes));
  });

  it('takes a few NULs in a text file for dirt', () => {
    expect(detectForm(encoded(`${table.repeat(5)}KD,3,A\0nn\n`))).toMatchObject({ encoding: 'utf-8' });
  });

  it('answers any bytes with a form or a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        for (const form of [detectForm(bytes), await scanForm(inChunks(bytes, 7))]) {
          if ('fault' in form) expect(form.fault).toMatch(/^The |^No /);
          else await all(readRecords(inChunks(bytes), form));
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** What councils really sent; those called `trigger` are broken on purpose. */
describe('real exports', () => {
  const refused: Record<string, string> = {
    'trigger_ems-fcs.json': 'JSON',
    'trigger_not-a-csv.csv': 'zip',
    'trigger_small-files-empty.csv': 'empty',
    'trigger_small-files-nearly_empty.csv': 'only one line',
  };
  const unusual: Record<string, FileForm> = {
    'trigger_democracy-counts-utf-16le.csv': { encoding: 'utf-16le', delimiter: ',' },
    'trigger_encoding-windows1252.tsv': { encoding: 'windows-1252', delimiter: '\t' },
    'trigger_ext-tsv-with-csv-ext.csv': { encoding: 'utf-8', delimiter: '\t' },
  };
  const faulty: Record<string, number[]> = { 'trigger_incomplete-file.CSV': [10] };
  const files = readdirSync(folder).filter((file) => !file.startsWith('LICENSE'));

  it.each(files.filter((file) => file in refused))('%s is refused', async (file) => {
    expect(await scanForm(inChunks(exported(file)))).toEqual({
      fault: expect.stringContaining(refused[file] ?? ''),
    });
  });

  it.each(files.filter((file) => !(file in refused)))(
    '%s is read, each row as wide as its header',
    async (file) => {
      const form = await scanForm(inChunks(exported(file)));
      if ('fault' in form) throw new Error(form.fault);
      const items = await all(readRecords(inChunks(exported(file), 100), form));
      expect(items.length).toBeGreaterThan(1);
      expect(items.filter(isFault).map(({ line }) => line)).toEqual(faulty[file] ?? []);
      const widths = new Set(items.filter((item) => !isFault(item)).map(({ cells }) => cells.length));
      expect([...widths]).toHaveLength(1);
      expect(items[0]?.cells.length).toBeGreaterThan(7);
      expect(form).toEqual(unusual[file] ?? { encoding: 'utf-8', delimiter: ',' });
    },
  );
});
