import { layouts } from '../../src/demonstration/register-layout.js';
import { ApiClient } from '../support/api.js';
import { emptyRegisters } from '../support/empty-tables.js';
import { RegisterDesk, type RegisterImport } from '../support/imported-register.js';
import { createPerson, putney, wimbledon } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** Three wards of Putney, in the order of their codes, and one that lies elsewhere. */
const first = 'E05014011';
const second = 'E05014017';
const third = 'E05014022';

const counts =
  'PDCode,RollNo,ElectorTitle,ElectorSurname,ElectorForename,ElectorMiddleName,AttainersDOB,FranchiseMarker,' +
  'RegisteredAddress1,RegisteredAddress2,RegisteredAddress3,RegisteredAddress4,RegisteredAddress5,RegisteredAddress6,' +
  'PostCode,Euro,Parl,County,Ward,SubHouse,House';
/** One elector at a door of his own for each of the postcodes. */
const doors = (district: string, ...postcodes: string[]) =>
  postcodes.map(
    (postcode, n) => `${district},${n + 1},0,,,Name${n},Ann,${postcode},${n + 1} ${district} Road,London,,,,`,
  );
const named = (district: string, ...wards: string[]) =>
  wards.map(
    (ward, n) =>
      `${district},${n + 1},,Name${n},Ann,,,,${n + 1} ${district} Road,London,,,,,SW15 1AA,,,,${ward},,${n + 1}`,
  );
const fileOf = (...rows: string[]) => `${[layouts.xpress.header, ...rows].join('\r\n')}\r\n`;
const countsFileOf = (...rows: string[]) => `${[counts, ...rows].join('\r\n')}\r\n`;

