import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from './layout.js';
import { isMappedHeader, layoutFromMapping, type LayoutMapping, mappingOf } from './layout-mapping.rules.js';
import { detectLayout } from './supplier-layouts.rules.js';

const folder = join(__dirname, '../../../../test/fixtures/register-headers');
const headerOf = (file: string): string[] =>
  readFileSync(join(folder, `${file}.csv`), 'utf8')
    .trim()
    .split(',');

function layoutOf(header: string[]): Layout {
  const found = detectLayout(header);
  if (!found || 'fault' in found) throw new Error(`No layout: ${JSON.stringify(found)}`);
  return found.layout;
}

describe('The layout of a register file', () => {
  it.each([
    ['xpress_full_14col', 'xpress-14', 6],
    ['xpress_full_13col', 'xpress-13', 6],
    ['halarose_eros_full_21col', 'eros', 9],
    ['halarose_eros_full_nostatus_19col', 'eros', 9],
    ['democracycounts_full_2015_21col', 'democracy-counts-2015', 6],
    ['democracycounts_full_2026_25col', 'democracy-counts-2026', 6],
  ])('is recognised by the header of %s', (file, name, lines) => {
    const layout = layoutOf(headerOf(file));
    expect(layout).toMatchObject({ name });
    expect(layout.addressLines).toHaveLength(lines);
    for (const field of ['prefix', 'number', 'markers', 'date', 'postcode'] as const) {
      expect(layout.columns[field]).toBeDefined();
    }
    expect(layout.dropped.filter(({ reason }) => reason === 'unknown')).toEqual([]);
  });

  it.each([
    ['xpress_monthly_update_23col', 'Xpress'],
    ['halarose_eros_monthly_update_23col', 'Eros'],
    ['democracycounts_update_22col', 'Democracy Counts'],
  ])('is refused as an update when it is %s', (file, supplier) => {
    expect(detectLayout(headerOf(file))).toEqual({
      fault: `This is an update file of ${supplier}, not a full register.`,
    });
  });

  it('is found by names in any order and spelling', () => {
    const header = headerOf('xpress_full_14col')
      .map((name) => name.toUpperCase().replaceAll(' ', '_'))
      .toReversed();
    const { columns, addressLines } = layoutOf([`\ufeff${header[0]}`, ...header.slice(1)]);
    expect(header[columns.surname!]).toBe('ELECTOR_SURNAME');
    expect(addressLines.map(([column]) => header[column!])).toEqual(
      [1, 2, 3, 4, 5, 6].map((place) => `ADDRESS${place}`),
    );
  });

  it('of Eros may have seven address lines, no postcode, and a UPRN last', () => {
    const header = headerOf('halarose_eros_full_21col').filter(
      (name) => !['Address 8', 'Address 9', 'Postcode', 'Opt Out', 'Status'].includes(name),
    );
    const layout = layoutOf([...header, 'UPRN']);
    expect(layout.addressLines).toHaveLength(7);
    expect(layout.columns).toMatchObject({ uprn: header.length });
    expect(layout.columns.postcode).toBeUndefined();
    expect(layout.columns.optOut).toBeUndefined();
  });

  it('names every column that is dropped, and why', () => {
    const header = [
      ...headerOf('democracycounts_full_2026_25col'),
      'Telephone No',
      'E-mail',
      'Shoe Size',
      '',
    ];
    expect(layoutOf(header).dropped).toEqual([
      { column: 'IERStatus', reason: 'not-allowed' },
      { column: 'Euro', reason: 'not-used' },
      { column: 'County', reason: 'not-used' },
      { column: 'MethodOfVerification', reason: 'not-allowed' },
      { column: 'Telephone No', reason: 'not-allowed' },
      { column: 'E-mail', reason: 'not-allowed' },
      { column: 'Shoe Size', reason: 'unknown' },
      { column: '(column 29, without a name)', reason: 'unknown' },
    ]);
  });

  it('is refused when a column it needs is missing or stands twice', () => {
    const header = headerOf('xpress_full_14col');
    expect(detectLayout(header.filter((name) => name !== 'Elector Number'))).toEqual({
      fault: "The header is Xpress's, but has no column for the number.",
    });
    expect(detectLayout(header.filter((name) => !name.startsWith('Address')))).toEqual({
      fault: "The header is Xpress's, but has no column for the address.",
    });
    expect(detectLayout([...header, 'address1'])).toEqual({
      fault: 'The column "address1" stands twice in the header.',
    });
    expect(detectLayout([...header, 'Post Code'])).toEqual({
      fault: 'The column "Post Code" stands twice in the header.',
    });
  });

  it('is unknown for any other header', () => {
    expect(detectLayout(headerOf('strand_glasgow_columns_order_unverified'))).toBeUndefined();
    expect(detectLayout(['constructor', '__proto__', ''])).toBeUndefined();
  });
});

