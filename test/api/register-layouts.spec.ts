import { cardiffWestId } from '../../src/demonstration/demonstration-plan.js';
import { isUnder16 } from '../../src/demonstration/household.js';
import { generateRegister, madeUpElectors } from '../../src/demonstration/register-generator.js';
import { layouts, LAYOUTS, lineOf } from '../../src/demonstration/register-layout.js';
import { emptyRegisters } from '../support/empty-tables.js';
import { RegisterDesk } from '../support/imported-register.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const readAs: Record<(typeof LAYOUTS)[number], string> = {
  xpress: 'xpress-14',
  'xpress-13': 'xpress-13',
  eros: 'eros',
  'eros-no-status': 'eros',
  'democracy-counts-2015': 'democracy-counts-2015',
  'democracy-counts-2026': 'democracy-counts-2026',
};
const publishedOn = '2026-12-01';
/** In Wales a register has people under 16, and anonymous entries are among so many. */
const request = { constituencyId: cardiffWestId, electors: 1_000, seed: 5, publishedOn } as const;

describe('A register file', () => {
  let database: TestDatabase;
  let server: TestServer;
  let desk: RegisterDesk;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
    desk = await RegisterDesk.open(database, server, cardiffWestId);
  });

  afterEach(async () => {
    await emptyRegisters(database.admin);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const held = async () =>
    (
      await database.admin.query<Record<string, number>>(
        `SELECT count(*)::integer AS electors, count(*) FILTER (WHERE entry_kind = 'other')::integer AS others,
                count(*) FILTER (WHERE entry_kind = 'anonymous')::integer AS anonymous,
                count(*) FILTER (WHERE is_opted_out)::integer AS "optedOut", count(attains_on)::integer AS attainers,
                count(DISTINCT door_id)::integer AS doors, count(DISTINCT number_prefix)::integer AS districts,
                count(*) FILTER (WHERE franchise = 'G')::integer AS "localOnly",
                count(DISTINCT (number_prefix, number, number_suffix))::integer AS numbers
         FROM contact_creator.elector WHERE is_current`,
      )
    ).rows[0];
  const bySurname = async () =>
    (
      await database.admin.query<{ surname: string; names: string }>(
        `SELECT name_folded AS names FROM contact_creator.elector WHERE is_current AND name_folded <> '' ORDER BY 1`,
      )
    ).rows.map(({ names }) => names.split(' ').sort().join(' '));

  it.each(LAYOUTS)('in the layout %s is taken whole, with all that stands in it', async (layout) => {
    const people = [...madeUpElectors(request)];
    const stored = people.filter((person) => !isUnder16(person, publishedOn));
    expect(stored.length).toBe(request.electors);
    expect(stored.length).toBeLessThan(people.length);
    let file = '';
    for await (const piece of generateRegister({ ...request, layout })) file += piece;
    const done = await desk.import(file, { publishedOn });
    expect(done).toMatchObject({ state: 'committed', layout: readAs[layout], errorDetail: null });
    expect(done.counts).toMatchObject({
      rows: people.length,
      accepted: stored.length,
      notStored: people.length - stored.length,
      rejected: 0,
      review: 0,
      start: 0,
      adds: stored.length,
      removes: 0,
      end: stored.length,
    });
    const count = (test: (person: (typeof stored)[number]) => boolean) => stored.filter(test).length;
    expect(await held()).toEqual({
      electors: stored.length,
      others: count(({ name, door }) => name !== null && door === null),
      anonymous: count(({ name }) => name === null),
      optedOut: count(({ isOptedOut }) => isOptedOut),
      attainers: count(({ attainsOn }) => attainsOn !== ''),
      doors: new Set(stored.flatMap(({ door }) => (door ? [door] : []))).size,
      districts: new Set(stored.map(({ prefix }) => prefix)).size,
      localOnly: count(({ franchise }) => franchise === 'G'),
      numbers: stored.length,
    });
    // The layouts differ in how they write names, and all of them come out as one.
    const names = stored.flatMap(({ name }) =>
      name ? [[name.surname, name.forename, name.middleNames].join(' ').toLowerCase()] : [],
    );
    const folded = names.map((name) =>
      name
        .replace(/'/g, '')
        .split(/[^a-z]+/)
        .filter(Boolean)
        .sort()
        .join(' '),
    );
    expect((await bySurname()).sort()).toEqual(folded.sort());
  });

  it('in a layout that nobody knows is taken by the mapping that comes with it', async () => {
    const people = [...madeUpElectors({ ...request, electors: 200 })];
    const header =
      'Ward Code;Voter No;Family Name;Given Names;House;Road;Town;Post Code;Flags;Turns 18;Shoe Size';
    const rows = people.map(({ prefix, number, suffix, name, franchise, isOptedOut, attainsOn, door }) =>
      [
        door?.wardId ?? '',
        `${prefix}-${number}${suffix === 0 ? '' : `/${suffix}`}`,
        name?.surname ?? '',
        name ? `${name.forename} ${name.middleNames}` : '',
        door?.lines.slice(0, -1).join(' ') ?? '',
        door?.lines.at(-1) ?? '',
        door?.postTown ?? '',
        door?.postcode ?? '',
        `${franchise}${isOptedOut ? 'Z' : ''}`,
        attainsOn,
        '9',
      ].join(';'),
    );
    const file = [header, ...rows].join('\n');
    const mapping = {
      number: 'Voter No',
      surname: 'Family Name',
      forenames: 'Given Names',
      addressLines: ['House', 'Road', 'Town'],
      postcode: 'Post Code',
      markers: 'Flags',
      date: 'Turns 18',
      ward: 'Ward Code',
    };
    expect(await desk.import(file, { publishedOn })).toMatchObject({
      state: 'failed',
      errorCode: 'layout-unknown',
    });
    expect(
      await desk.import(file, { publishedOn, mapping: { ...mapping, surname: 'Last Name' } }),
    ).toMatchObject({ state: 'failed', errorDetail: 'surname: the header has no column "Last Name"' });
    const done = await desk.import(file, { publishedOn, mapping });
    const stored = people.filter((person) => !isUnder16(person, publishedOn));
    expect(done).toMatchObject({
      state: 'committed',
      layout: 'mapping',
      droppedColumns: ['Shoe Size'],
      counts: { rows: people.length, accepted: stored.length, rejected: 0, review: 0, end: stored.length },
    });
    expect(await held()).toMatchObject({
      electors: stored.length,
      optedOut: stored.filter(({ isOptedOut }) => isOptedOut).length,
      doors: new Set(stored.flatMap(({ door }) => (door ? [door] : []))).size,
    });
    const { rows: wards } = await database.admin.query<{ ward_id: string }>(
      'SELECT DISTINCT ward_id FROM contact_creator.polling_district ORDER BY 1',
    );
    expect(wards.map(({ ward_id }) => ward_id)).toEqual(
      [...new Set(people.flatMap(({ door }) => (door ? [door.wardId] : [])))].sort(),
    );
  });

  it('of a whole council leaves the rows of the other constituencies out, each with its line and why', async () => {
    const { header, cells } = layouts['democracy-counts-2026'];
    const written = [...madeUpElectors({ ...request, electors: 40 })].map((elector, index) =>
      lineOf(cells(elector, ['W07000092', 'W07000091'][index % 2]!)),
    );
    const done = await desk.import(`${header}\r\n${written.join('')}`, { publishedOn });
    expect(done).toMatchObject({
      state: 'committed',
      counts: { rows: 40, accepted: 20, rejected: 20, end: 20 },
    });
    const { body } = await desk.client.get<{ items: { line: number; field: string; reason: string }[] }>(
      `/v1/register-imports/${done.id}/rows?outcome=rejected`,
    );
    expect(body.items[0]).toMatchObject({
      line: 3,
      field: 'Parl',
      reason: 'The row is of another constituency: Cardiff South and Penarth.',
    });
  });
});
