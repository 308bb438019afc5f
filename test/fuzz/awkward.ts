/**
 * Values that have broken other servers, and what can be done to a request on its way.
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

/** What is done to a request that was right. */
export type Mishap =
  | { what: 'none' }
  | { what: 'replace' | 'add'; at: number; key: string; value: unknown }
  | { what: 'drop' | 'repeat'; at: number }
  | { what: 'number'; at: number; text: string }
  | { what: 'cut'; share: number }
  | { what: 'bytes'; bytes: Uint8Array }
  | { what: 'prefix'; bytes: readonly number[] }
  | { what: 'utf16' | 'duplicate-keys' | 'deep' | 'huge' | 'no-body' | 'proto' }
  | { what: 'type'; type: string | null }
  | { what: 'query'; name: string | number; value: string; how: 'set' | 'again' | 'nested' | 'raw' }
  | { what: 'drop-query'; at: number }
  | { what: 'path'; at: number; value: string; isRaw: boolean }
  | { what: 'header'; name: string; value: string | null };

const headerNames = [
  'idempotency-key',
  'if-match',
  'data-purpose',
  'authorization',
  'cookie',
  'accept',
  'accept-encoding',
  'traceparent',

  'x-request-id',
  'x-forwarded-for',
  'origin',
  'range',
  'if-none-match',
  'content-encoding',
  'expect',
  'x-http-method-override',
];
const at = fc.nat({ max: 60 });

export const bodyMishap: fc.Arbitrary<Mishap> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      what: fc.constant('replace' as const),
      at,
      key: fc.constant(''),
      value: awkwardValue,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('add' as const), at, key: awkwardText, value: awkwardValue }),
  },
  { weight: 4, arbitrary: fc.record({ what: fc.constantFrom('drop' as const, 'repeat' as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('number' as const),
      at,
      text: fc.constantFrom(
        '1e999',
        '-0',
        '0.1e-400',
        '123456789012345678901234567890',
        '-1',
        '0',
        '9007199254740993',
        '2147483648',
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('cut' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('bytes' as const), bytes: fc.uint8Array({ maxLength: 60 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('prefix' as const),
      bytes: fc.constantFrom([0xef, 0xbb, 0xbf], [0xff, 0xfe], [0], [0xc3], [0x28]),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constantFrom(
        'utf16' as const,
        'duplicate-keys' as const,
        'deep' as const,
        'no-body' as const,
        'proto' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Mishap>({ what: 'huge' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('type' as const),
      type: fc.constantFrom(
        null,
        '',
        'text/plain',
        'text/csv',
        'application/xml',
        'multipart/form-data; boundary=x',
        'application/x-www-form-urlencoded',
        'application/json; charset=utf-16',
        'application/json; charset=latin1',
        'application/JSON',
        'application/merge-patch+json',
        ';;;',
        'application/octet-stream',
      ),
    }),
  },
);

export const lineMishap: fc.Arbitrary<Mishap> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('query' as const),
      name: fc.oneof(
        { weight: 4, arbitrary: at },
        { weight: 1, arbitrary: awkwardText },
        { weight: 1, arbitrary: fc.constantFrom('after', 'limit', 'constituencyId', 'name', '__proto__') },
      ),
      value: awkwardText,
      how: fc.constantFrom(
        'set' as const,
        'set' as const,
        'again' as const,
        'nested' as const,
        'raw' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('drop-query' as const), at }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('path' as const),
      at,
      value: fc.oneof(
        awkwardText,
        fc.constantFrom(
          '%',
          '%zz',
          '%00',
          '%c0%af',
          '%ed%a0%80',
          '..',
          '.',
          '%2e%2e%2f',
          '%2f',
          ';',
          '//',
          '?',
          '#',
          'x'.repeat(250),
        ),
      ),
      isRaw: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('header' as const),
      name: fc.constantFrom(...headerNames),
      value: fc.oneof(
        fc.constant(null),
        awkwardText,
        fc.constantFrom(
          'Bearer',
          'Bearer x.y.z',
          'Basic eDp5',
          '"1"',
          'W/"1"',
          '*',
          '"1", "2"',
          '"99999999999999999999"',
          'gzip',
          'text/html',
          'voter-contact',
          'bytes=0-',
          '100-continue',
        ),
      ),
    }),
  },
);
