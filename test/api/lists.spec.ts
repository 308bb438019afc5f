import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { expectRefusedCursors } from '../support/cursor.js';
import { createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createRegister, type TestRegister } from '../support/register.js';
import { createFrozenSelection } from '../support/selection.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface List {
  id: string;
  name: string;
  walks: number;
  doors: number;
  electors: number;
  selected: number;
  expiresAt: string;
}
interface Walk {
  id: string;
  position: number;
  name: string;
  doors: number;
  electors: number;
  roadGroupId: string | null;
  pollingDistrictId: string;
}

describe('Lists', () => {
  let database: TestDatabase;
  let server: TestServer;
  let organiser: Person;
  let client: ApiClient;
  let ka: TestRegister;
  let kb: TestRegister;
  let selectionId: string;
  const at = `constituencyId=${putney}`;

  beforeAll(async () => {
    database = await createTestDatabase();
    ka = await createRegister(database.admin, putney, 'KA', 6, 15);
    kb = await createRegister(database.admin, putney, 'KB', 3, 9);
    server = await startTestServer(database.environment);
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    client = new ApiClient(server.url, organiser);
    const cut = await client.post(`/v1/polling-districts/${ka.districtId}/road-groups?${at}`, {
      doorsPerGroup: 45,
    });
    expect(cut.status).toBe(201);
    selectionId = await createFrozenSelection(database.admin, putney, organiser.accountId);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const wanted = (more: object = {}) => ({
    constituencyId: putney,
    name: 'Saturday',
    selectionId,
    cutBy: 'road-group',
    maxDoorsPerWalk: 20,
    purpose: 'voter-contact',
    ...more,
  });
  const make = (more: object = {}, headers = {}) => client.post<List>('/v1/lists', wanted(more), headers);
  const walksOf = async (id: string) => {
    const items: Walk[] = [];
    let after = '';
    do {
      const { status, body } = await client.get<{ items: Walk[]; next: string | null }>(
        `/v1/lists/${id}/walks?${at}&limit=4${after && `&after=${after}`}`,
      );
      expect(status).toBe(200);
      items.push(...body.items);
      after = body.next ?? '';
    } while (after);
    return items;
  };
  /** Door ids of a list, walk by walk, as they lie in the database. */
  const doorsOf = async (id: string) => {
    const { rows } = await database.admin.query<{ position: number; group: string | null; doors: string[] }>(
      `SELECT w.position, w.road_group_id AS "group", array_agg(d.door_id::text ORDER BY d.position) AS doors
       FROM contact_creator.walk w JOIN contact_creator.walk_door d USING (constituency_id)
       WHERE d.walk_id = w.id AND w.list_id = $1 GROUP BY w.position, w.road_group_id ORDER BY w.position`,
      [id],
    );
    return rows;
  };

  it.each(['road-group', 'size'])(
    'cut by %s put every elector on exactly one walk, none too large',
    async (cutBy) => {
      const { status, body, headers } = await make({ cutBy });
      expect(status).toBe(201);
      expect(headers.get('etag')).toBe('"1"');
      // 117 doors with two electors each; the four without an address are on no walk.
      expect(body).toMatchObject({ doors: 117, electors: 234, selected: 238 });
      const walks = await walksOf(body.id);
      expect(walks).toHaveLength(body.walks);
      expect(walks.map(({ position }) => position)).toEqual(walks.map((_, index) => index + 1));
      for (const walk of walks) expect(walk.doors).toBeLessThanOrEqual(20);
      const { rows } = await database.admin.query<{ times: number; electors: number }>(
        `SELECT max(times)::integer AS times, count(*)::integer AS electors FROM (
         SELECT e.elector_id, count(*) AS times FROM contact_creator.walk_elector e
         JOIN contact_creator.walk w ON w.constituency_id = e.constituency_id AND w.id = e.walk_id
         JOIN contact_creator.walk_door d ON d.constituency_id = w.constituency_id AND d.walk_id = w.id AND d.door_id = e.door_id
         WHERE w.list_id = $1 GROUP BY 1) placed`,
        [body.id],
      );
      expect(rows[0]).toEqual({ times: 1, electors: 234 });
      const apart = await database.admin.query(
        `SELECT FROM contact_creator.walk w JOIN contact_creator.walk_door d ON d.constituency_id = w.constituency_id AND d.walk_id = w.id
       JOIN contact_creator.door o ON o.constituency_id = d.constituency_id AND o.id = d.door_id
       JOIN contact_creator.street s ON s.constituency_id = o.constituency_id AND s.id = o.street_id
       WHERE w.list_id = $1 AND s.polling_district_id <> w.polling_district_id`,
        [body.id],
      );
      expect(apart.rows).toHaveLength(0);
    },
  );

  it('walk the doors in the order of the road group, split into parts that differ by one door at most', async () => {
    const { body } = await make({ maxDoorsPerWalk: 22 });
    const walks = await doorsOf(body.id);
    const groups = await client.get<{ items: { id: string }[] }>(
      `/v1/road-groups?${at}&pollingDistrictId=${ka.districtId}`,
    );
    expect(groups.body.items).toHaveLength(2);
    for (const { id } of groups.body.items) {
      const walk = await client.get<{ items: { id: string }[] }>(
        `/v1/road-groups/${id}/doors?${at}&limit=500`,
      );
      const parts = walks.filter(({ group }) => group === id).map(({ doors }) => doors);
      expect(parts.flat()).toEqual(walk.body.items.map((door) => door.id));
      expect(parts.map(({ length }) => length)).toEqual([15, 15, 15]);
    }
    const shown = await walksOf(body.id);
    expect(shown.map(({ name }) => name)).toEqual([
      'KA 1 (1 of 3)',
      'KA 1 (2 of 3)',
      'KA 1 (3 of 3)',
      'KA 2 (1 of 3)',
      'KA 2 (2 of 3)',
      'KA 2 (3 of 3)',
      'KB, other streets (1 of 2)',
      'KB, other streets (2 of 2)',
    ]);
    expect(shown.slice(-2)).toMatchObject([
      { doors: 14, pollingDistrictId: kb.districtId, roadGroupId: null },
      { doors: 13 },
    ]);
  });

  it('walk one side where that is asked, in place of what the street says', async () => {
    const { body } = await make({ sideMode: 'odd', cutBy: 'size', maxDoorsPerWalk: 200 });
    expect(body).toMatchObject({ walks: 2, doors: 6 * 8 + 3 * 5 });
  });

  it('leave out whom nobody may call on, and whom somebody tried lately, as long as their selection says', async () => {
    const districtIds = [kb.districtId];
    const small = await createFrozenSelection(database.admin, putney, organiser.accountId, { districtIds });
    const { rows } = await database.admin.query<{ id: string; door_id: string }>(
      `SELECT id, door_id FROM contact_creator.elector WHERE polling_district_id = $1 AND door_id IS NOT NULL ORDER BY id`,
      [kb.districtId],
    );
    const marks = [
      'objected_at = now()',
      'is_deceased = true',
      'has_moved = true',
      'do_not_return_until = current_date',
      `last_attempt_at = now() - interval '29 days'`,
      'is_current = false',
      `do_not_return_until = current_date - 1, last_attempt_at = now() - interval '31 days'`,
    ];
    for (const [index, mark] of marks.entries())
      await database.admin.query(`UPDATE contact_creator.elector SET ${mark} WHERE id = $1`, [
        rows[index * 2]!.id,
      ]);
    await database.admin.query('UPDATE contact_creator.door SET do_not_knock_at = now() WHERE id = $1', [
      rows.at(-1)!.door_id,
    ]);
    expect((await make({ selectionId: small })).body).toMatchObject({ doors: 26, electors: 54 - 6 - 2 });
    for (const [fatigueDays, left] of [
      [28, 54 - 5 - 2],
      [1, 54 - 5 - 2],
      [32, 54 - 7 - 2],
    ])
      expect((await make({ selectionId: small, fatigueDays })).body).toMatchObject({
        fatigueDays,
        electors: left,
      });
    await database.admin.query(
      `UPDATE contact_creator.selection SET definition = '{"fatigueDays": 28}' WHERE id = $1`,
      [small],
    );
    expect((await make({ selectionId: small })).body).toMatchObject({
      fatigueDays: 28,
      electors: 54 - 5 - 2,
    });
    await database.admin.query(
      `UPDATE contact_creator.elector SET objected_at = NULL, is_deceased = false, has_moved = false, do_not_return_until = NULL,
              last_attempt_at = NULL, is_current = true WHERE constituency_id = $1`,
      [putney],
    );
    await database.admin.query('UPDATE contact_creator.door SET do_not_knock_at = NULL');
  });

  it('are made once, however often the request comes', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await make({ name: 'Twice' }, key);
    expect((await make({ name: 'Twice' }, key)).body).toEqual(first.body);
    expect(await make({ name: 'Other' }, key)).toMatchObject({
      status: 409,
      body: { code: 'idempotency-key-reused' },
    });
    const listed = await client.get<{ items: List[] }>(
      `/v1/lists?${at}&selectionId=${selectionId}&limit=500`,
    );
    expect(listed.body.items.filter(({ name }) => name === 'Twice')).toHaveLength(1);
    const page = await client.get<{ items: List[]; next: string }>(`/v1/lists?${at}&limit=1`);
    const next = await client.get<{ items: List[] }>(`/v1/lists?${at}&limit=1&after=${page.body.next}`);
    expect(next.body.items[0]!.id > page.body.items[0]!.id).toBe(true);
  });

  it('need a frozen selection of the constituency, and a purpose that the maker holds', async () => {
    const open = await createFrozenSelection(database.admin, putney, organiser.accountId, {
      isFrozen: false,
    });
    expect(await make({ selectionId: open })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await make({ selectionId: randomUUID() })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/selectionId' }] },
    });
    expect(await make({ purpose: 'register-management' })).toMatchObject({
      status: 403,
      body: { code: 'purpose-not-authorised' },
    });
    expect(await make({ constituencyId: wimbledon })).toMatchObject({ status: 404 });
    const nobody = await createFrozenSelection(database.admin, putney, organiser.accountId, {
      districtIds: ['999999'],
    });
    expect(await make({ selectionId: nobody })).toMatchObject({ status: 409 });
  });

  it('made of opinions need a purpose that covers opinions', async () => {
    const officer = await createPerson(database, {
      role: 'data-officer',
      constituencyId: putney,
      purposes: ['register-management', 'voter-contact'],
    });
    const usesOpinions = await createFrozenSelection(database.admin, putney, organiser.accountId, {
      usesOpinions: true,
    });
    const asOfficer = new ApiClient(server.url, officer);
    expect(
      await asOfficer.post(
        '/v1/lists',
        wanted({ selectionId: usesOpinions, purpose: 'register-management' }),
      ),
    ).toMatchObject({ status: 403, body: { code: 'purpose-not-authorised' } });
    expect(await asOfficer.post('/v1/lists', wanted({ selectionId: usesOpinions }))).toMatchObject({
      status: 201,
    });
    expect(await asOfficer.post('/v1/lists', wanted({ purpose: 'register-management' }))).toMatchObject({
      status: 201,
    });
  });

  it('made of opinions tell how many there are to who cuts them for such a purpose, and to nobody who lists them', async () => {
    const usesOpinions = await createFrozenSelection(database.admin, putney, organiser.accountId, {
      usesOpinions: true,
    });
    const key = { 'idempotency-key': randomUUID() };
    const first = await make({ selectionId: usesOpinions }, key);
    expect(first.body).toMatchObject({ selected: 238, doors: 117, electors: 234 });
    const { id, walks } = first.body;
    expect((await make({ selectionId: usesOpinions }, key)).body).toEqual(first.body);
    const hidden = { walks, selected: null, doors: null, electors: null };
    const path = `/v1/lists/${id}?${at}`;
    expect((await client.get(path)).body).toMatchObject(hidden);
    const page = await client.get<{ items: List[] }>(`/v1/lists?${at}&selectionId=${usesOpinions}`);
    expect(page.body.items).toEqual([expect.objectContaining(hidden)]);
    const renamed = await client.send('PATCH', path, { name: 'Renamed' }, { 'if-match': '"1"' });
    expect(renamed.body).toMatchObject({ name: 'Renamed', ...hidden });
    const cut = await walksOf(id);
    expect(cut.map(({ doors, electors }) => [doors, electors])).toEqual(cut.map(() => [null, null]));
    const walk = await client.get(`/v1/walks/${cut[0]!.id}?${at}`);
    expect(walk.body).toMatchObject({ doors: null, electors: null });
    const assignment = {
      accountId: organiser.accountId,
      from: new Date(Date.now() - 60_000).toISOString(),
      until: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const assigned = await client.send(
      'PATCH',
      `/v1/walks/${cut[0]!.id}?${at}`,
      { assignment },
      { 'if-match': walk.headers.get('etag')! },
    );
    expect(assigned).toMatchObject({ status: 200, body: { doors: null, electors: null } });
    const mine = await client.get<{ items: object[] }>(`/v1/walks?${at}`);
    expect(mine.body.items).toEqual([expect.objectContaining({ doors: null, electors: null })]);
    const { rows } = await database.admin.query(
      `SELECT detail FROM ledger.action WHERE target_id = $1 AND action = 'list.change' AND detail ? 'walks'`,
      [id],
    );
    expect(rows).toEqual([{ detail: { walks, selectionId: usesOpinions, purpose: 'voter-contact' } }]);
  });

  it.each([
    ['/constituencyId', { constituencyId: 'nowhere' }],
    ['/name', { name: '' }],
    ['/name', { name: 7 }],
    ['/selectionId', { selectionId: '7' }],
    ['/cutBy', { cutBy: 'map' }],
    ['/maxDoorsPerWalk', { maxDoorsPerWalk: 9 }],
    ['/maxDoorsPerWalk', { maxDoorsPerWalk: 201 }],
    ['/maxDoorsPerWalk', { maxDoorsPerWalk: 20.5 }],
    ['/sideMode', { sideMode: 'up' }],
    ['/sideMode', { sideMode: null }],
    ['/fatigueDays', { fatigueDays: 0 }],
    ['/fatigueDays', { fatigueDays: 366 }],
    ['/fatigueDays', { fatigueDays: 2_147_483_648 }],
    ['/purpose', { purpose: 'x' }],
    ['/expiresAt', { expiresAt: '2026-02-30T00:00:00Z' }],
    ['/expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['/expiresAt', { expiresAt: '2199-01-01T00:00:00Z' }],
    ['/more', { more: 1 }],
  ])('name what is wrong at %s', async (pointer, more) => {
    expect(await make(more)).toMatchObject({
      status: 400,
      body: { errors: expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown },
    });
  });

  it('are renamed, moved and removed by who read them last', async () => {
    const { body, headers } = await make();
    const path = `/v1/lists/${body.id}?${at}`;
    const change = (etag: string, more: object) =>
      client.send<List>('PATCH', path, more, { 'if-match': etag });
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const changed = await change(headers.get('etag')!, { name: 'Sunday', expiresAt });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Sunday', expiresAt } });
    expect(await change('"1"', { name: 'Monday' })).toMatchObject({ status: 412 });
    expect(await client.send('PATCH', path, { name: 'Monday' }, {})).toMatchObject({ status: 428 });
    expect(await change('"2"', { name: null })).toMatchObject({ status: 400 });
    expect(await change('"2"', { expiresAt: '2020-01-01T00:00:00Z' })).toMatchObject({ status: 400 });
    expect(await client.get(path)).toMatchObject({ status: 200, body: { name: 'Sunday' } });
    expect(await client.send('DELETE', path, undefined, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
    });
    expect(await client.send('DELETE', path, undefined, { 'if-match': '"2"' })).toMatchObject({
      status: 204,
    });
    expect(await client.get(path)).toMatchObject({ status: 404 });
    expect(await client.get(`/v1/lists/${body.id}/walks?${at}`)).toMatchObject({ status: 404 });
    const left = await database.admin.query('SELECT FROM contact_creator.walk WHERE list_id = $1', [body.id]);
    expect(left.rows).toHaveLength(0);
  });

  it('answer junk with a problem, never a defect', async () => {
    for (const path of [
      `/v1/lists/7?${at}`,
      '/v1/lists',
      `/v1/lists?${at}&after=junk`,
      `/v1/lists?${at}&selectionId=7`,
      `/v1/walks/7?${at}`,
      `/v1/walks?${at}&after=junk`,
      `/v1/lists/${randomUUID()}/walks?${at}&after=junk`,
      `/v1/lists/${randomUUID()}/doors?${at}`,
    ])
      expect({ path, answer: await client.get(path) }).toMatchObject({ path, answer: { status: 400 } });
    const { body } = await make();
    await expectRefusedCursors(client, `/v1/lists/${body.id}/walks?${at}`, [[2 ** 31], [-1], ['1']]);
    expect(await client.get(`/v1/lists/${randomUUID()}?${at}`)).toMatchObject({ status: 404 });
    expect(await client.get(`/v1/lists/${body.id}?constituencyId=${wimbledon}`)).toMatchObject({
      status: 404,
    });
  });
});
