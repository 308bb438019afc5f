import { Readable } from 'node:stream';
import { loadPostcodes, type BadRow } from '../../src/geography/postcode-loader.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('A Code-Point file', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(async () => {
    await database.drop();
  });

  it('is loaded, again without doubling, and a bad row is reported with its line', async () => {
    const text = [
      'postcode,easting,northing,country_code,lad_code,ward_code,pcon_gss',
      'SW10 0AA,526506,176966,E92000001,E09000013,E05013747,E14001160',
      'SW100AB,526275,177037,E92000001,E09000020,E05009391,E14001160',
      'NOWHERE,526275,177037,E92000001,E09000020,E05009391,E14001160',
      'SW10 0AD,526275,177037,E92000001,E09000020,E05009391,E14999999',
      'SW10 0AE,526275',
    ].join('\n');
    for (let round = 0; round < 2; round += 1) {
      const bad: BadRow[] = [];
      const outcome = await loadPostcodes(database.url('migrator'), Readable.from([text]), (row) =>
        bad.push(row),
      );
      expect(outcome).toEqual({ loaded: 2, refused: 3 });
      expect(bad.map(({ line }) => line)).toEqual([4, 5, 6]);
    }
    const { rows } = await database.admin.query(
      'SELECT postcode, ward_id FROM geography.postcode ORDER BY 1',
    );
    expect(rows).toEqual([
      { postcode: 'SW10 0AA', ward_id: 'E05013747' },
      { postcode: 'SW10 0AB', ward_id: 'E05009391' },
    ]);
  });
});
