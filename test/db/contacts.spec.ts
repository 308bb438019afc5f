import fc from 'fast-check';
import { readItem, type ContactItem } from '../../src/tools/contact-creator/contacts/contact-item.rules.js';
import {
  DOOR_OUTCOMES,
  FLAGS,
  OUTCOMES,
} from '../../src/tools/contact-creator/contacts/contact-vocabulary.js';
import { Faults } from '../../src/targeting/field.js';
import { createControllerProfile } from '../support/controller-profile.js';
import { emptyTables } from '../support/empty-tables.js';
import { FenceClient } from '../support/fence-client.js';
import { createPerson, putney, type Person } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** What a device hands in: contacts, and what it later takes back or corrects. */
interface Step {
  kind: 'record' | 'correct' | 'retract';
  item: ContactItem;
  /** The contact that is corrected or retracted. */
  of?: string;
}

/** What is derived must follow from the contacts alone, whatever the order and the batches in which they came. */
describe('What is derived from contacts', () => {
  let database: TestDatabase;
  let fence: FenceClient;
  let organiser: Person;
  let electors: { id: string; door_id: string }[];

  beforeAll(async () => {
    database = await createTestDatabase();
    await createRegister(database.admin, putney, 'KA', 1, 2);
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    await createControllerProfile(database.admin, organiser.accountId);
    const { rows } = await database.admin.query<{ id: string; door_id: string }>(
      'SELECT id, door_id FROM contact_creator.elector WHERE door_id IS NOT NULL ORDER BY id',
    );
    electors = rows;
    fence = await FenceClient.connect(database);
  });

  afterAll(async () => {
    await fence.close();
    await database.drop();
  });

  const inContext = async (sql: string, values: unknown[]) => {
    await fence.enter(organiser, {
      action: 'contact.record',
      mode: 'change',
      constituencyIds: [putney],
      classes: [],
      purpose: undefined,
    });
    const { rows } = await fence.client.query<{ status: string }>(sql, values);
    await fence.client.query('COMMIT');
    return rows.map(({ status }) => status);
  };
  const record = (items: ContactItem[]) =>
    inContext('SELECT status FROM contact_creator.record_contacts($1, $2)', [putney, JSON.stringify(items)]);
  const run = (step: Step) =>
    step.kind === 'retract'
      ? inContext('SELECT contact_creator.retract_contact($1, $2, $3) AS status', [putney, step.of, 'wrong'])
      : inContext('SELECT status FROM contact_creator.correct_contact($1, $2, $3, $4)', [
          putney,
          step.of,
          JSON.stringify(step.item),
          'wrong',
        ]);

  /** Everything derived, after the steps in this order; records that stand together and are allowed to go in one batch. */
  const derivedBy = async (steps: readonly Step[], batchSizes: readonly number[]): Promise<unknown[]> => {
    await emptyTables(database.admin, [
      'contact_creator.contact_answer',
      'contact_creator.contact_subject',
      'contact_creator.contact',
    ]);
    await database.admin.query(
      `UPDATE contact_creator.elector SET last_attempt_at = NULL, last_contact_at = NULL, attempt_count = 0, contact_count = 0,
              flags = '{}', objected_at = NULL, do_not_return_until = NULL, is_deceased = false, has_moved = false`,
    );
    await database.admin.query('DELETE FROM contact_creator.elector_opinion');
    await database.admin.query('UPDATE contact_creator.door SET do_not_knock_at = NULL');
    const done = new Set<string>();
    const waiting = [...steps];
    for (let n = 0; waiting.length > 0; n++) {
      const size = batchSizes[n % batchSizes.length]!;
      const batch: Step[] = [];
      while (waiting[0]?.kind === 'record' && batch.length < size) batch.push(waiting.shift()!);
      if (batch.length > 0) {
        expect(new Set(await record(batch.map(({ item }) => item)))).toEqual(new Set(['recorded']));
        for (const { item } of batch) done.add(item.id);
        continue;
      }
      const step = waiting.shift()!;
      // Nothing is corrected before it was recorded.
      if (done.has(step.of!)) {
        expect(['recorded', 'retracted']).toContain((await run(step))[0]);
        done.add(step.item.id);
      } else waiting.push(step);
    }
    const differences = await database.admin.query('SELECT * FROM contact_creator.derived_differences($1)', [
      putney,
    ]);
    expect(differences.rows).toEqual([]);
    const { rows } = await database.admin.query(
      `SELECT e.id, e.attempt_count, e.contact_count, e.last_attempt_at, e.last_contact_at, e.flags, e.objected_at, e.do_not_return_until,
              e.is_deceased, e.has_moved, d.do_not_knock_at, to_jsonb(o) AS opinion
       FROM contact_creator.elector e LEFT JOIN contact_creator.door d ON d.id = e.door_id
       LEFT JOIN contact_creator.elector_opinion o ON o.elector_id = e.id ORDER BY e.id`,
    );
    return rows;
  };

  const start = Date.now() - 80 * 86_400_000;
  const content = fc.record(
    {
      whom: fc.nat({ max: 7 }),
      method: fc.constantFrom('doorstep', 'phone'),
      outcome: fc.constantFrom(...OUTCOMES),
      // Few moments, so that many are the same.
      hour: fc.nat({ max: 6 }),
      votingIntentionCode: fc.option(fc.constantFrom('F', 'L', 'A', 'W'), { nil: undefined }),
      likelihood: fc.option(fc.nat({ max: 10 }), { nil: undefined }),
      flags: fc.subarray(FLAGS.slice(0, 4)),
      flagsCleared: fc.subarray(FLAGS.slice(4)),
      swap: fc.boolean(),
      days: fc.nat({ max: 30 }),
    },
    { requiredKeys: ['whom', 'method', 'outcome', 'hour', 'flags', 'flagsCleared', 'swap', 'days'] },
  );
  type Content = typeof content extends fc.Arbitrary<infer Value> ? Value : never;

  const itemOf = (id: string, one: Content): ContactItem => {
    const elector = electors[one.whom % electors.length]!;
    // Every other is of the door: nobody named, nothing said.
    const isOfDoor = one.whom >= electors.length && DOOR_OUTCOMES.includes(one.outcome);
    const [flags, flagsCleared] = one.swap ? [one.flagsCleared, one.flags] : [one.flags, one.flagsCleared];
    const { votingIntentionCode, likelihood } = one;
    const read = readItem(
      {
        id,
        method: one.method,
        outcome: one.outcome,
        ...(isOfDoor
          ? { doorId: elector.door_id }
          : { electorId: elector.id, votingIntentionCode, likelihood, flags, flagsCleared }),
        ...(one.outcome === 'do-not-return'
          ? { doNotReturnUntil: `2031-01-${String(one.days + 1).padStart(2, '0')}` }
          : {}),
        deviceAt: new Date(start + one.hour * 3_600_000).toISOString(),
      },
      '',
      putney,
      new Faults(),
    );
    return read!;
  };

  it('is the same for every order and every cut into batches, with corrections and retractions', async () => {
    const plan = fc
      .uniqueArray(fc.uuid({ version: 4 }), { minLength: 2, maxLength: 12 })
      .chain((ids) =>
        fc.tuple(
          fc.tuple(...ids.map((id) => fc.tuple(fc.constant(id), content))),
          fc.array(fc.tuple(fc.nat(), fc.uuid({ version: 7 }), content, fc.boolean()), { maxLength: 4 }),
        ),
      )
      .map(([records, changes]): Step[] => {
        const changed = new Set<string>();
        const later = changes.flatMap(([which, id, one, isRetraction]): Step[] => {
          const of = records[which % records.length]![0];
          if (changed.has(of)) return [];
          changed.add(of);
          return [{ kind: isRetraction ? 'retract' : 'correct', item: itemOf(id, one), of }];
        });
        return [...records.map(([id, one]): Step => ({ kind: 'record', item: itemOf(id, one) })), ...later];
      });
    const shuffled = plan.chain((steps) =>
      fc.record({
        steps: fc.constant(steps),
        other: fc.shuffledSubarray(steps, { minLength: steps.length }),
        sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ({ steps, other, sizes }) => {
        expect(await derivedBy(other, sizes)).toEqual(await derivedBy(steps, [12]));
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
