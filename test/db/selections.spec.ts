import fc from 'fast-check';
import type { Entry } from '../../src/kill-switch/enter-sql.js';
import { Problem } from '../../src/http/problem.js';
import { readDefinition } from '../../src/targeting/definition.rules.js';
import { electorFields } from '../../src/tools/contact-creator/selections/elector-fields.js';
import {
  countSql,
  pageSql,
} from '../../src/tools/contact-creator/selections/selection-statement.read-model.js';
import { FenceClient } from '../support/fence-client.js';
import { createPerson, putney } from '../support/people.js';
import {
  bruteForce,
  createSelectionElectors,
  dayPlus,
  flags,
  parties,
  postcodes,
  wards,
  type TestDefinition,
  type TestElector,
  type TestExpression,
  type TestLeaf,
} from '../support/selection-electors.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const entry: Partial<Entry> = {
  constituencyIds: [putney],
  action: 'selection.read',
  classes: ['identity', 'opinion', 'electoral-status'],
};

/** As the API role inside the fence: what a policy hides or a plan cannot do would show. */
describe('A selection, asked of the database', () => {
  let database: TestDatabase;
  let fence: FenceClient;
  let electors: TestElector[];
  let today: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    electors = await createSelectionElectors(database.admin, putney, 2000);
    await database.admin.query('ANALYZE');
    const organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    fence = await FenceClient.connect(database);
    await fence.enter(organiser, entry);
    today = (await fence.client.query<{ today: string }>('SELECT current_date::text AS today')).rows[0]!
      .today;
  });

  afterAll(async () => {
    await fence.client.query('ROLLBACK');
    await fence.close();
    await database.drop();
  });

  const askedOf = (definition: unknown) => ({
    constituencyId: putney,
    definition: readDefinition(definition, electorFields, '/definition'),
  });
  const run = async <Row extends object>({ sql, values }: { sql: string; values: unknown[] }) =>
    (await fence.client.query<Row>(sql, values)).rows;
  const idsOf = async (definition: unknown) =>
    (await run<{ id: string }>(pageSql(askedOf(definition), 5000, '0', false))).map(({ id }) => id);
  const countOf = async (definition: unknown) => {
    const rows = await run<{ reason: string | null; electors: number; doors: number; households: number }>(
      countSql(askedOf(definition)),
    );
    const {
      electors: found,
      doors,
      households,
    } = rows.find(({ reason }) => reason === null) ?? {
      electors: 0,
      doors: 0,
      households: 0,
    };
    const excluded = Object.fromEntries(
      rows.filter(({ reason }) => reason !== null).map((row) => [row.reason, row.electors]),
    );
    return {
      electors: found,
      doors,
      households,
      excluded,
      matched: rows.reduce((sum, row) => sum + row.electors, 0),
    };
  };
  const agrees = async (definition: TestDefinition) => {
    const { ids, ...expected } = bruteForce(definition, electors, { constituencyId: putney, today });
    expect(await idsOf(definition)).toEqual(ids);
    expect(await countOf(definition)).toEqual({ ...expected, electors: ids.length });
    const excluded = Object.values(expected.excluded).reduce((sum, n) => sum + n, 0);
    expect(ids.length + excluded).toBe(expected.matched);
  };

  it.each(Object.keys(leaves('2026-11-22')))('finds whom a reader would find by %s', async (field) => {
    const whole = fc.record({
      unit: fc.constant('person' as const),
      base: leaves(today)[field]!,
      fatigueDays: fc.constant(1),
      for: fc.constant('any' as const),
    });
    await fc.assert(fc.asyncProperty(whole, agrees), { numRuns: 6 });
  });

  it('knows every field there is', () => {
    expect(Object.keys(leaves(today)).sort()).toEqual(Object.keys(electorFields).sort());
  });

  it('finds whom a reader would find by any expression, unit, limit and part', async () => {
    await fc.assert(fc.asyncProperty(definitions(today), agrees), { numRuns: 80 });
  }, 120_000);

  it('is found page by page as it is found at once', async () => {
    const definition = { unit: 'household', base: { all: [] }, for: 'doorstep', limit: 300 };
    const pages: string[] = [];
    for (let after = '0'; ;) {
      const page = await run<{ id: string }>(pageSql(askedOf(definition), 70, after, false));
      if (page.length === 0) break;
      pages.push(...page.map(({ id }) => id));
      after = pages.at(-1)!;
    }
    expect(pages).toEqual(await idsOf(definition));
    expect(pages.length).toBeGreaterThan(299);
  });

  it('is parted so that everybody is in one part, whole doors with all who live there', async () => {
    for (const unit of ['person', 'door', 'household'] as const) {
      const whole = { unit, base: { all: [] }, for: 'doorstep' };
      const parts: string[][] = [];
      for (const part of [1, 2, 3])
        parts.push(await idsOf({ ...whole, split: { seed: 'a', parts: 3, part } }));
      expect(parts.flat().sort()).toEqual((await idsOf(whole)).sort());
      expect(Math.min(...parts.map(({ length }) => length))).toBeGreaterThan(100);
      if (unit === 'person') continue;
      const doorOf = new Map(electors.map(({ id, doorId }) => [id, doorId]));
      const doors = parts.map((ids) => new Set(ids.map((id) => doorOf.get(id))));
      expect([...doors[0]!].filter((door) => doors[1]!.has(door) || doors[2]!.has(door))).toEqual([]);
    }
  });

  it('shows no opinion of anybody under age', async () => {
    const definition = { unit: 'person', base: { all: [] }, for: 'any', fatigueDays: 1 };
    const rows = await run<{ id: string; opinion: unknown }>(pageSql(askedOf(definition), 5000, '0', true));
    const isYoung = new Set(electors.filter((e) => (e.attainsOn ?? '') > today).map(({ id }) => id));
    const known = new Set(electors.filter((e) => e.hasOpinion).map(({ id }) => id));
    expect(rows.filter(({ id }) => isYoung.has(id) && known.has(id)).length).toBeGreaterThan(5);
    expect(
      rows.filter(({ id, opinion }) => (opinion !== null) !== (known.has(id) && !isYoung.has(id))),
    ).toEqual([]);
  });

  it('is either refused with pointers or runs, whatever JSON defines it', async () => {
    const junk = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>(
        { all: [] },
        { any: [] },
        [],
        true,
        false,
        3,
        'a',
        '500000001',
        'door',
        'any',
        '2027-05-06',
      ),
      fc.constantFrom<unknown>(null, '', '\0', '\ud800', -1, 1e300, [], {}, ['\0'], '1; DROP TABLE x', {
        all: null,
      }),
      fc.string({ unit: 'binary' }),
    );
    let ran = 0;
    const property = fc.asyncProperty(definitions(today), fc.nat(), junk, async (valid, place, value) => {
      const definition = replaceOne(structuredClone(valid), place, value);
      try {
        readDefinition(definition, electorFields, '/definition');
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
        const { code, errors } = error as Problem;
        expect(code).toBe('validation-failed');
        expect(errors?.length).toBeGreaterThan(0);
        for (const { pointer } of errors ?? []) expect(pointer).toMatch(/^\/definition(\/|$)/);
        return;
      }
      await idsOf(definition);
      await countOf(definition);
      ran += 1;
    });
    await fc.assert(property, { numRuns: 250 });
    expect(ran).toBeGreaterThan(0);
  }, 120_000);
});

