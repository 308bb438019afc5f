import { TellDoorsByDistrict1763780400046 } from '../../migrations/1763780400046-tell-doors-by-district.js';
import { putney } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('The keys of doors that are held when districts begin to tell them apart', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  const keys = async () =>
    (
      await database.admin.query<{ key: string }>('SELECT key FROM contact_creator.door ORDER BY id')
    ).rows.map(({ key }) => key);

  it('name the district where there is no postcode, and lose it again on the way back', async () => {
    await database.admin.query(
      `INSERT INTO contact_creator.polling_district (constituency_id, id, code) VALUES ($1, 1, 'KA'), ($1, 2, 'KB')`,
      [putney],
    );
    await database.admin.query(
      `INSERT INTO contact_creator.street (constituency_id, id, polling_district_id, name, name_folded)
       SELECT $1, id, id, 'High Street', 'high street' FROM generate_series(1, 2) id`,
      [putney],
    );
    await database.admin.query(
      `INSERT INTO contact_creator.door (constituency_id, id, street_id, key, address_lines, postcode)
       VALUES ($1, 1, 1, 'a:1 high street|', '{1 High Street}', NULL), ($1, 2, 1, 'a:1 high street|SW151AA', '{1 High Street}', 'SW15 1AA'),
              ($1, 3, 1, 'u:1', '{2 High Street}', NULL)`,
      [putney],
    );
    const runner = { query: (sql: string) => database.admin.query(sql) } as never;
    const migration = new TellDoorsByDistrict1763780400046();
    const [first, ...others] = await keys();
    await migration.up(runner);
    expect(await keys()).toEqual(['a:1 high street||KA', ...others]);
    await database.admin.query(
      `INSERT INTO contact_creator.door (constituency_id, id, street_id, key, address_lines)
       VALUES ($1, 4, 2, 'a:1 high street||KB', '{1 High Street}')`,
      [putney],
    );
    await migration.down(runner);
    expect(await keys()).toEqual([first, ...others, 'a:1 high street||KB']);
    await migration.up(runner);
    expect(await keys()).toEqual(['a:1 high street||KA', ...others, 'a:1 high street||KB']);
  });
});
