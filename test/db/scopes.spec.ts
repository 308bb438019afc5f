import fc from 'fast-check';
import { SWITCHED_TOOLS, TOOLS } from '../../src/config/vocabulary.js';
import type { Reach } from '../../src/http/route.js';
import { scopesOf, type ScopedActor } from '../../src/kill-switch/scopes.rules.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const reaches: Reach[] = [
  ...SWITCHED_TOOLS.map((tool): Reach => ({ kind: 'tool', tool })),
  ...TOOLS.flatMap((tool): Reach[] => [
    { kind: 'deposit', tool },
    { kind: 'public', tool },
  ]),
  { kind: 'control' },
  { kind: 'rights' },
  { kind: 'self' },
  { kind: 'stop' },
  { kind: 'open' },
];

describe('The scopes of a piece of work', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  it('are the same in TypeScript and in SQL, for every reach and any actor', async () => {
    const actor: fc.Arbitrary<ScopedActor> = fc.record({
      kind: fc.constantFrom('person', 'client'),
      accountId: fc.uuid(),
      officeIds: fc.uniqueArray(fc.uuid(), { maxLength: 3 }),
    });
    const area = fc.integer({ min: 0, max: 99_999_999 }).map((n) => `E${String(n).padStart(8, '0')}`);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...reaches),
        actor,
        fc.uniqueArray(area, { maxLength: 4 }),
        async (reach, who, areas) => {
          const { rows } = await database.admin.query<{ key: string }>(
            `SELECT kind || ':' || id AS key FROM ks.scopes_of($1, $2, $3, $4, $5, $6)`,
            [reach.kind, 'tool' in reach ? reach.tool : null, who.kind, who.accountId, who.officeIds, areas],
          );
          expect(rows.map(({ key }) => key).sort()).toEqual([...scopesOf(reach, who, areas)].sort());
        },
      ),
      { numRuns: 300 },
    );
  });
});
