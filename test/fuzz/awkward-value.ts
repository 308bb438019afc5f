/**
 * Values that have broken other servers. Where in a request they end up is the matter of mishap.ts.
 */
import * as fc from 'fast-check';

const awkwardTexts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udfffy',
  '\u202eabc',
  '\ufeff',
  'é'.normalize('NFD'),
  '👩‍👩‍👧‍👦',
  'İıß',
  '٣',
  '\r\nX: y',

  `'; DROP TABLE x; --`,
  `" OR 1=1`,
  '$1',
  '%',
  '_%',
  '\\',
  '../../etc/passwd',
  '<b>',
  '${7*7}',
  '{{7*7}}',
  '=1+1',

  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'NaN',
  'Infinity',
  'null',
  'undefined',
  'true',

  '-0',
  '-1',
  '0',
  '1',
  '1.5',
  '1e308',
  '1e999',
  '0x10',
  '2147483648',
  '9223372036854775807',
  '9223372036854775808',

  '2026-02-30',
  '0000-00-00',
  '0001-01-01',
  '9999-12-31',
  '99999-01-01',
  '2026-01-01T25:00:00Z',
  '-000001-01-01T00:00:00Z',

  '2026-06-30T23:59:60Z',
  '+275760-09-13T00:00:00Z',
  '2026-01-01T00:00:00+14:00',
  '2026-01-01T00:00:00+16:00',
  '2026-01-01T00:00:00-23:59',
  '2026-01-01',
  'infinity',
  'now',

  '00000000-0000-0000-0000-000000000000',
  '{6F4922F4-5568-4A1F-8C2B-0A1B2C3D4E5F}',
  '*',
  'E14001434',
  'a@b',
];

export const awkwardText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...awkwardTexts),
  fc.string({ unit: 'binary', maxLength: 12 }),
  // Longer in code points than to who passes over variation selectors.
  fc.constantFrom(15, 30, 75, 150, 400, 800, 1_500, 4_000).map((pairs) => 'a\uFE0F'.repeat(pairs)),
  fc.constantFrom('x'.repeat(300), '😀'.repeat(5_000), 'x'.repeat(120_000)),
);

const deep = (levels: number, wrap: (value: unknown) => unknown): unknown =>
  Array.from({ length: levels }).reduce((value) => wrap(value), null);

export const awkwardValue: fc.Arbitrary<unknown> = fc.oneof(
  awkwardText,
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    [],
    {},
    [[]],
    [null],
    { __proto__x: 1 },
    { constructor: { name: 1 } },
  ),
  fc.constantFrom(
    0,
    -0,
    -1,
    1.5,
    2_147_483_647,
    2_147_483_648,
    -2_147_483_649,
    2 ** 53,
    1e308,
    5e-324,
    -1e-7,
  ),
  fc.constantFrom(
    deep(40, (value) => [value]),
    deep(40, (value) => ({ a: value })),
    deep(20, (value) => ({ all: [value] })),
    deep(12, (value) => ({ not: value })),
  ),
  fc.constantFrom(
    Array.from({ length: 1_500 }).fill('x'),
    Array.from({ length: 1_500 }, () => ({})),
  ),
  fc.jsonValue({ maxDepth: 3 }),
);