describe('A mapping of columns', () => {
  const header = headerOf('strand_glasgow_columns_order_unverified');
  const mapping: LayoutMapping = {
    prefix: 'DISTRICT',
    number: 'ELNO',
    surname: 'surname',
    forenames: 'FORENAMES',
    markers: 'QUALIFICATION',
    date: 'DO18',
    addressLines: ['FLAT', 'HOUSENAME', 'SUBSTREETNAME', ['HOUSENUMBER', 'STREETNAME'], 'STREETADD1'],
    postcode: 'PCODE',
  };

  it('makes a layout of a header that no supplier has', () => {
    const made = layoutFromMapping(mapping, header);
    expect(made).toMatchObject({
      layout: { name: 'mapping', addressLines: [[6], [7], [9], [8, 10], [11]], columns: { date: 5 } },
    });
    expect('layout' in made && made.layout.dropped).toEqual([{ column: 'STREETADD2', reason: 'unknown' }]);
    expect(isMappedHeader(mapping, header)).toBe(true);
    expect(isMappedHeader(mapping, ['Register of electors', 'DISTRICT'])).toBe(false);
  });

  it('is told every fault at once', () => {
    const faulty = {
      prefix: 'DISTRIKT',
      surname: 'FORENAMES',
      forenames: 'FORENAMES',
      title: 7,
      hat: 'PCODE',
      addressLines: [],
    };
    expect(layoutFromMapping(faulty as never, [...header, 'Telephone'])).toEqual({
      faults: [
        'prefix: the header has no column "DISTRIKT"',
        'forenames: the column "FORENAMES" is already used',
        'title: must be the name of a column',
        'hat: is not a field of the register',
        'number: is missing',
        'addressLines: must name at least one column',
      ],
    });
  });

  it.each([
    ['nonsense', 'must be JSON'],
    ['null', 'must be a JSON object of column headings by field'],
    ['[]', 'must be a JSON object of column headings by field'],
    ['7', 'must be a JSON object of column headings by field'],
    ['{"shoeSize":"x"}', expect.stringMatching(/^may name these fields alone: .*uprn/)],
    ['{"__proto__":"x"}', expect.stringMatching(/^may name these fields alone: /)],
    ['{"number":"\\u0000"}', 'must name a column heading for number'],
    ['{"number":"\\ud800"}', 'must name a column heading for number'],
    ['{"number":1e999999}', 'must name a column heading for number'],
    ['{"addressLines":[[]]}', 'must name lists of column headings for addressLines'],
    ['{"addressLines":"A"}', 'must name lists of column headings for addressLines'],
    ['{"addressLines":[[["A"]]]}', 'must name lists of column headings for addressLines'],
    ['{"surname":"S","addressLines":["A"]}', 'number: is missing'],
    ['{"number":"A","surname":"S","addressLines":["a"]}', 'must not name one column for two fields'],
  ])('in the text %s is refused whatever the file is', (text, fault) => {
    expect(mappingOf(text)).toEqual({ faults: [fault] });
  });

  it('in a text of JSON is taken as it is written', () => {
    expect(mappingOf(JSON.stringify({ ...mapping, title: null }))).toEqual({
      mapping: { ...mapping, title: null },
    });
  });

  it('may not take in what the register may not contain', () => {
    const made = layoutFromMapping({ ...mapping, title: 'Telephone' }, [...header, 'Telephone']);
    expect(made).toEqual({ faults: ['title: the register may not contain "Telephone"'] });
  });
});
