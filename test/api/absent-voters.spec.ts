import { ApiClient } from '../support/api.js';
import { createPerson, putney, wimbledon } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Outcome {
  electorNumber: string;
  outcome: string;
}
interface Changed {
  changed: number;
  set: Outcome[];
  clear: Outcome[];
}

describe('Absent voters', () => {
  let database: TestDatabase;
  let server: TestServer;
  let officer: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createRegister(database.admin, putney, 'KA', 2, 10);
    await createRegister(database.admin, wimbledon, 'KA', 1, 5);
    server = await startTestServer(database.environment);
    officer = new ApiClient(
      server.url,
      await createPerson(database, { role: 'data-officer', constituencyId: putney }),
    );
  });

  beforeEach(async () => {
    await database.admin.query(`UPDATE contact_creator.elector SET absent_vote = NULL, is_current = true`);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const send = (more: object, client = officer) =>
    client.post<Changed>('/v1/absent-voters', { constituencyId: putney, ...more });
  const votes = async () => {
    const { rows } = await database.admin.query<{ line: string }>(
      `SELECT format('%s %s-%s %s', constituency_id, number_prefix, number_text, absent_vote) AS line
       FROM contact_creator.elector WHERE absent_vote IS NOT NULL ORDER BY constituency_id, number`,
    );
    return rows.map(({ line }) => line);
  };
  const outcomes = (items: Outcome[]) => items.map(({ outcome }) => outcome);

  it('are entered and cleared many at a time, each with an answer in its place', async () => {
    const set = [
      { electorNumber: 'KA-1', kind: 'post' },
      { electorNumber: 'KA-2', kind: 'proxy' },
      { electorNumber: 'KA-777', kind: 'post' },
      { electorNumber: 'nobody', kind: 'post' },
      { electorNumber: ' KA-3.0 ', kind: 'postal-proxy' },
    ];
    const entered = await send({ set });
    expect(entered).toMatchObject({ status: 200, body: { changed: 3, clear: [] } });
    expect(outcomes(entered.body.set)).toEqual(['done', 'done', 'unknown', 'not-a-number', 'done']);
    expect(entered.body.set.map(({ electorNumber }) => electorNumber)).toEqual(
      set.map(({ electorNumber }) => electorNumber),
    );
    expect(await votes()).toEqual([
      `${putney} KA-1 post`,
      `${putney} KA-2 proxy`,
      `${putney} KA-3 postal-proxy`,
    ]);
    const both = await send({
      set: [
        { electorNumber: 'KA-1', kind: 'post' },
        { electorNumber: 'KA-2', kind: 'post' },
      ],
      clear: ['KA-3', 'KA-4', 'KA-777'],
    });
    expect(both.body.changed).toBe(2);
    expect(outcomes(both.body.set)).toEqual(['unchanged', 'done']);
    expect(outcomes(both.body.clear)).toEqual(['done', 'unchanged', 'unknown']);
    expect(await votes()).toEqual([`${putney} KA-1 post`, `${putney} KA-2 post`]);
  });

  it('are taken at the first place where the request names a number', async () => {
    const { body } = await send({
      set: [
        { electorNumber: 'KA-5', kind: 'post' },
        { electorNumber: 'KA-05', kind: 'proxy' },
      ],
      clear: ['KA-5'],
    });
    expect([outcomes(body.set), outcomes(body.clear)]).toEqual([['done', 'repeated'], ['repeated']]);
    expect(await votes()).toEqual([`${putney} KA-5 post`]);
  });

  it('are found on the register as it is now, and left alone where several have the number', async () => {
    await database.admin.query(
      `UPDATE contact_creator.elector SET is_current = false WHERE constituency_id = $1 AND number = 6`,
      [putney],
    );
    await database.admin.query(
      `UPDATE contact_creator.elector SET number = 7 WHERE constituency_id = $1 AND number = 8`,
      [putney],
    );
    const set = ['KA-6', 'KA-7'].map((electorNumber) => ({ electorNumber, kind: 'post' }));
    expect(outcomes((await send({ set })).body.set)).toEqual(['unknown', 'ambiguous']);
    expect(await votes()).toEqual([]);
    await database.admin.query(
      `UPDATE contact_creator.elector SET number = 8 WHERE constituency_id = $1 AND forename = 'Forename8'`,
      [putney],
    );
  });

  it('are a thousand at most', async () => {
    const numbers = Array.from({ length: 1_001 }, (_, index) => `KA-${index + 1}`);
    const set = numbers.slice(0, 1_000).map((electorNumber) => ({ electorNumber, kind: 'post' }));
    const { status, body } = await send({ set });
    expect(status).toBe(200);
    // Two streets of ten doors with two electors each; 999 and above are nobody's.
    expect(body.changed).toBe(40);
    expect(body.set).toHaveLength(1_000);
    expect(await send({ set, clear: ['KA-1001'] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/clear' }] },
    });
    expect(await send({ clear: numbers })).toMatchObject({ status: 400 });
  });

  it('leave one row in the ledger, which names nobody', async () => {
    await send({ set: [{ electorNumber: 'KA-9', kind: 'post' }], clear: ['KA-10'] });
    const { rows } = await database.admin.query(
      `SELECT target_kind, target_id, detail FROM ledger.action WHERE action = 'absent-voter.change' ORDER BY at DESC LIMIT 1`,
    );
    expect(rows).toEqual([
      { target_kind: 'constituency', target_id: putney, detail: { set: 1, clear: 1, changed: 1 } },
    ]);
  });

  it('are entered by data officers, in their own constituency', async () => {
    const set = [{ electorNumber: 'KA-1', kind: 'post' }];
    expect(await send({ constituencyId: wimbledon, set })).toMatchObject({ status: 404 });
    for (const role of ['organiser', 'canvasser', 'candidate', 'administrator'] as const) {
      const other = new ApiClient(
        server.url,
        await createPerson(database, { role, constituencyId: putney, purposes: ['voter-contact'] }),
      );
      expect(await send({ set }, other)).toMatchObject({ status: 403 });
    }
    expect(await votes()).toEqual([]);
  });

  it('are written by one function alone, which asks the context', async () => {
    const { rows } = await database.admin.query<{ may: boolean }>(
      `SELECT has_column_privilege('rosette_api', 'contact_creator.elector', 'absent_vote', 'UPDATE') AS may`,
    );
    expect(rows).toEqual([{ may: false }]);
    await expect(
      database.admin.query(`SELECT contact_creator.set_absent_votes($1, '{KA}', '{1}', '{""}', '{post}')`, [
        putney,
      ]),
    ).rejects.toMatchObject({ code: 'KS009' });
  });

  it('name what is wrong', async () => {
    for (const [pointer, more] of [
      ['/constituencyId', { constituencyId: 'nowhere', clear: ['KA-1'] }],
      ['/set', {}],
      ['/set', { set: 7 }],
      ['/set', { set: null }],
      ['/set', { set: [null] }],
      ['/set/0/kind', { set: [{ electorNumber: 'KA-1', kind: 'by post' }] }],
      ['/set/0/electorNumber', { set: [{ kind: 'post' }] }],
      ['/clear', { clear: 'KA-1' }],
      ['/clear', { clear: [7] }],
      ['/more', { more: 1, clear: ['KA-1'] }],
    ] as const) {
      const { status, body } = await send(more);
      expect({ pointer, status, errors: JSON.stringify(body) }).toEqual({
        pointer,
        status: 400,
        errors: expect.stringContaining(`"pointer":"${pointer}`) as unknown,
      });
    }
  });
});
