import { searchSql } from '../../src/tools/contact-creator/register/elector.read-model.js';
import { electorSearch } from '../../src/tools/contact-creator/register/elector-search.rules.js';
import { readDefinition } from '../../src/targeting/definition.rules.js';
import { electorFields } from '../../src/tools/contact-creator/selections/elector-fields.js';
import {
  countSql,
  pageSql,
} from '../../src/tools/contact-creator/selections/selection-statement.read-model.js';
import type { ElectorQuery } from '../../src/tools/contact-creator/register/elector.dto.js';
import { FenceClient } from '../support/fence-client.js';
import { expectGolden } from '../support/golden.js';
import { createPerson, putney } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: Plan[];
}

/** Under a policy only leakproof operators reach an index: the plans are the API role's, inside the fence. */
describe('The plans of the API role', () => {
  let database: TestDatabase;
  let districtId = '';

  beforeAll(async () => {
    database = await createTestDatabase();
    for (const code of 'KA KB KC KD KE KF KG KH KI KJ KK KL KM KN KO KP KQ KR KS KT'.split(' '))
      ({ districtId } = await createRegister(database.admin, putney, code, 10, 50));
    await database.admin.query(
      `INSERT INTO contact_creator.elector_opinion (constituency_id, elector_id, vi_category, vi_at)
       SELECT constituency_id, id, CASE WHEN id % 20 = 0 THEN 'undecided' ELSE 'firm-other' END, now()
       FROM contact_creator.elector WHERE id % 3 = 0`,
    );
    await database.admin.query('ANALYZE');
  }, 120_000);

  afterAll(async () => {
    await database.drop();
  });

  it('are the reviewed ones, on twenty thousand electors', async () => {
    const organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const fence = await FenceClient.connect(database);
    const lines: string[] = [];
    try {
      await fence.enter(organiser, { constituencyIds: [putney] });
      const searches: Record<string, Partial<ElectorQuery>> = {
        'elector page': {},
        'name search': { name: 'surname12' },
        postcode: { postcode: 'SW15 0AA' },
        number: { number: 'KA-124' },
      };
      for (const [name, query] of Object.entries(searches)) {
        const { sql, values } = searchSql(
          electorSearch({ constituencyId: putney, limit: 50, ...query }),
          51,
          undefined,
        );
        lines.push(name, ...(await planOf(fence, sql, values)));
      }
      await fence.client.query('ROLLBACK');
      await fence.enter(organiser, { constituencyIds: [putney], classes: ['identity', 'opinion'] });
      const undecided = { field: 'viCategory', op: 'in', value: ['undecided'] };
      const inDistrict = { field: 'pollingDistrict', op: 'in', value: [districtId] };
      const definition = { unit: 'person', base: { all: [inDistrict, undecided] }, for: 'doorstep' };
      const asked = {
        constituencyId: putney,
        definition: readDefinition(definition, electorFields, ''),
      };
      const page = pageSql(asked, 51, '0', false);
      lines.push('selection page', ...(await planOf(fence, page.sql, page.values)));
      const count = countSql(asked);
      lines.push('selection count', ...(await planOf(fence, count.sql, count.values)));
    } finally {
      await fence.client.query('ROLLBACK');
      await fence.close();
    }
    expectGolden('plans.txt', `${lines.join('\n')}\n`);
  });
});

async function planOf(fence: FenceClient, sql: string, values: unknown[]): Promise<string[]> {
  const { rows } = await fence.client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (FORMAT JSON) ${sql}`,
    values,
  );
  return shape(rows[0]!['QUERY PLAN'][0]!.Plan, 1);
}

/** Node types, indexes and the columns by which they are entered; the partitions of one table look alike. */
function shape(plan: Plan, depth: number): string[] {
  const index = plan['Index Name'] === undefined ? '' : ` ${plan['Index Name']}`;
  const entered = [...(plan['Index Cond'] ?? '').matchAll(/\((?:\w+\.)?(\w+) (?:[<>]?=|<|>) /g)].map(
    ([, column]) => column,
  );
  const columns = entered.length === 0 ? '' : ` (${[...new Set(entered)].join(', ')})`;
  return [
    `${'  '.repeat(depth)}${plan['Node Type']}${index}${columns}`,
    ...(plan.Plans ?? []).flatMap((below) => shape(below, depth + 1)),
  ];
}
