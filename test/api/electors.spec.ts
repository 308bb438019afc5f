import { ApiClient } from '../support/api.js';
import { createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createRegister, type TestRegister } from '../support/register.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface ElectorPage {
  items: { id: string; surname: string; electorNumber: string; entryKind: string; doorId: string | null }[];
  next: string | null;
}

describe('The electors of a constituency', () => {
  let database: TestDatabase;
  let server: TestServer;
  let organiser: Person;
  let client: ApiClient;
  let register: TestRegister;

  beforeAll(async () => {
    database = await createTestDatabase();
    register = await createRegister(database.admin, putney, 'KA', 3, 10);
    await createRegister(database.admin, wimbledon, 'WA', 1, 3);
    server = await startTestServer(database.environment);
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    client = new ApiClient(server.url, organiser, 'voter-contact');
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const search = (query: string) => client.get<ElectorPage>(`/v1/electors?constituencyId=${putney}&${query}`);
  const all = async (query: string) => {
    const items: ElectorPage['items'] = [];
    let after = '';
    do {
      const { status, body } = await search(`${query}&limit=4${after && `&after=${after}`}`);
      expect(status).toBe(200);
      items.push(...body.items);
      after = body.next ?? '';
    } while (after);
    return items;
  };

  it('are found by how the name begins, by name, page by page', async () => {
    const names = (await all('name=SURNAME1')).map(({ surname }) => surname);
    expect(names).toEqual(
      ['1', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19'].map((n) => `Surname${n}`),
    );
    expect((await all("name=Surname'2 FORE")).map(({ surname }) => surname)).toEqual(['Surname2']);
  });

  it('are found by street, postcode, number, door and district', async () => {
    expect(await all('street=Example 0002')).toHaveLength(20);
    const { rows } = await database.admin.query<{ postcode: string; id: string; n: number }>(
      `SELECT d.postcode, min(d.id) AS id, (count(*) * 2)::integer AS n FROM contact_creator.door d
       WHERE d.constituency_id = $1 GROUP BY d.postcode ORDER BY d.postcode LIMIT 1`,
      [putney],
    );
    const { postcode, id, n } = rows[0]!;
    expect(await all(`postcode=${postcode.replace(' ', '').toLowerCase()}`)).toHaveLength(n);
    expect(await all(`doorId=${id}`)).toHaveLength(2);
    expect(await all('number=KA-7')).toMatchObject([{ surname: 'Surname7', electorNumber: 'KA-7' }]);
    expect(await all(`pollingDistrictId=${register.districtId}`)).toHaveLength(62);
    expect(await all('street=Example 0002&name=overseas')).toEqual([]);
  });

  it('are found by a number with decimals and a suffix, however its zeros are written', async () => {
    const [printed] = await all('number=KA-8');
    const renumber = (number: string, suffix: string) =>
      database.admin.query(
        'UPDATE contact_creator.elector SET number = $3, number_suffix = $4 WHERE constituency_id = $1 AND id = $2',
        [putney, printed!.id, number, suffix],
      );
    await renumber('1003.5', 'A');
    for (const number of ['KA-1003.5/A', 'KA-1,003.50/a', 'KA-01003.5000/A'])
      expect([number, await all(`number=${encodeURIComponent(number)}`)]).toMatchObject([
        number,
        [{ id: printed!.id, electorNumber: 'KA-1003.5/A' }],
      ]);
    expect(await all('number=KA-1003.5')).toEqual([]);
    expect(await all('number=KA-8')).toEqual([]);
    await renumber('8', '');
    expect(await all('number=KA-8.0')).toMatchObject([{ id: printed!.id, electorNumber: 'KA-8' }]);
  });

  it('are shown one by one with address, district and electoral status, in the ledger by name of the subject', async () => {
    const id = (await all('number=KA-7'))[0]!.id;
    const answer = await client.get(`/v1/electors/${id}?constituencyId=${putney}`);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        id,
        isCurrent: true,
        street: 'Example 0001 Road',
        pollingDistrict: { id: register.districtId, code: 'KA', name: null, wardId: null },
        electoralStatus: { franchise: '', attainsOn: null, isOptedOut: false },
      },
    });
    expect(answer.body['electoralStatus']).toMatchObject({
      mayVoteAt: expect.arrayContaining(['uk-parliament', 'local']),
    });
    const { rows } = await database.admin.query(
      'SELECT subject_ids, data_classes, rows FROM ledger.disclosure WHERE request_id = $1',
      [answer.headers.get('request-id')],
    );
    expect(rows).toEqual([{ subject_ids: [id], data_classes: ['identity', 'electoral-status'], rows: 1 }]);
  });

  it('without an address show none, and an anonymous one shows a number alone', async () => {
    const [other] = await all('number=KA-900001');
    expect(other).toMatchObject({
      surname: 'Overseas',
      entryKind: 'other',
      doorId: null,
      addressLines: null,
      postcode: null,
    });
    const [anonymous] = await all('number=KA-900002');
    expect(anonymous).toMatchObject({
      entryKind: 'anonymous',
      forename: '',
      surname: '',
      addressLines: null,
      electorNumber: 'KA-900002',
    });
  });

  it('leave the list once the register drops them, and are still found by id', async () => {
    const id = (await all('number=KA-60'))[0]!.id;
    await database.admin.query(
      'UPDATE contact_creator.elector SET is_current = false WHERE constituency_id = $1 AND id = $2',
      [putney, id],
    );
    expect(await all('number=KA-60')).toEqual([]);
    expect(await client.get(`/v1/electors/${id}?constituencyId=${putney}`)).toMatchObject({
      status: 200,
      body: { isCurrent: false },
    });
  });

  it('of another constituency are not there', async () => {
    const { rows } = await database.admin.query<{ id: string }>(
      'SELECT min(id) AS id FROM contact_creator.elector WHERE constituency_id = $1',
      [wimbledon],
    );
    for (const area of [putney, wimbledon]) {
      expect(await client.get(`/v1/electors/${rows[0]!.id}?constituencyId=${area}`)).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
    }
  });

  it('are not searched by what can match nothing', async () => {
    for (const query of [
      'name=--',
      'postcode=NOWHERE',
      'number=7',
      'doorId=x',
      'pollingDistrictId=-1',
      'after=junk',
      'street=a',
    ]) {
      expect(await search(query)).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
    }
    expect((await client.get(`/v1/electors/abc?constituencyId=${putney}`)).status).toBe(400);
    expect((await client.get('/v1/electors/1')).status).toBe(400);
  });
});
