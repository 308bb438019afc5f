import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { expectRefusedCursors } from '../support/cursor.js';
import { createPerson, putney, wimbledon } from '../support/people.js';
import { createRegister, type TestRegister } from '../support/register.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface RoadGroup {
  id: string;
  name: string;
  streetIds: string[];
  doors: number;
}
interface Doors {
  items: { position: number; street: string; addressLines: string[]; electors: number }[];
  next: string | null;
  doors: number;
  electors: number;
}

describe('Road groups', () => {
  let database: TestDatabase;
  let server: TestServer;
  let client: ApiClient;
  let register: TestRegister;
  const at = `constituencyId=${putney}`;

  beforeAll(async () => {
    database = await createTestDatabase();
    register = await createRegister(database.admin, putney, 'KA', 6, 10);
    server = await startTestServer(database.environment);
    const organiser = await createPerson(database, { role: 'organiser', constituencyId: putney });
    client = new ApiClient(server.url, organiser);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const make = async (name: string) =>
    client.post<RoadGroup>(`/v1/road-groups?${at}`, { pollingDistrictId: register.districtId, name });
  const place = (id: string, etag: string, streetIds: string[]) =>
    client.send<RoadGroup>('PUT', `/v1/road-groups/${id}/streets?${at}`, { streetIds }, { 'if-match': etag });

  it('are cut by size out of a district that has none, once', async () => {
    const path = `/v1/polling-districts/${register.districtId}/road-groups?${at}`;
    const key = { 'idempotency-key': randomUUID() };
    const cut = await client.post<{ items: RoadGroup[] }>(path, { doorsPerGroup: 20 }, key);
    expect(cut.status).toBe(201);
    expect(cut.body.items.map(({ name, doors }) => [name, doors])).toEqual([
      ['KA 1', 20],
      ['KA 2', 20],
      ['KA 3', 20],
    ]);
    expect(cut.body.items.flatMap(({ streetIds }) => streetIds)).toEqual(register.streetIds);
    expect((await client.post(path, { doorsPerGroup: 20 }, key)).body).toEqual(cut.body);
    expect(await client.post(path, { doorsPerGroup: 20 })).toMatchObject({ status: 409 });
    expect(await client.post(path, { doorsPerGroup: 5 })).toMatchObject({ status: 400 });
    const listed = await client.get<{ items: RoadGroup[] }>(
      `/v1/road-groups?${at}&pollingDistrictId=${register.districtId}`,
    );
    expect(listed.body.items).toEqual(cut.body.items);
  });

  it('take their streets in walk order, and leave the group that had them another version', async () => {
    const one = await make('One');
    const two = await make('Two');
    expect(one.status).toBe(201);
    const [a, b, c] = register.streetIds as [string, string, string];
    const first = await place(one.body.id, one.headers.get('etag')!, [c, a]);
    expect(first).toMatchObject({ status: 200, body: { streetIds: [c, a], doors: 20 } });
    const second = await place(two.body.id, two.headers.get('etag')!, [a, b]);
    expect(second.body.streetIds).toEqual([a, b]);
    expect(await place(one.body.id, first.headers.get('etag')!, [c])).toMatchObject({ status: 412 });
    const reread = await client.get<RoadGroup>(`/v1/road-groups/${one.body.id}?${at}`);
    expect(reread.body.streetIds).toEqual([c]);
  });

  it('refuse a cursor of another list, or of none', async () => {
    const keys = [['abc'], ['0'], ['9999999999999999999'], [7]];
    await expectRefusedCursors(client, `/v1/road-groups?${at}`, keys);
    const made = await make('Paged');
    await expectRefusedCursors(client, `/v1/road-groups/${made.body.id}/doors?${at}`, [
      [-1],
      [1.5],
      [2 ** 31],
    ]);
  });

  it('let one of two edits of the same version through', async () => {
    const made = await make('Raced');
    const rename = (name: string) =>
      client.send(
        'PATCH',
        `/v1/road-groups/${made.body.id}?${at}`,
        { name },
        { 'if-match': made.headers.get('etag')! },
      );
    const answers = await Promise.all([rename('A'), rename('B')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(
      await client.send('PATCH', `/v1/road-groups/${made.body.id}?${at}`, { name: 'C' }, {}),
    ).toMatchObject({ status: 428 });
  });

  it('refuse a street of another district and a district of another constituency', async () => {
    const other = await createRegister(database.admin, putney, 'KB', 1, 1);
    const far = await createRegister(database.admin, wimbledon, 'WA', 1, 1);
    const made = await make('Strict');
    const etag = made.headers.get('etag')!;
    expect(await place(made.body.id, etag, [register.streetIds[0]!, other.streetIds[0]!])).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/streetIds/1' }] },
    });
    expect(await place(made.body.id, etag, ['x'])).toMatchObject({ status: 400 });
    expect(
      await client.post(`/v1/road-groups?${at}`, { pollingDistrictId: far.districtId, name: 'Far' }),
    ).toMatchObject({ status: 400, body: { errors: [{ pointer: '/pollingDistrictId' }] } });
    expect(await client.get(`/v1/road-groups?constituencyId=${wimbledon}`)).toMatchObject({ status: 404 });
    const officer = await createPerson(database, { role: 'data-officer' });
    const everywhere = new ApiClient(server.url, officer);
    const none = '/v1/road-groups?constituencyId=E99999999';
    expect((await everywhere.get(`/v1/road-groups?constituencyId=${wimbledon}`)).status).toBe(200);
    expect(await everywhere.get(none)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('show their doors in walk order with counts apart, no names, and nobody without an address', async () => {
    const made = await make('Walked');
    const [, , , d, e] = register.streetIds as [string, string, string, string, string];
    await place(made.body.id, made.headers.get('etag')!, [e, d]);
    const doors = (query: string) => client.get<Doors>(`/v1/road-groups/${made.body.id}/doors?${at}${query}`);
    const walk: Doors['items'] = [];
    let after = '';
    do {
      const { body, status } = await doors(`&limit=7${after && `&after=${after}`}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ doors: 20, electors: 40 });
      walk.push(...body.items);
      after = body.next ?? '';
    } while (after);
    expect(walk.map(({ position }) => position)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(walk.map(({ addressLines }) => addressLines[0])).toEqual(
      ['0005', '0004'].flatMap((street) =>
        Array.from({ length: 10 }, (_, n) => `${n + 1} Example ${street} Road`),
      ),
    );
    expect(JSON.stringify(walk)).not.toMatch(/Surname|Forename|Overseas/);
    const numbers = async (query: string) =>
      (await doors(query)).body.items
        .map(({ addressLines }) => Number.parseInt(addressLines[0]!, 10))
        .slice(0, 10);
    expect(await numbers('&sideMode=loop')).toEqual([1, 3, 5, 7, 9, 10, 8, 6, 4, 2]);
    expect((await doors('&sideMode=odd')).body).toMatchObject({ doors: 10, electors: 20 });
    expect((await doors('&sideMode=sideways')).status).toBe(400);
    expect((await client.get(`/v1/road-groups/999999/doors?${at}`)).status).toBe(404);
  });
});
