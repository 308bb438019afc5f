import fc from 'fast-check';
import { unitKey } from '../../src/tools/contact-creator/register/unit-key.rules.js';
import {
  compareDoors,
  isOnWalkedSide,
  SIDE_MODES,
  walkedSideSql,
  walkOrderSql,
  type DoorPlace,
} from '../../src/tools/contact-creator/register/walk-order.rules.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('The walk order', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  const units = [
    '',
    'Flat 1',
    'Flat 2',
    'Flat 10',
    'Flat 3A',
    'Basement Flat',
    'Top Flat',
    'Annexe',
    'Zoë',
    '😀',
    '\uffee',
  ];
  const numbered: fc.Arbitrary<DoorPlace> = fc.record({
    number: fc.integer({ min: 0, max: 12 }),
    numberSuffix: fc.constantFrom('', 'A', 'B', 'Z'),
    unitKey: fc.constantFrom(...units).map((unit) => unitKey(unit || null, null)),
    firstNumber: fc.constantFrom(null, '1', '2', '3.5', '10', '99999999.9999'),
  });
  const door = fc.oneof(
    { weight: 3, arbitrary: numbered },
    { weight: 1, arbitrary: numbered.map((one) => ({ ...one, number: null, numberSuffix: '' })) },
  );
  const columns = `unnest($1::int[], $2::text[], $3::text[], $4::numeric[]) WITH ORDINALITY
    AS door (number, number_suffix, unit_key, first_number, id), (SELECT $5::text AS side_mode) AS street`;
  const values = (doors: readonly DoorPlace[], mode: string) => [
    doors.map(({ number }) => number),
    doors.map(({ numberSuffix }) => numberSuffix),
    doors.map(({ unitKey: key }) => key),
    doors.map(({ firstNumber }) => firstNumber),
    mode,
  ];

  it('is the same in TypeScript and in SQL, for any doors and every side mode', async () => {
    const doorList = fc.array(door, { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SIDE_MODES), doorList, async (mode, doors) => {
        const { rows } = await database.admin.query<{ id: string }>(
          `SELECT door.id FROM ${columns} ORDER BY ${walkOrderSql('door', 'street')}, door.id`,
          values(doors, mode),
        );
        const compare = compareDoors(mode);
        const sorted = doors
          .map((one, index) => ({ one, id: index + 1 }))
          .sort((a, b) => compare(a.one, b.one) || a.id - b.id);
        expect(rows.map(({ id }) => Number(id))).toEqual(sorted.map(({ id }) => id));
      }),
      { numRuns: 400 },
    );
  });

  it('walks the same side in TypeScript and in SQL', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SIDE_MODES), fc.array(door), async (mode, doors) => {
        const { rows } = await database.admin.query<{ walked: boolean }>(
          `SELECT ${walkedSideSql('door', 'street')} AS walked FROM ${columns} ORDER BY door.id`,
          values(doors, mode),
        );
        expect(rows.map(({ walked }) => walked)).toEqual(
          doors.map(({ number }) => isOnWalkedSide(mode, number)),
        );
      }),
      { numRuns: 50 },
    );
  });
});
