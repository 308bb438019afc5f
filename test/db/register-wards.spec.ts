import { randomUUID } from 'node:crypto';
import { wardsByPostcode } from '../../migrations/parts/register-wards.js';
import { putney } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** Of the 1.7 million postcodes of the country a register has some two thousand. */
describe('The wards of the districts of a register', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.admin.query(
      `INSERT INTO geography.postcode (postcode, ward_id, constituency_id)
       SELECT format('SW%s %s%s%s', area, sector, chr(65 + one), chr(65 + two)), 'E05014011', $1
       FROM generate_series(1, 20) area, generate_series(0, 9) sector, generate_series(0, 25) one, generate_series(0, 25) two`,
      [putney],
    );
    for (const code of ['KA', 'KB', 'KC', 'KD']) await createRegister(database.admin, putney, code, 50, 50);
    await database.admin.query('ANALYZE');
  }, 120_000);

  afterAll(async () => {
    await database.drop();
  });

  it('are looked up through the index, by postcode and by sector, never by reading all postcodes', async () => {
    const { rows } = await database.admin.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `EXPLAIN (FORMAT JSON) ${wardsByPostcode}`,
      [putney, randomUUID()],
    );
    const lookUps = nodesOf(rows[0]!['QUERY PLAN'][0]!.Plan)
      .filter((node) => node['Relation Name'] === 'postcode' || node['Index Name'] === 'postcode_pkey')
      .map((node) => `${node['Node Type']} ${node['Index Name'] ?? ''}`.trim());
    expect(lookUps.length).toBeGreaterThan(1);
    for (const lookUp of lookUps) expect(lookUp).not.toMatch(/Seq Scan/);
    expect(lookUps.join()).toContain('postcode_pkey');
  });
});