/** Conditions of every field, as arbitrary values that mostly find somebody. */
function leaves(today: string): Record<string, fc.Arbitrary<TestLeaf>> {
  const many = (values: readonly string[]) => fc.subarray([...values], { minLength: 1 });
  const days = fc.integer({ min: 1, max: 700 });
  const day = fc.integer({ min: -1500, max: 1500 }).map((n) => dayPlus(today, n));
  const leaf = (field: string, op: string, value?: fc.Arbitrary<unknown>): fc.Arbitrary<TestLeaf> =>
    value === undefined ? fc.constant({ field, op }) : value.map((one) => ({ field, op, value: one }));
  const aged = (arbitrary: fc.Arbitrary<TestLeaf>) =>
    fc
      .tuple(arbitrary, fc.option(days, { nil: undefined }), fc.option(days, { nil: undefined }))
      .map(([one, withinDays, olderThanDays]) => ({
        ...one,
        ...(withinDays === undefined ? {} : { withinDays }),
        ...(olderThanDays === undefined ? {} : { olderThanDays }),
      }));
  const happened = (field: string) =>
    fc.oneof(leaf(field, 'never'), leaf(field, 'withinDays', days), leaf(field, 'notWithinDays', days));
  const ids = (from: number, count: number) =>
    many(Array.from({ length: count }, (_, n) => String(500_000_000 + from + n)));
  const categories = 'firm-support lean-support undecided lean-other firm-other wont-say non-voter'.split(
    ' ',
  );
  return {
    ward: leaf('ward', 'in', many([...wards, 'E05999999'])),
    pollingDistrict: leaf('pollingDistrict', 'in', ids(0, 4)),
    roadGroup: leaf('roadGroup', 'in', ids(10, 3)),
    street: leaf('street', 'in', ids(20, 6)),
    postcode: fc.oneof(
      leaf('postcode', 'is', fc.constantFrom(...postcodes)),
      leaf('postcode', 'startsWith', fc.constantFrom('SW1', 'SW15', 'SW15 1', 'SW18 1', 'N1')),
    ),
    viCategory: aged(leaf('viCategory', 'in', many(categories))),
    viParty: aged(leaf('viParty', 'in', many(parties))),
    viKnown: leaf('viKnown', 'is', fc.boolean()),
    flags: leaf('flags', 'has', fc.constantFrom(...flags, 'nothing')),
    contacted: happened('contacted'),
    attempted: happened('attempted'),
    contactCount: fc.oneof(leaf('contactCount', 'gte', fc.nat(7)), leaf('contactCount', 'lte', fc.nat(7))),
    absentVote: leaf('absentVote', 'in', many(['post', 'proxy', 'postal-proxy', 'none'])),
    attainer: fc.oneof(leaf('attainer', 'is', fc.boolean()), leaf('attainer', 'attainsBefore', day)),
    eligibleFor: leaf(
      'eligibleFor',
      'election',
      fc.record({
        type: fc.constantFrom('uk-parliament', 'devolved', 'local', 'police-and-crime-commissioner'),
        on: fc.oneof(day, fc.constantFrom('2024-02-29', '2028-02-29', '2027-02-28')),
      }),
    ),
    isOptedOut: leaf('isOptedOut', 'is', fc.boolean()),
    entryKind: leaf('entryKind', 'in', many(['ordinary', 'other', 'anonymous'])),
    channels: leaf('channels', 'has', fc.constantFrom('doorstep', 'post')),
  };
}

