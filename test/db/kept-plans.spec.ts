import { searchSql } from '../../src/tools/contact-creator/register/elector.read-model.js';
import { electorSearch } from '../../src/tools/contact-creator/register/elector-search.rules.js';
import { FenceClient } from '../support/fence-client.js';
import { createPerson, putney } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Plan {
  'Node Type': string;
  'Plan Rows': number;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** Plans that are made once for all values know none of them: what is good for one constituency may read a nation. */
describe('A plan that is kept', () => {
  let database: TestDatabase;
  let fence: FenceClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createRegister(database.admin, putney, 'KA', 100, 50);
    await database.admin.query('ANALYZE');
    fence = await FenceClient.connect(database);
  }, 120_000);

  afterAll(async () => {
    await fence.close();
    await database.drop();
  });

  const enter = async () => {
    const purposes = ['voter-contact'];
    const organiser = await createPerson(database, { role: 'organiser', constituencyId: putney, purposes });
    await fence.enter(organiser, { constituencyIds: [putney], keepsPlans: true });
  };

  it('of a page of electors answers as many as are asked for, in order', async () => {
    await enter();
    try {
      for (const limit of [2, 51, 501]) {
        const { sql, values } = searchSql(electorSearch({ constituencyId: putney, limit }), limit, undefined);
        const { rows } = await fence.client.query<{ id: string }>({ name: 'page', text: sql, values });
        const ids = rows.map(({ id }) => Number(id));
        expect(ids).toHaveLength(limit);
        expect(ids).toEqual([...ids].sort((a, b) => a - b));
      }
    } finally {
      await fence.client.query('ROLLBACK');
    }
  });

  it('of a page of electors reads a page and sorts nothing', async () => {
    await enter();
    try {
      for (const after of [undefined, { id: '1' }]) {
        const { sql } = searchSql(electorSearch({ constituencyId: putney, limit: 50 }), 51, after);
        const { rows } = await fence.client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
          `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${sql}`,
        );
        const nodes = nodesOf(rows[0]!['QUERY PLAN'][0]!.Plan);
        const limits = nodes.filter((node) => node['Node Type'] === 'Limit');
        expect(limits.length).toBeGreaterThan(0);
        for (const limit of limits) expect(limit['Plan Rows']).toBeLessThanOrEqual(501);
        expect(nodes.map((node) => node['Node Type'])).not.toContain('Sort');
        expect(nodes.map((node) => node['Node Type'])).not.toContain('Hash Join');
      }
    } finally {
      await fence.client.query('ROLLBACK');
    }
  });
});
