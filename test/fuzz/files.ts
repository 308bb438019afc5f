/**
 * Files as they come: everything in the test data, and what is no table at all.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';

const fixtures = join(__dirname, '../fixtures');
const register =
  'Elector Number Prefix,Elector Number,Elector Number Suffix,Elector Surname,Elector Forename\r\n';

/** By name. The made-up ones are the same for the same seed. */
export function fuzzedFiles(seed: number): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const entry of readdirSync(fixtures, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) files.set(entry.name, readFileSync(join(entry.parentPath, entry.name)));
  const whole = [...files.values()].filter((bytes) => bytes.length > 0 && bytes.length < 100_000);
  const made: Record<string, Buffer> = {
    empty: Buffer.alloc(0),
    'carriage returns only': Buffer.from('\r'.repeat(5_000)),
    'one line without an end': Buffer.from('x'.repeat(3_000_000)),
    'an open quotation mark': Buffer.from(`${register}KA,1,,"Example,Ada\r\n`.repeat(500)),
    'a header alone': Buffer.from(register),
    'twice the same heading': Buffer.from(register.replace('Suffix', 'Prefix') + 'KA,1,,Example,Ada\r\n'),
    'UTF-16': Buffer.from(`\ufeff${register}KA,1,,Example,Ada\r\n`, 'utf16le'),
    'half of UTF-16': Buffer.from(`\ufeff${register}KA,1,,Example,Ada\r\n`, 'utf16le').subarray(0, 51),
    'a byte order mark alone': Buffer.from([0xef, 0xbb, 0xbf]),
    zip: Buffer.from('504b0304140000000800', 'hex'),
    pdf: Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n', 'latin1'),
    'a page': Buffer.from('<!doctype html><table><tr><td>Elector Number</td></tr></table>'),
    'many columns': Buffer.from(`${'a,'.repeat(20_000)}\n${'1,'.repeat(20_000)}\n`),
    'NUL in cells': Buffer.from(`${register}KA,1,,Exa\0mple,A\0da\r\nKA,2,,\0,\0\r\n`),
    'numbers beyond': Buffer.from(
      `${register}KA,99999999999999999999,,A,B\r\nKA,-1,,A,B\r\nKA,1e308,,A,B\r\n,,,,\r\nKA,0,0,A,B\r\n`,
    ),
  };
  for (const [name, bytes] of Object.entries(made)) files.set(name, bytes);
  const torn = fc.tuple(
    fc.constantFrom(...whole),
    fc.array(fc.tuple(fc.nat({ max: 99_999 }), fc.nat({ max: 255 })), { maxLength: 30 }),
    fc.double({ min: 0.2, max: 1, noNaN: true }),
  );
  fc.sample(torn, { numRuns: 12, seed }).forEach(([source, changes, share], index) => {
    const bytes = Buffer.from(source.subarray(0, Math.ceil(source.length * share)));
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
    files.set(`torn ${index}`, bytes);
  });
  fc.sample(fc.uint8Array({ minLength: 1, maxLength: 4_000 }), { numRuns: 6, seed }).forEach((bytes, index) =>
    files.set(`bytes ${index}`, Buffer.from(bytes)),
  );
  return files;
}

/** Requests that no client library would send. */
export function fuzzedBytes(seed: number): Buffer[] {
  const lines = [
    'GET / HTTP/1.1\r\n\r\n',
    'GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n',
    'GET /v1/electors HTTP/1.0\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'BREW /v1/me HTTP/1.1\r\nHost: x\r\n\r\n',
    'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET http://elsewhere/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /é HTTP/1.1\r\nHost: x\r\n\r\n',
    `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`,
    `GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'X: 1\r\n'.repeat(1_900)}\r\n`,
    'GET / HTTP/1.1\r\nHost: x\r\nX\0: 1\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\nConnection: close\r\n\r\n',
    'POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}',
    'POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}',
    'POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n',
    'POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"username":',
    'POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 200-maybe\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
    'GET /healthz HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\r\n\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  ];
  const wild = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 400 }), { numRuns: 40, seed });
  const begun = fc.sample(fc.uint8Array({ maxLength: 200 }), { numRuns: 40, seed: seed + 1 });
  return [
    ...lines.map((line) => Buffer.from(line, 'latin1')),
    ...wild.map((bytes) => Buffer.from(bytes)),
    ...begun.map((bytes) =>
      Buffer.concat([
        Buffer.from('GET /'),
        Buffer.from(bytes),
        Buffer.from(' HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      ]),
    ),
  ];
}
