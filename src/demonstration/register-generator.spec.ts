import { bundledAreas, referenceAreaOf } from './area-catalogue.js';
import { inventedPostcodes } from './reference-area.js';
import {
  generateRegister,
  madeUpElectors,
  refuseImpossible,
  type RegisterRequest,
} from './register-generator.js';
import { LAYOUTS, layouts } from './register-layout.js';
import { streetName } from './street-names.js';

const putney = 'E14001434';
const cardiffWest = 'W07000092';
const request: RegisterRequest = {
  constituencyId: putney,
  electors: 2_000,
  seed: 7,
  layout: 'xpress',
  publishedOn: '2026-12-01',
};

async function textOf(more: Partial<RegisterRequest> = {}): Promise<string> {
  let text = '';
  for await (const piece of generateRegister({ ...request, ...more })) text += piece;
  return text;
}

const linesOf = (text: string) => text.split('\r\n').slice(0, -1);
const electorsOf = (more: Partial<RegisterRequest> = {}) => [...madeUpElectors({ ...request, ...more })];

describe('A made-up register', () => {
  it('is the same file for the same seed', async () => {
    expect(await textOf()).toBe(await textOf());
  });

  it('is another file for another seed and for another constituency', async () => {
    const text = await textOf();
    expect(await textOf({ seed: 8 })).not.toBe(text);
    expect(await textOf({ constituencyId: cardiffWest })).not.toBe(text);
  });

  it.each(LAYOUTS)('has exactly the rows asked for and as many cells as the header in %s', async (layout) => {
    const [header, ...rows] = linesOf(await textOf({ layout }));
    expect(rows).toHaveLength(2_000);
    const width = header!.split(',').length;
    // Nothing that is made up holds a comma.
    expect(rows.filter((row) => row.split(',').length !== width)).toEqual([]);
  });

  it("has each supplier's header", () => {
    expect(Object.fromEntries(LAYOUTS.map((layout) => [layout, layouts[layout].header]))).toEqual({
      xpress:
        'Elector Number Prefix,Elector Number,Elector Number Suffix,Elector Markers,Elector DOB,Elector Surname,Elector Forename,PostCode,Address1,Address2,Address3,Address4,Address5,Address6',
      'xpress-13':
        'Elector Number Prefix,Elector Number,Elector Number Suffix,Elector Markers,Elector DOB,Elector Name,PostCode,Address1,Address2,Address3,Address4,Address5,Address6',
      eros: 'PD,ENO,Status,Title,First Names,Initials,Surname,Suffix,Date of Attainment,Franchise Flag,Address 1,Address 2,Address 3,Address 4,Address 5,Address 6,Address 7,Address 8,Address 9,Postcode,Opt Out',
      'eros-no-status':
        'PD,ENO,Title,First Name,Initials,Surname,Suffix,Date Of Attainment,Franchise Flag,Address 1,Address 2,Address 3,Address 4,Address 5,Address 6,Address 7,Address 8,Address 9,Postcode',
      'democracy-counts-2015':
        'PDCode,RollNo,ElectorTitle,ElectorSurname,ElectorForename,ElectorMiddleName,AttainersDOB,FranchiseMarker,RegisteredAddress1,RegisteredAddress2,RegisteredAddress3,RegisteredAddress4,RegisteredAddress5,RegisteredAddress6,PostCode,Euro,Parl,County,Ward,SubHouse,House',
      'democracy-counts-2026':
        'PDCode,RollNo,ElectorTitle,ElectorSurname,ElectorForename,ElectorMiddleName,IERStatus,DateOfAttainment,FranchiseMarker,RegisteredAddress1,RegisteredAddress2,RegisteredAddress3,RegisteredAddress4,RegisteredAddress5,RegisteredAddress6,PostCode,Euro,Parl,County,Ward,SubHouse,House,MethodOfVerification,ElectorID,UPRN',
    });
  });

  it('knows each person by an id that no other seed or constituency gives, and the same seed does', async () => {
    const idsOf = async (more: Partial<RegisterRequest>) =>
      linesOf(await textOf({ layout: 'democracy-counts-2026', ...more }))
        .slice(1)
        .map((line) => line.split(',').at(-2)!);
    const ids = new Set(await idsOf({}));
    expect(ids.size).toBe(2_000);
    expect(await idsOf({})).toEqual([...ids]);
    expect(await idsOf({ publishedOn: '2027-12-01' })).toEqual([...ids]);
    for (const other of [{ seed: 8 }, { constituencyId: cardiffWest }])
      expect((await idsOf(other)).filter((id) => ids.has(id))).toEqual([]);
  });

  it('numbers each district from 1, a suffix following the number it was put behind', () => {
    const last = new Map<string, number>();
    let suffixes = 0;
    for (const { prefix, number, suffix } of electorsOf()) {
      const before = last.get(prefix) ?? 0;
      expect(number).toBe(suffix === 0 ? before + 1 : before);
      last.set(prefix, number);
      suffixes += suffix;
    }
    expect(suffixes).toBeGreaterThan(0);
    for (const prefix of last.keys()) expect(prefix.length).toBeLessThanOrEqual(10);
  });

  it.each(bundledAreas.map((area) => [area.name, area] as const))(
    'uses no postcode that exists, in %s',
    (_name, area) => {
      const real = new Set(
        Object.entries(area.existingUnits).flatMap(([sector, units]) =>
          (units.match(/../g) ?? []).map((unit) => sector + unit),
        ),
      );
      const sectors = new Set(area.wards.flatMap((ward) => ward.sectors.map(({ sector }) => sector)));
      expect(new Set(Object.keys(area.existingUnits))).toEqual(sectors);
      for (const sector of sectors)
        expect(inventedPostcodes(area, sector).filter((postcode) => real.has(postcode))).toEqual([]);
      const doors = electorsOf({ constituencyId: area.constituencyId, electors: 20_000 }).flatMap(
        ({ door }) => door ?? [],
      );
      const used = [...new Set(doors.map(({ postcode }) => postcode))];
      expect(used.length).toBeGreaterThan(0);
      expect(used.filter((postcode) => real.has(postcode))).toEqual([]);
      expect(used.filter((postcode) => !sectors.has(postcode.slice(0, -2)))).toEqual([]);
      expect(used.filter((postcode) => !/^[A-Z]{2}\d{1,2} \d[ABD-HJLNP-UW-Z]{2}$/.test(postcode))).toEqual(
        [],
      );
    },
  );

  it('lies in the invented postcode area ZZ where no reference data came with the project', () => {
    const doors = electorsOf({ constituencyId: 'S14000027' }).flatMap(({ door }) => (door ? [door] : []));
    expect(doors.filter(({ postcode }) => !postcode.startsWith('ZZ'))).toEqual([]);
    expect(referenceAreaOf('S14000027').wards.length).toBeGreaterThan(1);
  });

  describe('of a whole constituency', () => {
    const electors = electorsOf({ constituencyId: cardiffWest, electors: 73_000 });
    const doorOf = ({ door }: (typeof electors)[number]) => door?.lines.concat(door.postcode).join('|');

    it('has 60 to 100 districts', () => {
      const districts = new Set(electors.map(({ prefix }) => prefix)).size;
      expect(districts).toBeGreaterThanOrEqual(60);
      expect(districts).toBeLessThanOrEqual(100);
    });

    it('has 1.8 to 1.9 electors a door, the people of a door behind one another', () => {
      const addressed = electors.filter(({ door }) => door !== null);
      const doors = addressed
        .map(doorOf)
        .filter((door, index, all) => index === 0 || door !== all[index - 1]);
      expect(new Set(doors).size).toBe(doors.length);
      expect(addressed.length / doors.length).toBeGreaterThan(1.8);
      expect(addressed.length / doors.length).toBeLessThan(1.9);
    });

    it('has every kind of door and every kind of elector', () => {
      const lines = new Set(electors.flatMap(({ door }) => door?.lines ?? []));
      const has = (form: RegExp) => [...lines].some((line) => form.test(line));
      expect(has(/^Flat \d+$/)).toBe(true);
      expect(has(/^Basement Flat$/)).toBe(true);
      expect(has(/^\d+A /)).toBe(true);
      expect(has(/^\d+-\d+ /)).toBe(true);
      expect(has(/^Annexe$/)).toBe(true);
      expect(has(/^Caravan \d+$/)).toBe(true);
      expect(has(/^The Lodge$/)).toBe(true);
      expect(has(/^\d+ \w+ (House|Court|Lodge|Mansions|Point|Heights)$/)).toBe(true);
      expect(new Set(electors.map(({ franchise }) => franchise))).toEqual(new Set(['', 'G', 'B', 'L', 'F']));
      expect(electors.some(({ isOptedOut }) => isOptedOut)).toBe(true);
      const anonymous = electors.filter(({ name }) => name === null);
      expect(anonymous.length).toBeGreaterThan(0);
      expect(anonymous.every(({ door, franchise }) => door === null && franchise === '')).toBe(true);
    });

    it('has attainers, and in Wales some under 16, whom no party may hold', () => {
      const dates = electors.flatMap(({ attainsOn }) => (attainsOn === '' ? [] : [attainsOn]));
      expect(dates.filter((date) => date <= '2028-12-01').length).toBeGreaterThan(300);
      expect(dates.filter((date) => date > '2028-12-01').length).toBeGreaterThan(100);
      const english = electorsOf({ electors: 20_000 }).map(({ attainsOn }) => attainsOn);
      expect(english.filter((date) => date > '2028-12-01')).toEqual([]);
    });
  });

  it('writes birth dates for Xpress and dates of attainment for Eros', async () => {
    const datesOf = async (layout: RegisterRequest['layout'], column: number) =>
      linesOf(await textOf({ layout }))
        .slice(1)
        .map((row) => row.split(',')[column]!)
        .filter((date) => date !== '')
        .map((date) => Number(date.slice(6)));
    const births = await datesOf('xpress', 4);
    expect(births.length).toBeGreaterThan(0);
    expect(births.filter((year) => year < 2008 || year > 2010)).toEqual([]);
    expect(await datesOf('eros', 8)).toEqual(births.map((year) => year + 18));
  });

  it('names no street twice in the first seventy thousand', () => {
    expect(new Set(Array.from({ length: 70_000 }, (_, index) => streetName(index))).size).toBe(70_000);
  });

  it('takes no more memory for 300,000 rows than for a few', async () => {
    const before = process.memoryUsage().heapUsed;
    let most = 0;
    let rows = -1;
    for await (const piece of generateRegister({ ...request, electors: 300_000 })) {
      rows += piece.split('\r\n').length - 1;
      expect(piece.length).toBeLessThan(70_000);
      most = Math.max(most, process.memoryUsage().heapUsed - before);
    }
    expect(rows).toBe(300_000);
    // The file itself has some 25 MB; what lies unswept at any moment is less than a tenth of what 300,000 objects take.
    expect(most).toBeLessThan(150 * 1024 * 1024);
  });

  it.each([
    [{ constituencyId: 'Putney' }, 'the constituency must be a GSS code'],
    [{ electors: 0 }, 'the electors must be a whole number'],
    [{ electors: 2_500_001 }, 'the electors must be a whole number'],
    [{ seed: -1 }, 'the seed must be a whole number'],
    [{ publishedOn: '2026-02-30' }, 'the publication date must be a day'],
    [{ publishedOn: '1 December' }, 'the publication date must be a day'],
  ])('is refused with a reason for %j', (more, reason) => {
    expect(() => refuseImpossible({ ...request, ...more })).toThrow(reason);
  });
});
