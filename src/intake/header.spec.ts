import { all, encoded, inChunks } from './file.fixture.js';
import { findHeader, isPassed, normaliseHeader } from './header.js';
import { readRecords } from './records.js';

const records = (text: string) => readRecords(inChunks(encoded(text)), { encoding: 'utf-8', delimiter: ',' });
const isEros = (cells: string[]) => cells.includes('pd') && cells.includes('eno');
const opened = async (text: string) => {
  const file = await findHeader(records(text), isEros);
  if ('fault' in file) throw new Error(file.fault);
  return { ...file, rows: await all(file.rows) };
};

describe('the header', () => {
  it.each(['Elector Number_Prefix', 'ELECTOR-NUMBER.PREFIX', 'elector\u00A0number prefix'])(
    '%j has one spelling',
    (cell) => expect(normaliseHeader(cell)).toBe('electornumberprefix'),
  );

  it('is found below titles, and what is no row below it is named', async () => {
    const file = await opened(
      [
        'Register of Electors',
        'Printed, today',
        ',,,',
        'PD,ENO,Surname,Address 1',
        'KD,1,Smith,1 High Street',
        'Additions',
        ' Ward of Kensal Green ,,,',
        'pd,eno,SURNAME,Address_1',
        ',,,',
        '',
        'KD,2,Jones,2 High Street',
        'KD,,,',
        'End of report',
      ].join('\n'),
    );
    expect(file.header.line).toBe(4);
    expect(file.above).toEqual([
      { line: 1, passed: 'title' },
      { line: 2, passed: 'title' },
      { line: 3, passed: 'blank' },
    ]);
    expect(file.rows.filter(isPassed)).toEqual([
      { line: 6, passed: 'junk' },
      { line: 7, passed: 'junk' },
      { line: 8, passed: 'repeated header' },
      { line: 9, passed: 'blank' },
      { line: 13, passed: 'junk' },
    ]);
    expect(file.rows.filter((row) => !isPassed(row)).map(({ line }) => line)).toEqual([5, 11, 12]);
  });

  it('leaves a last line that was cut off after its district to the tool', async () => {
    const { rows } = await opened('PD,ENO,Surname\nKD,1,Smith\nKD');
    expect(rows.at(-1)).toEqual({ line: 3, cells: ['KD'] });
  });

  it('hands faults on, above the header and below it', async () => {
    const { above, rows } = await opened('a,"b\nPD,ENO,Surname\nKD,1,"Smith\nKD,2,Jones\n');
    expect(above).toEqual([expect.objectContaining({ line: 1, cells: ['a', '"b'] })]);
    expect(rows.map(({ line }) => line)).toEqual([3, 4]);
  });

  it('is looked for in thirty lines above it, and the file refused without it', async () => {
    const titles = (count: number) => `${'title\n'.repeat(count)}PD,ENO\n1,2\n`;
    expect((await opened(titles(30))).header.line).toBe(31);
    for (const text of ['', 'a,b\n', titles(31)]) {
      expect(await findHeader(records(text), isEros)).toEqual({
        fault: expect.stringContaining('No known header'),
      });
    }
  });
});
