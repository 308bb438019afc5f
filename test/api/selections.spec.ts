import { randomUUID } from 'node:crypto';
import { SelectionRepository } from '../../src/tools/contact-creator/selections/selection.repository.js';
import { ApiClient, type Answer } from '../support/api.js';
import { createPerson, putney, wimbledon } from '../support/people.js';
import { createRegister, type TestRegister } from '../support/register.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { flip } from '../support/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Selection {
  id: string;
  name: string;
  definition: Record<string, unknown>;
  usesOpinions: boolean;
  frozenAt: string | null;
  frozenElectors: number | null;
}
interface Count {
  electors: number;
  doors: number;
  households: number;
  matched: number;
  excluded: { reason: string; electors: number }[];
}
interface Page {
  items: { id: string; surname: string; opinion?: { viCategory: string } | null }[];
  next: string | null;
}

describe('Selections', () => {
  let database: TestDatabase;
  let server: TestServer;
  let client: ApiClient;
  let manager: ApiClient;
  let register: TestRegister;
  const at = `constituencyId=${putney}`;
  const everybody = { unit: 'person', base: { all: [] }, for: 'doorstep' };
  const supporters = {
    unit: 'person',
    base: { field: 'viCategory', op: 'in', value: ['firm-support'] },
    for: 'doorstep',
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    register = await createRegister(database.admin, putney, 'KA', 3, 10);
    await createRegister(database.admin, wimbledon, 'WA', 1, 3);
    await database.admin.query(
      `INSERT INTO contact_creator.elector_opinion (constituency_id, elector_id, vi_code, vi_category, vi_at)
       SELECT constituency_id, id, 'F', 'firm-support', now() FROM contact_creator.elector
       WHERE constituency_id = $1 AND number <= 7`,
      [putney],
    );
    server = await startTestServer(database.environment);
    const organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    client = new ApiClient(server.url, organiser, 'voter-contact');
    const officer = await createPerson(database, {
      role: 'data-officer',
      constituencyId: putney,
      purposes: ['register-management'],
    });
    manager = new ApiClient(server.url, officer, 'register-management');
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const make = (definition: unknown, name = 'A selection', headers: Record<string, string> = {}) =>
    client.post<Selection>('/v1/selections', { constituencyId: putney, name, definition }, headers);
  const made = async (definition: unknown) => {
    const answer = await make(definition);
    expect(answer.status).toBe(201);
    return answer.body.id;
  };
  const electors = async (id: string, limit = 500) => {
    const ids: string[] = [];
    let after = '';
    do {
      const answer = await client.get<Page>(
        `/v1/selections/${id}/electors?${at}&limit=${limit}${after && `&after=${after}`}`,
      );
      expect(answer.status).toBe(200);
      ids.push(...answer.body.items.map((elector) => elector.id));
      after = answer.body.next ?? '';
    } while (after);
    return ids;
  };
  const count = async (id: string) => (await client.post<Count>(`/v1/selections/${id}/count?${at}`)).body;
  const freeze = (id: string) => client.post<Selection>(`/v1/selections/${id}/freeze?${at}`);
  const disclosures = async (answer: Answer<unknown>) =>
    (
      await database.admin.query(
        'SELECT rows, subject_ids, data_classes, action, purpose FROM ledger.disclosure WHERE request_id = $1',
        [answer.headers.get('request-id')],
      )
    ).rows as Record<string, unknown>[];
  const update = (set: string, where: string) =>
    database.admin.query(
      `UPDATE contact_creator.elector SET ${set} WHERE constituency_id = $1 AND ${where}`,
      [putney],
    );

  it('are made once per key, listed newest first, changed under their tag and removed', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await make(everybody, 'First', key);
    expect(first).toMatchObject({
      status: 201,
      body: {
        name: 'First',
        definition: everybody,
        usesOpinions: false,
        frozenAt: null,
        frozenElectors: null,
      },
    });
    expect((await make(everybody, 'First', key)).body).toEqual(first.body);
    const second = await make(supporters, 'Second');
    expect(second.body.usesOpinions).toBe(true);
    const one = await client.get<{ items: Selection[]; next: string }>(`/v1/selections?${at}&limit=1`);
    expect(one.body.items).toEqual([second.body]);
    const two = await client.get<{ items: Selection[] }>(
      `/v1/selections?${at}&limit=1&after=${one.body.next}`,
    );
    expect(two.body.items).toEqual([first.body]);
    expect((await client.get(`/v1/selections?${at}&after=junk`)).status).toBe(400);

    const path = `/v1/selections/${first.body.id}?${at}`;
    const etag = (await client.get(path)).headers.get('etag')!;
    const change = (body: unknown, headers: Record<string, string>) =>
      client.send<Selection>('PATCH', path, body, headers);
    expect((await change({ name: 'X' }, {})).status).toBe(428);
    expect((await change({ definition: { unit: 'person' } }, { 'if-match': etag })).status).toBe(400);
    const changed = await change({ name: 'Renamed', definition: supporters }, { 'if-match': etag });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Renamed', usesOpinions: true } });
    expect((await change({ name: 'Y' }, { 'if-match': etag })).status).toBe(412);
    expect((await client.send('DELETE', path, undefined, { 'if-match': etag })).status).toBe(412);
    const now = { 'if-match': changed.headers.get('etag')! };
    expect((await client.send('DELETE', path, undefined, now)).status).toBe(204);
    expect((await client.get(path)).status).toBe(404);
  });

  it('are refused with a pointer to every fault', async () => {
    const faulty = {
      unit: 'street',
      base: {
        all: [
          { field: 'shoeSize', op: 'is', value: 9 },
          { field: 'ward', op: 'like', value: '%' },
          // Of electors nobody knows any.
          { field: 'hasEmail', op: 'is', value: true },
          { field: 'channels', op: 'has', value: 'email' },
        ],
      },
      steps: [{ op: 'add', expression: { field: 'street', op: 'in', value: ['x'], nonsense: 1 } }],
      limit: 0,
      fatigueDays: 0,
      split: { seed: '', parts: 1, part: 1 },
      for: 'any',
      more: true,
    };
    const answer = await make(faulty);
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
    const { errors } = answer.body as unknown as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(
      [
        '/more',
        '/unit',
        '/limit',
        '/fatigueDays',
        '/split/seed',
        '/split/parts',
        '/base/all/0/field',
        '/base/all/1/op',
        '/base/all/2/field',
        '/base/all/3/value',
        '/steps/0/expression/nonsense',
        '/steps/0/expression/value/0',
      ]
        .map((pointer) => `/definition${pointer}`)
        .sort(),
    );
    let deep: unknown = { all: [] };
    for (let n = 0; n < 8; n += 1) deep = { not: deep };
    expect((await make({ ...everybody, base: deep })).status).toBe(400);
    const leaf = { field: 'isOptedOut', op: 'is', value: true };
    const many = (n: number) => ({ ...everybody, base: { any: Array.from({ length: n }, () => leaf) } });
    expect((await make(many(200))).status).toBe(201);
    expect((await make({ ...many(200), steps: [{ op: 'add', expression: leaf }] })).status).toBe(400);
    const unread = await client.post('/v1/selections/count', { constituencyId: putney, definition: faulty });
    expect(unread.status).toBe(400);
  });

  it('count and show whom they find, each page in the ledger by name of its subjects', async () => {
    const id = await made({
      ...everybody,
      base: { field: 'street', op: 'in', value: [register.streetIds[0]] },
    });
    const counted = await client.post<Count>(`/v1/selections/${id}/count?${at}`);
    expect(counted.body).toEqual({ electors: 20, doors: 10, households: 20, matched: 20, excluded: [] });
    expect(await disclosures(counted)).toEqual([
      {
        rows: 0,
        subject_ids: [],
        data_classes: ['identity'],
        action: 'selection.read',
        purpose: 'voter-contact',
      },
    ]);
    const page = await client.get<Page>(`/v1/selections/${id}/electors?${at}&limit=6`);
    const shown = page.body.items.map((elector) => elector.id);
    expect(shown).toHaveLength(6);
    expect(await disclosures(page)).toMatchObject([
      { rows: 6, subject_ids: shown, data_classes: ['identity'] },
    ]);
    expect(await electors(id, 6)).toEqual(await electors(id));
    expect((await electors(id)).length).toBe(20);
    expect((await client.get(`/v1/selections/${id}/electors?${at}&after=junk`)).status).toBe(400);
  });

  it('say who is left out and why: everybody is found or counted under one reason', async () => {
    await update('objected_at = now(), is_deceased = true', 'number = 21');
    await update('objected_at = now()', 'number = 22');
    await update('last_attempt_at = now()', 'number = 23');
    // The day that was named is still one of peace.
    await update('do_not_return_until = current_date', 'number = 24');
    await update('is_current = false', 'number = 25');
    const answer = await client.post<Count>('/v1/selections/count', {
      constituencyId: putney,
      definition: everybody,
    });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        matched: 62,
        electors: 55,
        excluded: [
          { reason: 'not-current', electors: 1 },
          { reason: 'anonymous', electors: 1 },
          { reason: 'deceased', electors: 1 },
          { reason: 'objected', electors: 1 },
          { reason: 'no-address', electors: 1 },
          { reason: 'do-not-return', electors: 1 },
          { reason: 'tried-recently', electors: 1 },
        ],
      },
    });
  });

  it('find supporters of any party that a code may name', async () => {
    for (const party of ['Plaid Cymru – The Party of Wales', 'Labour & Co-operative', 'Alliance (NI)', 'Ö'])
      expect(
        await client.post('/v1/selections/count', {
          constituencyId: putney,
          definition: { ...supporters, base: { field: 'viParty', op: 'in', value: [party] } },
        }),
      ).toMatchObject({ status: 200, body: { matched: 0 } });
    for (const party of ['', 'a'.repeat(101), 'a\u0007', 'a\ud800'])
      expect(
        await client.post('/v1/selections/count', {
          constituencyId: putney,
          definition: { ...supporters, base: { field: 'viParty', op: 'in', value: [party] } },
        }),
      ).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
  });

  it('that ask opinions need a purpose that covers them, for rows and numbers alike', async () => {
    const id = await made(supporters);
    const page = await client.get<Page>(`/v1/selections/${id}/electors?${at}`);
    expect(page.body.items).toHaveLength(7);
    expect(await disclosures(page)).toMatchObject([{ rows: 7, data_classes: ['identity', 'opinion'] }]);
    expect(await count(id)).toMatchObject({ electors: 7 });
    const refused = { status: 403, body: { code: 'purpose-not-authorised' } };
    const paths = [`/v1/selections/${id}/electors?${at}`, `/v1/selections/${id}/opinions?${at}`];
    for (const path of paths) expect(await manager.get(path)).toMatchObject(refused);
    expect(await manager.post(`/v1/selections/${id}/count?${at}`)).toMatchObject(refused);
    expect(await manager.post(`/v1/selections/${id}/freeze?${at}`)).toMatchObject(refused);
    const unsaved = { constituencyId: putney, definition: supporters };
    expect(await manager.post('/v1/selections/count', unsaved)).toMatchObject(refused);
    const plain = await made(everybody);
    expect((await manager.get(`/v1/selections/${plain}/electors?${at}`)).status).toBe(200);
    expect(await manager.get(`/v1/selections/${plain}/opinions?${at}`)).toMatchObject(refused);
    const withoutPurpose = await client.get(paths[0]!, { 'data-purpose': '' });
    expect(withoutPurpose.status).toBeGreaterThanOrEqual(400);
  });

  it('are answered by what they are now, whatever a replica remembers of them', async () => {
    const id = await made(everybody);
    const page = () => manager.get<Page>(`/v1/selections/${id}/electors?${at}`);
    const become = (definition: object) =>
      database.admin.query(
        'UPDATE contact_creator.selection SET definition = $2, version = version + 1 WHERE id = $1',
        [id, JSON.stringify(definition)],
      );
    expect((await page()).status).toBe(200);
    await become(supporters);
    expect(await page()).toMatchObject({ status: 403, body: { code: 'purpose-not-authorised' } });
    await become({ ...everybody, limit: 3 });
    expect((await page()).body.items).toHaveLength(3);
    await database.admin.query('DELETE FROM contact_creator.selection WHERE id = $1', [id]);
    expect(await page()).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('are not answered under what was asked for a definition that has changed meanwhile', async () => {
    const id = await made(everybody);
    const repository = server.app.get(SelectionRepository, { strict: false });
    const state = repository.state.bind(repository);
    jest.spyOn(repository, 'state').mockImplementationOnce(async (tx, constituencyId, selectionId) => {
      const before = await state(tx, constituencyId, selectionId);
      await database.admin.query(
        'UPDATE contact_creator.selection SET definition = $2, version = version + 1 WHERE id = $1',
        [id, JSON.stringify(supporters)],
      );
      return before;
    });
    const answer = await manager.get(`/v1/selections/${id}/electors?${at}`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await disclosures(answer)).toEqual([]);
  });

  it('show opinions on a route of their own, recorded as such', async () => {
    const id = await made(supporters);
    const page = await client.get<Page>(`/v1/selections/${id}/opinions?${at}&limit=3`);
    expect(page.body.items.map(({ opinion }) => opinion?.viCategory)).toEqual(Array(3).fill('firm-support'));
    expect(await disclosures(page)).toMatchObject([{ rows: 3, data_classes: ['identity', 'opinion'] }]);
    const bare = await client.get<Page>(`/v1/selections/${id}/electors?${at}`);
    expect(JSON.stringify(bare.body)).not.toMatch(/opinion|firm-support/);
  });

  it('find nobody else once frozen, and no longer whom they would leave out now', async () => {
    const district = { field: 'pollingDistrict', op: 'in', value: [register.districtId] };
    const id = await made({ ...everybody, base: district });
    const path = `/v1/selections/${id}?${at}`;
    const before = await electors(id);
    const first = await freeze(id);
    expect(first).toMatchObject({ status: 200, body: { frozenElectors: before.length } });
    expect((await freeze(id)).body).toEqual(first.body);
    expect(await electors(id)).toEqual(before);
    expect(await electors(id, 7)).toEqual(before);
    expect(await count(id)).toMatchObject({ electors: before.length, excluded: [] });
    const one = before[4]!;
    const doorOf = `(SELECT door_id FROM contact_creator.elector WHERE id = ${one})`;
    for (const [reason, set, back] of [
      ['not-current', 'is_current = false', 'is_current = true'],
      ['deceased', 'is_deceased = true', 'is_deceased = false'],
      ['moved', 'has_moved = true', 'has_moved = false'],
      ['objected', 'objected_at = now()', 'objected_at = NULL'],
      ['do-not-return', 'do_not_return_until = current_date', 'do_not_return_until = NULL'],
      ['tried-recently', "last_attempt_at = now() - interval '29 days'", 'last_attempt_at = NULL'],
    ] as const) {
      await update(set, `id = ${one}`);
      expect([reason, await electors(id)]).toEqual([reason, before.filter((other) => other !== one)]);
      expect(await count(id)).toMatchObject({
        electors: before.length - 1,
        matched: before.length,
        excluded: [{ reason, electors: 1 }],
      });
      await update(back, `id = ${one}`);
    }
    const peace = (at: string) =>
      database.admin.query(`UPDATE contact_creator.door SET do_not_knock_at = ${at} WHERE id = ${doorOf}`);
    const letters = await made({ ...everybody, base: district, for: 'any' });
    await freeze(letters);
    await peace('now()');
    expect(await electors(id)).toHaveLength(before.length - 2);
    expect((await count(id)).excluded).toEqual([{ reason: 'do-not-knock', electors: 2 }]);
    // Letters still go to a door that is not to be knocked on.
    expect(await electors(letters)).toEqual(expect.arrayContaining(before));
    await peace('NULL');
    await update("last_attempt_at = now() - interval '31 days'", `id = ${one}`);
    expect(await electors(id)).toEqual(before);
    await update('last_attempt_at = NULL', `id = ${one}`);
    const etag = (await client.get(path)).headers.get('etag')!;
    expect(await client.send('PATCH', path, { name: 'Z' }, { 'if-match': etag })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect((await client.send('DELETE', path, undefined, { 'if-match': etag })).status).toBe(204);
    const { rows } = await database.admin.query(
      'SELECT FROM contact_creator.selection_member WHERE selection_id = $1',
      [id],
    );
    expect(rows).toEqual([]);
  });

  it('keep one answer when two freeze at once, and keep their number to themselves where opinions were asked', async () => {
    const id = await made(supporters);
    const answers = await Promise.all([freeze(id), freeze(id)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[1]!.body).toEqual(answers[0]!.body);
    const { rows } = await database.admin.query(
      'SELECT frozen_count, (SELECT count(*)::integer FROM contact_creator.selection_member WHERE selection_id = id) AS kept FROM contact_creator.selection WHERE id = $1',
      [id],
    );
    expect(rows).toEqual([{ frozen_count: 7, kept: 7 }]);
    expect((await manager.get<Selection>(`/v1/selections/${id}?${at}`)).body.frozenElectors).toBeNull();
    expect(await count(id)).toMatchObject({ electors: 7 });
  });

  it('of another area are not there', async () => {
    const id = await made(everybody);
    const far = `constituencyId=${wimbledon}`;
    const other = await createPerson(database, {
      role: 'organiser',
      constituencyId: wimbledon,
      purposes: ['voter-contact'],
    });
    const stranger = new ApiClient(server.url, other, 'voter-contact');
    for (const asked of [client, stranger]) {
      for (const path of [id, `${id}/electors`, `${id}/opinions`])
        expect((await asked.get(`/v1/selections/${path}?${far}`)).status).toBe(404);
      expect((await asked.post(`/v1/selections/${id}/count?${far}`)).status).toBe(404);
      expect((await asked.post(`/v1/selections/${id}/freeze?${far}`)).status).toBe(404);
    }
    expect((await stranger.get(`/v1/selections?${at}`)).status).toBe(404);
    expect((await stranger.get<{ items: unknown[] }>(`/v1/selections?${far}`)).body.items).toEqual([]);
    const body = { constituencyId: wimbledon, name: 'Far', definition: everybody };
    expect((await client.post('/v1/selections', body)).status).toBe(404);
    const districts = { field: 'pollingDistrict', op: 'in', value: [register.districtId] };
    const definition = { ...everybody, base: districts };
    expect(
      (await stranger.post<Count>('/v1/selections/count', { constituencyId: wimbledon, definition })).body
        .matched,
    ).toBe(0);
  });

  it('are for those whose grant allows it', async () => {
    const canvasser = await createPerson(database, {
      role: 'canvasser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const asCanvasser = new ApiClient(server.url, canvasser, 'voter-contact');
    expect((await asCanvasser.get(`/v1/selections?${at}`)).status).toBe(403);
    expect(
      (await asCanvasser.post('/v1/selections/count', { constituencyId: putney, definition: everybody }))
        .status,
    ).toBe(403);
  });

  it('answer nothing while the tool is suspended', async () => {
    const id = await made(everybody);
    await flip(database.admin, ['tool:contact-creator'], true);
    try {
      const answers = await Promise.all([
        client.get(`/v1/selections?${at}`),
        client.get(`/v1/selections/${id}/electors?${at}`),
        client.post(`/v1/selections/${id}/count?${at}`),
        freeze(id),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    } finally {
      await flip(database.admin, ['tool:contact-creator'], false);
    }
  });
});
