import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('The record of what was cut', () => {
  let database: TestDatabase;
  const [one, other] = [randomUUID(), randomUUID()];
  const tool = 'tool:organise';

  beforeAll(async () => {
    database = await createTestDatabase();
    for (const incarnation of [one, other])
      await database.admin.query(`SELECT ks.register_replica($1, 'here', 1, 'test')`, [incarnation]);
    await database.admin.query(
      `INSERT INTO ks.flip (epoch, action, scopes) VALUES (11, 'suspend', '{area:E14001434}'), (12, 'suspend', '{tool:organise}'),
         (13, 'lift', '{tool:organise}'), (14, 'revoke', '{user:a}')`,
    );
    await database.admin.query(`UPDATE ks.state SET epoch = 14`);
    await database.admin.query(
      `UPDATE ks.scope SET suspended = true, gen = 3, since_epoch = 12 WHERE kind = 'tool' AND id = 'organise'`,
    );
  });
  afterAll(() => database.drop());

  const cut = (more: object = {}) => ({
    id: randomUUID(),
    admitted: 10,
    known: 14,
    scopes: [tool],
    ago: 5,
    what: 'answer',
    isLate: false,
    why: 'tool-suspended',
    requestId: randomUUID(),
    accountId: randomUUID(),
    sessionId: randomUUID(),
    route: 'GET /v1/members',
    action: 'member.read',
    bytes: 10,
    rows: null,
    ...more,
  });
  const record = (incarnation: string, cuts: object[]) =>
    database.admin.query('SELECT ks.record_cuts($1, $2)', [incarnation, JSON.stringify(cuts)]);
  const count = (incarnation: string, generation: number, refused: number) =>
    database.admin.query('SELECT ks.count_refusals($1, $2)', [
      incarnation,
      JSON.stringify([{ scope: tool, generation, refused }]),
    ]);
  const epochOf = async (id: string) =>
    (await database.admin.query<{ epoch: string | null }>('SELECT epoch FROM ks.cut WHERE id = $1', [id]))
      .rows[0]?.epoch;
  const cutsOf = async (epoch: number) =>
    (
      await database.admin.query<{ cuts: { cut: number; late: number; refused: number }[] }>(
        'SELECT ks.cuts_of($1) AS cuts',
        [epoch],
      )
    ).rows[0]?.cuts.map(({ cut, late, refused }) => [cut, late, refused]);

  it('names the first flip that ended what was cut, and none where the lease did', async () => {
    const cases: [object, string | null][] = [
      [{}, '12'],
      [{ admitted: 12 }, null],
      [{ admitted: 11, scopes: ['user:a', tool] }, '12'],
      [{ admitted: 12, scopes: ['user:a', tool] }, '14'],
      [{ scopes: ['area:0'] }, '11'],
      [{ scopes: ['area:E14001586'] }, null],
      [{ known: 11 }, null],
    ];
    const given: (string | null | undefined)[] = [];
    for (const [more] of cases) {
      const made = cut(more);
      await record(one, [made]);
      given.push(await epochOf(made.id));
    }
    expect(given).toEqual(cases.map(([, epoch]) => epoch));
    await database.admin.query('DELETE FROM ks.cut');
  });

  it('holds what is repeated once, and counts for each replica', async () => {
    const made = [cut(), cut({ isLate: true })];
    await record(one, made);
    await record(one, [...made, cut()]);
    await record(other, [cut()]);
    await count(other, 3, 7);
    await count(other, 3, 5);
    expect(await cutsOf(12)).toEqual([
      [3, 1, 0],
      [1, 0, 7],
    ]);
    expect(await cutsOf(11)).toEqual([]);
  });

  it('counts no refusal for a flip that it was not for', async () => {
    await count(one, 2, 100);
    expect((await cutsOf(12))?.map(([, , refused]) => refused)).toEqual([0, 7]);
  });
});