describe('A register gives its polling districts', () => {
  let database: TestDatabase;
  let server: TestServer;
  let desk: RegisterDesk;
  let organiser: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.admin.query(
      `INSERT INTO geography.postcode (postcode, ward_id, constituency_id)
       VALUES ('SW15 1AA', $1, $4), ('SW15 1AB', $1, $4), ('SW15 1AD', $2, $4), ('SW15 2AA', $3, $4), ('SW15 2AB', $3, $4),
              ('SW15 2AD', $2, $4), ('SW15 9AA', NULL, $4), ('SW19 1AA', (SELECT min(ward_id) FROM geography.ward_constituency
               WHERE constituency_id = $5 AND ward_id NOT IN (SELECT ward_id FROM geography.ward_constituency WHERE constituency_id = $4)), $5)`,
      [first, second, third, putney, wimbledon],
    );
    server = await startTestServer(database.environment);
    desk = await RegisterDesk.open(database, server, putney);
    const person = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    organiser = new ApiClient(server.url, person, 'voter-contact');
  });

  // Each test finds an area without a register.
  afterEach(async () => {
    await emptyRegisters(database.admin);
    await database.admin.query('UPDATE geography.ward SET name = NULL');
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const wards = async () => {
    const { body } = await organiser.get<{ items: { code: string; wardId: string | null }[] }>(
      `/v1/polling-districts?constituencyId=${putney}`,
    );
    return Object.fromEntries(body.items.map(({ code, wardId }) => [code, wardId]));
  };
  const committed = async (file: string): Promise<RegisterImport> => {
    const done = await desk.import(file);
    expect(done).toMatchObject({ state: 'committed', errorDetail: null });
    return done;
  };
  const setByHand = async (code: string, wardId: string | null) => {
    const { rows } = await database.admin.query<{ id: string }>(
      'SELECT id FROM contact_creator.polling_district WHERE code = $1',
      [code],
    );
    const path = `/v1/polling-districts/${rows[0]!.id}?constituencyId=${putney}`;
    const { headers } = await organiser.get(path);
    const answer = await organiser.send('PATCH', path, { wardId }, { 'if-match': headers.get('etag')! });
    expect(answer.status).toBe(200);
  };

  it('the ward in which most of their doors are, by which a selection then finds their electors', async () => {
    await committed(
      fileOf(
        ...doors('KA', 'SW15 1AA', 'SW15 1AB', 'SW15 2AA'),
        ...doors('KB', 'SW15 1AA', 'SW15 2AA', 'SW15 2AB', 'SW15 2AB'),
      ),
    );
    expect(await wards()).toEqual({ KA: first, KB: third });
    const counted = async (...value: string[]) =>
      (
        await organiser.post<{ electors: number }>('/v1/selections/count', {
          constituencyId: putney,
          definition: { unit: 'person', base: { field: 'ward', op: 'in', value }, for: 'doorstep' },
        })
      ).body.electors;
    expect([await counted(first), await counted(third), await counted(second)]).toEqual([3, 4, 0]);
  });

  it('also where the council has drawn them anew', async () => {
    const before = doors('KA', 'SW15 1AA', 'SW15 2AA', 'SW15 2AB');
    await committed(fileOf(...before));
    await committed(fileOf(before[0]!, ...before.slice(1).map((row) => row.replace('KA', 'KZ'))));
    expect(await wards()).toEqual({ KA: third, KZ: third });
  });

  it('of two wards with as many doors the one with the lower code', async () => {
    await committed(fileOf(...doors('KA', 'SW15 2AA', 'SW15 1AD', 'SW15 2AD', 'SW15 2AB')));
    expect(await wards()).toEqual({ KA: second });
  });

  it('where no postcode is known the ward that most of their sectors is, and none where these are unknown too', async () => {
    await database.admin.query(
      `INSERT INTO geography.postcode (postcode, ward_id, constituency_id, is_invented)
       SELECT 'SW15 1Z' || l, $1, $2, true FROM unnest('{A,B,D,E}'::text[]) l`,
      [second, putney],
    );
    await committed(
      fileOf(
        ...doors('KA', 'SW15 1XX', 'SW15 1XY'),
        ...doors('KB', 'SW15 1XX', 'SW15 2XX', 'SW15 2XY'),
        ...doors('KC', 'SW15 4XX'),
        ...doors('KD', ''),
        // One that is known outweighs all that are not.
        ...doors('KE', 'SW15 1XX', 'SW15 1XY', 'SW15 2AA'),
      ),
    );
    expect(await wards()).toEqual({ KA: first, KB: third, KC: null, KD: null, KE: third });
  });

  it('no ward of another constituency, and none for a postcode that is in no ward', async () => {
    await committed(fileOf(...doors('KA', 'SW19 1AA'), ...doors('KB', 'SW15 9AA')));
    expect(await wards()).toEqual({ KA: null, KB: null });
  });

  it('the ward that the file names, by its name or its code, before any postcode', async () => {
    await database.admin.query(`UPDATE geography.ward SET name = 'St. Mary''s & Pârk' WHERE id = $1`, [
      second,
    ]);
    await database.admin.query(`UPDATE geography.ward SET name = 'Twice' WHERE id IN ($1, $2)`, [
      first,
      third,
    ]);
    await committed(
      countsFileOf(
        ...named('KA', 'ST MARYS AND PARK WARD', 'St. Mary’s & Park', third),
        ...named('KB', third),
        ...named('KC', 'Nowhere', ''),
        ...named('KD', 'Twice'),
        ...named('KE', 'E05000001'),
      ),
    );
    expect(await wards()).toEqual({ KA: second, KB: third, KC: first, KD: first, KE: first });
  });

  it('no other ward than a person has named, nor one where a person has said that there is none', async () => {
    const file = fileOf(...doors('KA', 'SW15 4XX'), ...doors('KB', 'SW15 4XX'), ...doors('KC', 'SW15 1AA'));
    await committed(file);
    await setByHand('KA', second);
    await setByHand('KB', null);
    await setByHand('KC', third);
    const next = await committed(
      fileOf(...doors('KA', 'SW15 1AA'), ...doors('KB', 'SW15 1AA'), ...doors('KC', 'SW15 1AA')),
    );
    expect(await wards()).toEqual({ KA: second, KB: null, KC: third });
    await desk.undo(next.id);
    expect(await wards()).toEqual({ KA: second, KB: null, KC: third });
  });

  it('a ward at last where the register before could not say one, and takes it back when it is undone', async () => {
    await committed(fileOf(...doors('KA', 'SW15 4XX'), ...doors('KB', 'SW15 2AA')));
    const next = await committed(
      fileOf(...doors('KA', 'SW15 1AA'), ...doors('KB', 'SW15 1AA'), ...doors('KC', 'SW15 1AA')),
    );
    // KB has a door in either ward now, and keeps the one it had.
    expect(await wards()).toEqual({ KA: first, KB: third, KC: first });
    await desk.undo(next.id);
    expect(await wards()).toEqual({ KA: null, KB: third });
  });

  it('the ward of a district that comes with a row on which a person decided', async () => {
    const [one, two] = [doors('KB', 'SW15 2AA')[0]!, doors('KB', 'SW15 2AB')[0]!.replace('Ann', 'Bob')];
    const done = await committed(fileOf(...doors('KA', 'SW15 1AA'), one, two));
    expect(done.counts).toMatchObject({ review: 2 });
    expect(await wards()).toEqual({ KA: first });
    const decided = await desk.client.post(`/v1/register-imports/${done.id}/rows/3/decision`, {
      decision: 'take',
    });
    expect(decided.status).toBe(200);
    expect(await wards()).toEqual({ KA: first, KB: third });
  });
});