function definitions(today: string): fc.Arbitrary<TestDefinition> {
  const { expression } = fc.letrec<{ expression: TestExpression }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.oneof(...Object.values(leaves(today))),
      fc.record({ all: fc.array(tie('expression'), { maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('expression'), { maxLength: 3 }) }),
      fc.record({ not: tie('expression') }),
    ),
  }));
  return fc.record(
    {
      unit: fc.constantFrom('person', 'door', 'household'),
      base: expression,
      steps: fc.array(fc.record({ op: fc.constantFrom('add', 'narrow', 'remove'), expression }), {
        maxLength: 3,
      }),
      limit: fc.integer({ min: 1, max: 400 }),
      split: fc
        .record({ seed: fc.constantFrom('a', 'b c'), parts: fc.integer({ min: 2, max: 4 }), at: fc.nat(99) })
        .map(({ seed, parts, at }) => ({ seed, parts, part: (at % parts) + 1 })),
      fatigueDays: fc.constantFrom(1, 7, 90),
      for: fc.constantFrom('doorstep', 'any'),
    },
    { requiredKeys: ['unit', 'base', 'for'] },
  );
}

/** Puts a value in the place of one of a tree. */
function replaceOne(tree: unknown, place: number, value: unknown): unknown {
  const places: [parent: Record<string, unknown>, key: string][] = [];
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, inner] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      visit(inner);
    }
  };
  visit(tree);
  const chosen = places[place % (places.length + 1)];
  if (!chosen) return value;
  chosen[0][chosen[1]] = value;
  return tree;
}
