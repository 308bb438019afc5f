import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { canonicalJson } from '../canonical-json.js';
import { leafHash } from '../merkle.rules.js';
import { readCertificate, waitMs } from './certificate-claims.rules.js';
import { certificate, disclosure, lift, newKeys, seal, suspensionId } from './made-up-record.fixture.js';
import { runVerify, verifyFiles } from './run-verify.js';

describe('The verifier', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rosette-verify-'));
  const keys = newKeys();
  const before = [0, 1, 2, 3, 4].map((n) => disclosure(n));
  const events = [
    ...before,
    certificate(5),
    disclosure(6, 'organise'),
    lift(7),
    disclosure(8),
    disclosure(9),
  ];
  const record = seal(events, keys);
  let count = 0;

  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (content: string | Buffer) => {
    const path = join(folder, `${(count += 1)}.ndjson`);
    writeFileSync(path, content);
    return path;
  };
  const asFile = (lines: readonly string[]) => file(`${lines.join('\n')}\n`);
  const rejected = async (paths: string[], given: string[] = [keys.key]) =>
    (await verifyFiles(paths, given)).rejected;

  it('takes a stretch of the record, a certificate, a proof and a checkpoint that belong together', async () => {
    const { detail } = certificate(5);
    const paths = [
      asFile(record.lines),
      file(JSON.stringify({ certificate: detail, ...record.proof(5) }, null, 2)),
      file(JSON.stringify(record.proof(0))),
      file(record.note(7)),
    ];
    const outcome = await verifyFiles(paths, [keys.key]);
    expect(outcome.rejected).toEqual([]);
    expect(outcome.shows.join('\n')).toContain(
      '10 entries from 0 on are what was signed, 0 of them erased, 1 certificates',
    );
    expect(outcome.shows.join('\n')).toContain(
      `suspension ${suspensionId} of tool contact-creator: complete`,
    );
    expect(await runVerify(paths, { out: () => undefined, complain: () => undefined })).toBe(0);
  });

  it('takes the certificate of a real suspension that the documents show', async () => {
    const path = join(__dirname, '../../../docs/example-certificate.json');
    const { publicKeys } = JSON.parse(readFileSync(path, 'utf8')) as { publicKeys: string[] };
    expect(await rejected([path], publicKeys)).toEqual([]);
    expect(await rejected([path])).not.toEqual([]);
  });

  it('rejects it when any one bit of it is another', async () => {
    const content = Buffer.from(`${record.lines.join('\n')}\n`);
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length - 1), fc.nat(7), async (place, bit) => {
        const changed = Buffer.from(content);
        changed[place]! ^= 1 << bit;
        expect(await rejected([file(changed)])).not.toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('rejects a certificate when any one bit of it is another', async () => {
    const content = Buffer.from(JSON.stringify({ certificate: certificate(5).detail, ...record.proof(5) }));
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length - 1), fc.nat(7), async (place, bit) => {
        const changed = Buffer.from(content);
        changed[place]! ^= 1 << bit;
        expect(await rejected([file(changed)])).not.toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('rejects what was deleted, repeated, reordered, truncated or put in', async () => {
    const line = fc.integer({ min: 1, max: events.length });
    await fc.assert(
      fc.asyncProperty(line, line, async (one, other) => {
        const { lines } = record;
        const without = lines.toSpliced(one, 1);
        const swapped = lines.with(one, lines[other]!).with(other, lines[one]!);
        // As who renumbers what is left would.
        const renumbered = without.map((text, n) =>
          n === 0 ? text : text.replace(/"position":\d+/, `"position":${n - 1}`),
        );
        for (const changed of [
          without,
          renumbered,
          lines.toSpliced(one, 0, lines[one]!),
          lines.slice(0, one),
          [...lines, lines[one]!],
          ...(one === other ? [] : [swapped]),
        ])
          expect(await rejected([asFile(changed)])).not.toEqual([]);
        expect(await rejected([file(record.lines.join('\n').slice(0, -one))])).not.toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('rejects two histories that one key has signed, and one that does not go on from a kept checkpoint', async () => {
    const forked = seal(events.with(3, disclosure(33)), keys);
    expect(await rejected([asFile(forked.lines)])).toEqual([]);
    expect(await rejected([asFile(record.lines), asFile(forked.lines)])).not.toEqual([]);
    expect(await rejected([asFile(forked.lines), file(record.note(7))])).not.toEqual([]);
    expect(await rejected([asFile(forked.lines), file(record.note(2))])).toEqual([]);
    expect(
      await rejected([file(JSON.stringify(record.proof(1))), file(JSON.stringify(forked.proof(1)))]),
    ).not.toEqual([]);
  });

  it('rejects what somebody else has signed', async () => {
    const other = newKeys();
    expect(await rejected([asFile(seal(events, other).lines)])).not.toEqual([]);
    expect(await rejected([asFile(seal(events, other).lines)], [other.key])).toEqual([]);
  });

  it('rejects a disclosure of a scope between its certificate and its lift, though it was sealed', async () => {
    const leaked = seal([...before, certificate(5), disclosure(6), lift(7), disclosure(8)], keys);
    expect(await rejected([asFile(leaked.lines)])).toEqual([
      expect.stringContaining(
        `entry 6 discloses tool contact-creator, which suspension ${suspensionId} had stopped`,
      ),
    ]);
  });

  it('rejects a certificate whose claims do not hold together, though it was sealed', async () => {
    const { detail, ...event } = certificate(5);
    const bound = { ...detail.bound, waitMs: 2004 };
    const sealed = seal([...before, { ...event, detail: { ...detail, bound } }], keys);
    expect(await rejected([asFile(sealed.lines)])).toEqual([
      expect.stringContaining('the certificate at 5: its bound'),
    ]);
    expect(await rejected([file(JSON.stringify(sealed.proof(5)))])).toEqual([
      expect.stringContaining('its bound'),
    ]);
  });

  it('takes what was erased by its leaf', async () => {
    const { salt } = record.proof(2);
    const hash = leafHash(Buffer.from(salt, 'base64'), Buffer.from(canonicalJson(events[2]))).toString(
      'base64',
    );
    const erased = record.lines.with(3, `{"position":2,"leaf":"${hash}"}`);
    expect(await rejected([asFile(erased)])).toEqual([]);
  });

  it.each([
    [
      'a member that is not accounted for',
      { members: [{ incarnation: 'a', number: 1, leaseMs: 2000, how: 'lost' }] },
    ],
    [
      'a member that is there twice',
      { members: [1, 2].map((number) => ({ incarnation: 'a', number, leaseMs: 2000, how: 'retired' })) },
    ],
    [
      'one that drained without a time',
      { members: [{ incarnation: 'a', number: 1, leaseMs: 2000, how: 'drained' }] },
    ],
    [
      'one that may still have held a lease',
      { members: [{ incarnation: 'a', number: 1, leaseMs: 2000, how: 'lease-expired' }] },
    ],
    ['another bound', { bound: { leaseMs: 2000, rhoPpm: 1000, waitMs: 2004 } }],
    ['completion before it was in force', { completeAt: '2026-02-19T00:00:00Z' }],
    ['no scope', { scopes: [] }],
    ['another form', { form: 'rosette-flip/2' }],
    ['another suspension', { suspensionId: '0' }],
    ['no members', { members: null }],
  ])('finds a certificate at fault that claims %s', (_, claims) => {
    const event = certificate(5);
    expect(readCertificate(event).faults).toEqual([]);
    expect(readCertificate({ ...event, detail: { ...event.detail, ...claims } }).faults).not.toEqual([]);
  });

  it('computes the bound as the switch does', () => {
    expect([waitMs(2000, 1000), waitMs(2000, 0), waitMs(1998, 1000), waitMs(3_000_000, 1)]).toEqual([
      2005, 2000, 2002, 3_000_007,
    ]);
  });

  it('says what it was not asked, and what is no evidence', async () => {
    const said: string[] = [];
    const terminal = {
      out: (line: string) => void said.push(line),
      complain: (line: string) => void said.push(line),
    };
    expect(await runVerify([], terminal)).toBe(2);
    expect(await runVerify(['--nonsense'], terminal)).toBe(2);
    for (const content of [
      '',
      '{}',
      '[]',
      'text',
      '{"form":"rosette-record/1"}',
      'null\n',
      '{"inclusionProof":[]}',
    ])
      expect(await runVerify([file(content)], terminal)).toBe(1);
    expect(await runVerify([join(folder, 'absent')], terminal)).toBe(1);
  });
});
