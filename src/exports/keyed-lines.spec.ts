import { copySql } from './csv-sql.rules.js';
import { keyedLines } from './keyed-lines.js';

describe('Lines of CSV behind their keys', () => {
  const read = (text: string) => {
    const { keys, lineLengths, bytes } = keyedLines(Buffer.from(text));
    let start = 0;
    const lines = lineLengths.map((length) => bytes.toString('utf8', start, (start += length)));
    expect(start).toBe(bytes.length);
    return { keys, lines };
  };

  it('are taken off them, and end as RFC 4180 asks', () => {
    expect(read('7,"Ada",KA\n12345678901234,"Zoë",\n9,,\n')).toEqual({
      keys: ['7', '12345678901234', '9'],
      lines: ['"Ada",KA\r\n', '"Zoë",\r\n', ',\r\n'],
    });
  });

  it('keep the line breaks, commas and quotes of a cell', () => {
    const cell = '"Flat 1,\n2 ""The Mews""\r\n"';
    expect(read(`1,${cell},"x"\n2,"""",""\n3,\n`)).toEqual({
      keys: ['1', '2', '3'],
      lines: [`${cell},"x"\r\n`, '"""",""\r\n', '\r\n'],
    });
  });

  it('are none where there is nobody', () => {
    expect(read('')).toEqual({ keys: [], lines: [] });
  });

  it('are asked for with their values written in as literals', () => {
    const sql = copySql('SELECT a AS x, b AS "y" FROM c WHERE d = $1 AND e > $2', ['y'], [`O'Hara`, 5]);
    expect(sql).toBe(
      `COPY (SELECT a AS x, b AS "y" FROM c WHERE d = 'O''Hara' AND e > '5') TO STDOUT (FORMAT csv, FORCE_QUOTE ("y"))`,
    );
    expect(copySql('SELECT 1', [], [])).toBe('COPY (SELECT 1) TO STDOUT (FORMAT csv)');
  });

  it.each(['=', '+', '-', '@', '\t', '\r'])('are no formulas: %j', (start) => {
    const cells = `"${start}1","","${start}",${start}1,"a${start}","""${start}","a,""${start}"`;
    const safe = `"'${start}1","","'${start}",${start}1,"a${start}","""${start}","a,""${start}"`;
    // A line may grow by more than its key takes up.
    const many = Array<string>(50).fill(`"${start}"`).join(',');
    expect(read(`1,${cells}\n2,${many}\n`)).toEqual({
      keys: ['1', '2'],
      lines: [`${safe}\r\n`, `${many.replaceAll(`"${start}`, `"'${start}`)}\r\n`],
    });
  });
});
