import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api.js';
import { createPerson, putney } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Code {
  id: string;
  code: string;
  label: string;
  category: string;
  party: string | null;
  validFrom: string;
  validUntil: string | null;
}
interface Codes {
  items: Code[];
  next: string | null;
}

describe('Voting intention codes', () => {
  let database: TestDatabase;
  let server: TestServer;
  let officer: ApiClient;
  const path = '/v1/voting-intention-codes';
  const wanted = (more: object = {}) => ({
    code: 'X1',
    label: 'Firmly for Example',
    category: 'firm-other',
    party: 'Example Party',
    validFrom: '2020-01-01',
    ...more,
  });
  const add = (more: object = {}, headers = {}) => officer.post<Code>(path, wanted(more), headers);
  const change = (id: string, etag: string, more: object) =>
    officer.send<Code>('PATCH', `${path}/${id}`, more, { 'if-match': etag });
  /** The day it is in the database, and days from it. */
  const day = async (offset = 0) => {
    const { rows } = await database.admin.query<{ day: string }>(
      'SELECT (current_date + $1::integer)::text AS day',
      [offset],
    );
    return rows[0]!.day;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
    officer = new ApiClient(server.url, await createPerson(database, { role: 'data-officer' }));
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  it('begin with one for each category, which whoever works a walk may read', async () => {
    const canvasser = await createPerson(database, {
      role: 'canvasser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const { status, body } = await new ApiClient(server.url, canvasser).get<Codes>(path);
    expect(status).toBe(200);
    expect(body.items.map(({ code, category }) => [code, category])).toEqual([
      ['A', 'firm-other'],
      ['F', 'firm-support'],
      ['L', 'lean-support'],
      ['N', 'non-voter'],
      ['S', 'lean-other'],
      ['U', 'undecided'],
      ['W', 'wont-say'],
    ]);
    const first = await officer.get<Codes>(`${path}?limit=3`);
    const second = await officer.get<Codes>(`${path}?limit=500&after=${first.body.next}`);
    expect([...first.body.items, ...second.body.items]).toEqual(body.items);
    expect(second.body.next).toBeNull();
  });

  it('are added once, however often the request comes, and read with their tag', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const added = await add({ code: 'ONCE' }, key);
    expect(added).toMatchObject({ status: 201, body: wanted({ code: 'ONCE', validUntil: null }) });
    expect((await add({ code: 'ONCE' }, key)).body).toEqual(added.body);
    const read = await officer.get<Code>(`${path}/${added.body.id}`);
    expect(read.body).toEqual(added.body);
    expect(read.headers.get('etag')).toBe('"1"');
    expect(await officer.get(`${path}/${randomUUID()}`)).toMatchObject({ status: 404 });
  });

  it('have one meaning a day', async () => {
    const first = await add({ code: 'DAY', validFrom: '2020-01-01', validUntil: '2021-01-01' });
    expect(first.status).toBe(201);
    for (const more of [
      { validFrom: '2020-06-01' },
      { validFrom: '2019-01-01' },
      { validFrom: '2019-01-01', validUntil: '2020-01-02' },
      { validFrom: '2020-12-31', validUntil: '2022-01-01' },
    ])
      expect(await add({ code: 'DAY', ...more })).toMatchObject({
        status: 409,
        body: { code: 'already-exists' },
      });
    const next = await add({ code: 'DAY', category: 'undecided', party: null, validFrom: '2021-01-01' });
    expect(next.status).toBe(201);
    expect(await add({ code: 'DAY', validFrom: '2019-01-01', validUntil: '2020-01-01' })).toMatchObject({
      status: 201,
    });
    const on = async (date: string) =>
      (await officer.get<Codes>(`${path}?on=${date}`)).body.items.filter(({ code }) => code === 'DAY');
    expect(await on('2020-12-31')).toEqual([first.body]);
    expect(await on('2021-01-01')).toEqual([next.body]);
    expect(await on('2018-12-31')).toEqual([]);
  });

  it('are taken once when two add the same code at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => add({ code: 'RACE' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });

  it('are renamed and ended by who read them last, and keep what they mean', async () => {
    const { body } = await add({ code: 'END' });
    expect(await change(body.id, '"1"', { label: 'Other words' })).toMatchObject({
      status: 200,
      body: { label: 'Other words', category: 'firm-other', validUntil: null },
    });
    expect(await change(body.id, '"1"', { label: 'Late' })).toMatchObject({ status: 412 });
    expect(await officer.send('PATCH', `${path}/${body.id}`, { label: 'Late' }, {})).toMatchObject({
      status: 428,
    });
    for (const [name, value] of Object.entries({ category: 'undecided', party: 'Other', code: 'NEW' }))
      expect(await change(body.id, '"2"', { [name]: value })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: `/${name}` }] },
      });
    const tomorrow = await day(1);
    expect(await change(body.id, '"2"', { validUntil: tomorrow })).toMatchObject({
      status: 200,
      body: { validUntil: tomorrow },
    });
    expect(await change(body.id, '"3"', { validUntil: null })).toMatchObject({ body: { validUntil: null } });
    const today = await day();
    expect(await change(body.id, '"4"', { validUntil: today })).toMatchObject({ status: 200 });
    expect(await add({ code: 'END', category: 'undecided', validFrom: today })).toMatchObject({
      status: 201,
    });
    const listed = await officer.get<Codes>(`${path}?limit=500`);
    expect(listed.body.items.filter(({ code }) => code === 'END')).toMatchObject([
      { category: 'firm-other', validUntil: today },
      { category: 'undecided', validUntil: null },
    ]);
  });

  it('are not ended in the past, nor taken back once they have ended', async () => {
    const { body } = await add({ code: 'PAST' });
    const past = { status: 400, body: { errors: [{ pointer: '/validUntil' }] } };
    expect(await change(body.id, '"1"', { validUntil: await day(-1) })).toMatchObject(past);
    expect(await change(body.id, '"1"', { validUntil: '2019-01-01' })).toMatchObject(past);
    expect(await change(body.id, '"1"', { validUntil: await day() })).toMatchObject({ status: 200 });
    expect(await change(body.id, '"2"', { validUntil: null })).toMatchObject(past);
    expect(await change(body.id, '"2"', { label: 'Still renamed' })).toMatchObject({ status: 200 });
  });

  it('have no meaning, and no end, that the API role could change or remove past the service', async () => {
    const { rows } = await database.admin.query<{ name: string }>(
      `SELECT a.attname AS name FROM pg_attribute a
       WHERE a.attrelid = 'contact_creator.voting_intention_code'::regclass AND a.attnum > 0
         AND has_column_privilege('rosette_api', a.attrelid, a.attnum, 'UPDATE') ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(['label', 'valid_until', 'version']);
    const removal = await database.admin.query<{ may: boolean }>(
      `SELECT has_table_privilege('rosette_api', 'contact_creator.voting_intention_code', 'DELETE') AS may`,
    );
    expect(removal.rows).toEqual([{ may: false }]);
  });

  it('are changed by data officers of every constituency alone', async () => {
    const { body } = await add({ code: 'MINE' });
    const people = [
      { role: 'data-officer', constituencyId: putney },
      { role: 'organiser' },
      { role: 'canvasser' },
      { role: 'administrator' },
    ] as const;
    for (const standing of people) {
      const client = new ApiClient(server.url, await createPerson(database, standing));
      expect(await client.post(path, wanted({ code: 'OTHER' }))).toMatchObject({
        status: 403,
        body: { code: 'not-permitted' },
      });
      expect(
        await client.send('PATCH', `${path}/${body.id}`, { label: 'No' }, { 'if-match': '"1"' }),
      ).toMatchObject({ status: 403 });
    }
    const secretary = await createPerson(database, { role: 'general-secretary' });
    expect(await new ApiClient(server.url, secretary).get(path)).toMatchObject({ status: 403 });
  });

  it.each([
    ['/code', { code: 'f' }],
    ['/code', { code: '' }],
    ['/code', { code: 'TOOLONGER' }],
    ['/label', { label: '' }],
    ['/label', { label: 7 }],
    ['/category', { category: 'firm' }],
    ['/party', { party: '' }],
    ['/validFrom', { validFrom: '2026-02-30' }],
    ['/validFrom', { validFrom: null }],
    ['/validUntil', { validUntil: '2020-01-01' }],
    ['/validUntil', { validUntil: 'soon' }],
    ['/more', { more: 1 }],
  ])('name what is wrong at %s', async (pointer, more) => {
    expect(await add({ code: 'BAD', ...more })).toMatchObject({
      status: 400,
      body: { errors: expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown },
    });
  });

  it('answer junk with a problem, never a defect', async () => {
    for (const junk of [`${path}/7`, `${path}?after=junk`, `${path}?on=2026-02-30`, `${path}?limit=0`])
      expect({ junk, answer: await officer.get(junk) }).toMatchObject({ junk, answer: { status: 400 } });
    const nowhere = Buffer.from(JSON.stringify([1, randomUUID()])).toString('base64url');
    expect(await officer.get(`${path}?after=${nowhere}`)).toMatchObject({ status: 200, body: { items: [] } });
  });
});
