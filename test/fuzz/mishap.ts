/**
 * What can befall a request that was right, as plain data: spoilt.ts does it. Weighted by how much was found that way.
 */
import * as fc from 'fast-check';
import { awkwardText, awkwardValue } from './awkward-value.js';

export type Mishap =
  | { what: 'none' }
  | { what: 'replace' | 'add'; at: number; key: string; value: unknown }
  | { what: 'named'; key: string; value: unknown }
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

/** Names with spaces between, so that the lists below stay short. */
const listed = (text: string): fc.Arbitrary<string> => fc.constantFrom(...text.split(' '));
const some = (weight: number, arbitrary: fc.Arbitrary<Mishap>): fc.WeightedArbitrary<Mishap> => ({
  weight,
  arbitrary,
});
const what = <What extends Mishap['what']>(...whats: What[]): fc.Arbitrary<What> => fc.constantFrom(...whats);

const at = fc.nat({ max: 60 });
const numberText = listed(
  '1e999 -0 0.1e-400 123456789012345678901234567890 -1 0 9007199254740993 2147483648',
);
const mediaType = fc.constantFrom(
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
);
const bytesBefore = fc.constantFrom([0xef, 0xbb, 0xbf], [0xff, 0xfe], [0], [0xc3], [0x28]);

export const bodyMishap: fc.Arbitrary<Mishap> = fc.oneof(
  some(12, fc.record({ what: what('replace'), at, key: fc.constant(''), value: awkwardValue })),
  some(3, fc.record({ what: what('add'), at, key: awkwardText, value: awkwardValue })),
  some(4, fc.record({ what: what('drop', 'repeat'), at })),
  some(2, fc.record({ what: what('number'), at, text: numberText })),
  some(2, fc.record({ what: what('cut'), share: fc.double({ min: 0, max: 1, noNaN: true }) })),
  some(2, fc.record({ what: what('bytes'), bytes: fc.uint8Array({ maxLength: 60 }) })),
  some(1, fc.record({ what: what('prefix'), bytes: bytesBefore })),
  some(3, fc.record({ what: what('utf16', 'duplicate-keys', 'deep', 'no-body', 'proto') })),
  some(1, fc.record({ what: what('huge') })),
  some(2, fc.record({ what: what('type'), type: mediaType })),
);

const parameterName = fc.oneof(
  { weight: 4, arbitrary: at },
  { weight: 1, arbitrary: awkwardText },
  { weight: 1, arbitrary: listed('after limit constituencyId name __proto__') },
);
const segment = fc.oneof(
  awkwardText,
  listed('% %zz %00 %c0%af %ed%a0%80 .. . %2e%2e%2f %2f ; // ? #'),
  fc.constant('x'.repeat(250)),
);
const headerName = listed(
  'idempotency-key if-match data-purpose authorization cookie accept accept-encoding traceparent x-request-id ' +
    'x-forwarded-for origin range if-none-match content-encoding expect x-http-method-override',
);
const headerValue = fc.oneof(
  fc.constant(null),
  awkwardText,
  fc.constantFrom('Bearer', 'Bearer x.y.z', 'Basic eDp5', '"1"', 'W/"1"', '*', '"1", "2"'),
  fc.constantFrom('"99999999999999999999"', 'gzip', 'text/html', 'voter-contact', 'bytes=0-', '100-continue'),
);
const how = fc.constantFrom(
  'set' as const,
  'set' as const,
  'again' as const,
  'nested' as const,
  'raw' as const,
);

export const lineMishap: fc.Arbitrary<Mishap> = fc.oneof(
  some(6, fc.record({ what: what('query'), name: parameterName, value: awkwardText, how })),
  some(1, fc.record({ what: what('drop-query'), at })),
  some(3, fc.record({ what: what('path'), at, value: segment, isRaw: fc.boolean() })),
  some(3, fc.record({ what: what('header'), name: headerName, value: headerValue })),
);
