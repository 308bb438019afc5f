import fc from 'fast-check';
import type { MemberMapping } from './member-columns.rules.js';
import { MemberFileFault, readMemberFile } from './member-file.js';
import type { MemberOutcome, MemberRow } from './member-row.js';

const read = async (file: string | Uint8Array, mapping: MemberMapping | null = null) => {
  const opened = await readMemberFile(async function* () {
    yield await Promise.resolve(Buffer.from(file));
  }, mapping);
  const outcomes: MemberOutcome[] = [];
  for await (const outcome of opened.outcomes) outcomes.push(outcome);
  return { ...opened, outcomes };
};
const rowOf = async (header: string, row: string): Promise<MemberRow> => {
  const [outcome] = (await read(`${header}\n${row}\n`)).outcomes;
  if (!outcome || !('row' in outcome)) throw new Error('the row is not taken');
  return outcome.row;
};

describe('A membership list', () => {
  it.each([
    'Membership Number,First Name,Last Name',
    'Membership No.;Forename;Surname',
    'MEMBER_ID\tGiven Name\tFamily Name',
    'Members of Putney\n\nMember No|Forenames|Surname',
  ])('is known by its headings: %j', async (header) => {
    const delimiter = /[,;\t|]/.exec(header)?.[0] ?? '';
    const { outcomes } = await read(`${header}\n${['M1', 'Ada', 'Example'].join(delimiter)}\n`);
    expect(outcomes).toMatchObject([
      { row: { membershipNumber: 'M1', forename: 'Ada', surname: 'Example' } },
    ]);
  });

  it.each([
    ['utf-8', Buffer.from('\uFEFFMember No,Forename,Surname\nM1,Zoë,Brontë\n', 'utf8')],
    ['utf-16le', Buffer.from('\uFEFFMember No,Forename,Surname\nM1,Zoë,Brontë\n', 'utf16le')],
    ['windows-1252', Buffer.from('Member No,Forename,Surname\nM1,Zoë,Brontë\n', 'latin1')],
  ])('is read in %s', async (encoding, file) => {
    expect(await read(file)).toMatchObject({
      encoding,
      outcomes: [{ row: { forename: 'Zoë', surname: 'Brontë', nameFolded: 'bronte zoe' } }],
    });
  });

  it.each([
    ['Paid up', 'current'],
    ['IN ARREARS', 'lapsed'],
    ['Resigned', 'resigned'],
    ['deceased', 'died'],
  ])('says %s for %s', async (word, status) => {
    expect(await rowOf('Member No,Forename,Surname,Status', `M1,Ada,Example,${word}`)).toMatchObject({
      status,
    });
  });

  it.each([
    ['07700 900123', { mobile: '07700900123', landline: null }],
    ['+44 (0)7700 900-123', { mobile: '07700900123', landline: null }],
    ['7700900123', { mobile: '07700900123', landline: null }],
    ['020 7946 0000', { mobile: null, landline: '02079460000' }],
    ['+33 1 23 45 67 89', { mobile: null, landline: '+33123456789' }],
    ['call in the evening', { mobile: null, landline: null, warnings: [{ field: 'telephone' }] }],
  ])('sorts the telephone number %s by its shape', async (number, expected) => {
    expect(await rowOf('Member No,Forename,Surname,Telephone', `M1,Ada,Example,${number}`)).toMatchObject(
      expected,
    );
  });

  it.each(['ada@example', 'ada example@example.org', '@example.org', 'a@b@example.org', 'a@.org'])(
    'holds no e-mail address in %s',
    async (email) => {
      expect(await rowOf('Member No,Forename,Surname,Email', `M1,Ada,Example,${email}`)).toMatchObject({
        email: null,
        warnings: [{ field: 'email', reason: 'not-an-email-address' }],
      });
    },
  );

  it('folds a name into what an index holds, whatever its letters become', async () => {
    const { nameFolded } = await rowOf('Member No,Forename,Surname', `M1,${'ﷺ'.repeat(100)},Example`);
    expect(Buffer.byteLength(nameFolded)).toBeLessThan(2_000);
  });

  it('prefers the mapping to the headings', async () => {
    const { outcomes, droppedColumns } = await read('Member No,Surname,Maiden,Forename\nM1,A,B,C\n', {
      surname: 'Maiden',
    });
    expect(outcomes).toMatchObject([{ row: { surname: 'B' } }]);
    expect(droppedColumns).toEqual(['Surname']);
  });

  it('is refused as a whole or read to its end, whatever its bytes', async () => {
    const header = Buffer.from('Member No,Forename,Surname,Status,Email,Phone,Joined,Postcode\n');
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((tail) => Buffer.concat([header, tail])),
      fc.string({ unit: 'binary', maxLength: 400 }).map((tail) => Buffer.concat([header, Buffer.from(tail)])),
      fc.uint8Array({ maxLength: 400 }).map((all) => Buffer.from(all)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (file) => {
        const found = await read(file).catch((error: unknown) => {
          if (error instanceof MemberFileFault) return undefined;
          throw error;
        });
        const lines = found?.outcomes.map((one) => ('row' in one ? one.row.line : one.refused.line)) ?? [];
        expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
        for (const one of found?.outcomes ?? [])
          if ('row' in one) expect(Buffer.byteLength(one.row.nameFolded)).toBeLessThan(2_000);
      }),
      { numRuns: 300 },
    );
  });
});
