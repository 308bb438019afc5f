import { ApiClient } from '../support/api.js';
import { expectRefusedCursors } from '../support/cursor.js';
import { createPerson, putney, wimbledon } from '../support/people.js';
import { createRegister, type TestRegister } from '../support/register.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Listed {
  items: { id: string; name: string | null }[];
  next: string | null;
}

describe('Geography', () => {
  let database: TestDatabase;
  let server: TestServer;
  let client: ApiClient;
  let reader: ApiClient;
  let register: TestRegister;
  let wardId: string;
  const at = `constituencyId=${putney}`;

  beforeAll(async () => {
    database = await createTestDatabase();
    register = await createRegister(database.admin, putney, 'KA', 2, 2);
    server = await startTestServer(database.environment);
    client = new ApiClient(
      server.url,
      await createPerson(database, { role: 'organiser', constituencyId: putney }),
    );
    reader = new ApiClient(
      server.url,
      await createPerson(database, { role: 'candidate', constituencyId: putney }),
    );
    const wards = await client.get<Listed>(`/v1/wards?${at}`);
    wardId = wards.body.items[0]!.id;
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const patch = (path: string, body: object, etag?: string) =>
    client.send('PATCH', `${path}?${at}`, body, etag === undefined ? {} : { 'if-match': etag });

  it('lists constituencies by name, nation and how the name begins, for every role', async () => {
    const canvasser = await createPerson(database, { role: 'canvasser', constituencyId: putney });
    const asCanvasser = new ApiClient(server.url, canvasser);
    const first = await asCanvasser.get<Listed>('/v1/constituencies?nation=Wales&limit=30');
    const second = await asCanvasser.get<Listed>(
      `/v1/constituencies?nation=Wales&limit=30&after=${first.body.next}`,
    );
    expect([...first.body.items, ...second.body.items]).toHaveLength(32);
    expect(second.body.next).toBeNull();
    expect((await asCanvasser.get<Listed>('/v1/constituencies?name=putn')).body.items).toMatchObject([
      { id: putney, name: 'Putney' },
    ]);
    expect((await asCanvasser.get(`/v1/constituencies/${putney}`)).body).toMatchObject({ name: 'Putney' });
    expect((await asCanvasser.get('/v1/constituencies/E14999999')).status).toBe(404);
    expect((await asCanvasser.get('/v1/constituencies/putney')).status).toBe(400);
    expect((await asCanvasser.get('/v1/constituencies?nation=Cornwall')).status).toBe(400);
    expect((await asCanvasser.get(`/v1/polling-districts?${at}`)).status).toBe(403);
  });

  it('knows the wards of a constituency', async () => {
    const { body } = await client.get<{ items: { constituencyIds: string[] }[] }>(`/v1/wards?${at}`);
    expect(body.items.length).toBeGreaterThan(3);
    expect(body.items.every(({ constituencyIds }) => constituencyIds.includes(putney))).toBe(true);
    expect((await client.get('/v1/wards?constituencyId=E14999999')).status).toBe(404);
  });

  it('names a polling district and puts it into a ward of the constituency', async () => {
    const path = `/v1/polling-districts/${register.districtId}`;
    const held = await client.get(`${path}?${at}`);
    expect(held).toMatchObject({ status: 200, body: { code: 'KA', name: null, wardId: null } });
    const etag = held.headers.get('etag')!;
    expect(await patch(path, { wardId: 'E05000932' }, etag)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/wardId' }] },
    });
    expect(await patch(path, { name: 'North' })).toMatchObject({ status: 428 });
    expect(await patch(path, { code: 'XX' }, etag)).toMatchObject({ status: 400 });
    const answers = await Promise.all([
      patch(path, { name: 'North', wardId }, etag),
      patch(path, { name: 'South', wardId }, etag),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await client.get(`${path}?${at}`)).body).toMatchObject({ wardId });
    expect((await reader.get(`${path}?${at}`)).status).toBe(200);
    expect((await reader.send('PATCH', `${path}?${at}`, { name: 'X' }, { 'if-match': '*' })).status).toBe(
      403,
    );
    expect((await client.get(`${path}?constituencyId=${wimbledon}`)).status).toBe(404);
    const { rows } = await database.admin.query(
      `SELECT action, target_id FROM ledger.action WHERE outcome = 'done' AND target_kind = 'polling-district'`,
    );
    expect(rows).toEqual([{ action: 'geography.change', target_id: register.districtId }]);
  });

  it('says how a street is walked', async () => {
    const list = await client.get<Listed>(
      `/v1/streets?${at}&pollingDistrictId=${register.districtId}&limit=1`,
    );
    expect(list.body.items).toMatchObject([{ id: register.streetIds[0], doors: 2, sideMode: 'both' }]);
    expect(list.body.items[0]).not.toHaveProperty('nameFolded');
    const path = `/v1/streets/${register.streetIds[0]}`;
    const etag = (await client.get(`${path}?${at}`)).headers.get('etag')!;
    expect(await patch(path, { sideMode: 'zigzag' }, etag)).toMatchObject({ status: 400 });
    const answers = await Promise.all([
      patch(path, { sideMode: 'loop' }, etag),
      patch(path, { walkPosition: 3 }, etag),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('pages polling stations by their own cursors alone', async () => {
    const keys = [['abc'], ['0'], ['9999999999999999999'], [7]];
    await expectRefusedCursors(client, `/v1/polling-stations?${at}`, keys);
  });

  it('keeps polling stations with their districts', async () => {
    const wanted = {
      place: 'Example School',
      address: 'Example Road',
      ballotBoxNumbers: ['7', '8'],
      pollingDistrictIds: [register.districtId],
    };
    const made = await client.post(`/v1/polling-stations?${at}`, wanted);
    expect(made).toMatchObject({ status: 201, body: { ...wanted, room: null } });
    const path = `/v1/polling-stations/${String(made.body['id'])}`;
    const changed = await patch(path, { room: 'Hall', pollingDistrictIds: [] }, made.headers.get('etag')!);
    expect(changed).toMatchObject({
      status: 200,
      body: { room: 'Hall', place: 'Example School', pollingDistrictIds: [] },
    });
    expect(
      await client.post(`/v1/polling-stations?${at}`, { ...wanted, pollingDistrictIds: ['999999'] }),
    ).toMatchObject({ status: 400, body: { errors: [{ pointer: '/pollingDistrictIds/0' }] } });
    expect(await patch(path, { place: null }, '*')).toMatchObject({ status: 400 });
    const remove = (etag: string) => client.send('DELETE', `${path}?${at}`, undefined, { 'if-match': etag });
    expect((await remove(made.headers.get('etag')!)).status).toBe(412);
    expect((await remove(changed.headers.get('etag')!)).status).toBe(204);
    expect((await client.get(`${path}?${at}`)).status).toBe(404);
    expect((await client.get<Listed>(`/v1/polling-stations?${at}`)).body.items).toEqual([]);
  });
});
