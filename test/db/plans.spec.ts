import { randomUUID } from 'node:crypto';
import { derivedElectorsSql } from '../../migrations/parts/contact-derivation.js';
import { myWalksSql, walkDoorsSql } from '../../migrations/parts/walk-functions.js';
import { contactsSql } from '../../src/tools/contact-creator/contacts/contact.read-model.js';
import { blockSql, hashesOnly } from '../../src/tools/contact-creator/exports/export-block.read-model.js';
import { searchSql } from '../../src/tools/contact-creator/register/elector.read-model.js';
import { electorSearch } from '../../src/tools/contact-creator/register/elector-search.rules.js';
import { control, tool } from '../../src/http/route.js';
import { actionsSql, disclosuresSql, sliceValues } from '../../src/ledger/ledger.read-model.js';
import { prefixRange } from '../../src/intake/fold.rules.js';
import { pendingSql, recipientsSql } from '../../src/tools/organise/mailings/mailing-recipient.repository.js';
import { memberCommunication } from '../../src/tools/organise/mailings/member-communication.js';
import { readSegment } from '../../src/tools/organise/mailings/segment.rules.js';
import { walksSql } from '../../src/tools/contact-creator/lists/walk.repository.js';
import { memberSearchSql } from '../../src/tools/organise/members/member.read-model.js';
import { roleHolderSql } from '../../src/tools/organise/role-holders/role-holder.read-model.js';
import { readDefinition } from '../../src/targeting/definition.rules.js';
import { electorFields } from '../../src/tools/contact-creator/selections/elector-fields.js';
import {
  countSql,
  pageSql,
} from '../../src/tools/contact-creator/selections/selection-statement.read-model.js';
import type { ElectorQuery } from '../../src/tools/contact-creator/register/elector.dto.js';
import { FenceClient } from '../support/fence-client.js';
import { createMailing } from '../support/mailing.js';
import { expectGolden } from '../support/golden.js';
import { createPerson, putney } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface Statement {
  sql: string;
  values: unknown[];
}

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
    await createWalks();
    await createContacts();
    await createMembers();
    await createRecord();
    await database.admin.query('ANALYZE');
  }, 120_000);

  afterAll(async () => {
    await database.drop();
  });

  /** Two lists of two hundred walks of ten doors. */
  const createWalks = async () => {
    const { accountId } = await createPerson(database);
    await database.admin.query(
      `INSERT INTO contact_creator.list (constituency_id, id, name, purpose, uses_opinions, cut_by, max_doors, fatigue_days,
                                         selected_count, created_by, expires_at)
       SELECT $1, gen_random_uuid(), 'List ' || n, 'voter-contact', false, 'size', 50, 7, 20000, $2, now() + interval '30 days'
       FROM generate_series(1, 2) n`,
      [putney, accountId],
    );
    await database.admin.query(
      `INSERT INTO contact_creator.walk (constituency_id, id, list_id, position, polling_district_id, name, door_count, elector_count,
                                         assigned_to, assigned_from, assigned_until)
       SELECT s.constituency_id, gen_random_uuid(), l.id, row_number() OVER (PARTITION BY l.id ORDER BY s.id), s.polling_district_id,
              s.id, 50, 100, $1, now(), now() + interval '1 day'
       FROM contact_creator.street s, contact_creator.list l`,
      [accountId],
    );
    await database.admin.query(
      `INSERT INTO contact_creator.walk_door (constituency_id, walk_id, position, door_id)
       SELECT w.constituency_id, w.id, d.number, d.id FROM contact_creator.walk w
       JOIN contact_creator.door d ON d.constituency_id = w.constituency_id AND d.street_id::text = w.name AND d.number <= 10`,
    );
    await database.admin.query(
      `INSERT INTO contact_creator.walk_elector (constituency_id, walk_id, door_id, elector_id)
       SELECT w.constituency_id, w.walk_id, w.door_id, e.id FROM contact_creator.walk_door w
       JOIN contact_creator.elector e ON e.constituency_id = w.constituency_id AND e.door_id = w.door_id`,
    );
  };
  /** Three contacts with every other elector. */
  const createContacts = async () => {
    const { accountId } = await createPerson(database);
    await database.admin.query(
      `INSERT INTO contact_creator.contact (constituency_id, id, elector_id, door_id, method, outcome, device_at, effective_at, recorded_at,
                                            recorded_by, payload_hash)
       SELECT e.constituency_id, gen_random_uuid(), e.id, e.door_id, 'doorstep', 'canvassed', now(), now(), now(), $1, sha256('')
       FROM contact_creator.elector e, generate_series(1, 3) WHERE e.id % 2 = 0`,
      [accountId],
    );
    await database.admin.query(
      'INSERT INTO contact_creator.contact_subject SELECT constituency_id, elector_id, id FROM contact_creator.contact',
    );
    await database.admin.query(
      `INSERT INTO contact_creator.contact_answer (constituency_id, contact_id, answers, flags, flags_cleared)
       SELECT constituency_id, id, '{}', '{casework}', '{}' FROM contact_creator.contact`,
    );
  };
  const twoElectors = async () =>
    (
      await database.admin.query<{ elector_id: string }>(
        'SELECT DISTINCT elector_id FROM contact_creator.contact_subject LIMIT 2',
      )
    ).rows.map((row) => row.elector_id);
  const aWalk = async () => {
    const { rows } = await database.admin.query<{ id: string }>(
      'SELECT id FROM contact_creator.walk LIMIT 1',
    );
    return rows[0]!.id;
  };

  /** Two thousand members in twenty branches, every tenth with an office for a year. */
  const createMembers = async () => {
    await database.admin.query(
      `INSERT INTO organise.branch (constituency_id, id, name) SELECT $1, gen_random_uuid(), 'Branch ' || n FROM generate_series(1, 20) n`,
      [putney],
    );
    await database.admin.query(
      `INSERT INTO organise.member (constituency_id, membership_number, forename, surname, name_folded, branch_id)
       SELECT $1, 'M' || n, 'Forename' || n, 'Surname' || n, 'surname' || n || ' forename' || n, b.id
       FROM generate_series(1, 2000) n
       JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM organise.branch) b ON b.place = n % 20 + 1`,
      [putney],
    );
    await database.admin.query(
      `INSERT INTO organise.role_holder (constituency_id, id, member_id, office, from_on, until_on)
       SELECT constituency_id, gen_random_uuid(), id, 'Chair', current_date - (id % 3000)::integer, current_date - (id % 3000)::integer + 365
       FROM organise.member WHERE id % 10 = 0`,
    );
  };
  /** Five thousand disclosures and as many actions of fifty people. */
  const createRecord = async () => {
    const account = `('00000000-0000-4000-8000-' || lpad((n % 50)::text, 12, '0'))::uuid`;
    await database.admin.query(
      `INSERT INTO ledger.disclosure (account_id, session_id, role, action, purpose, data_classes, request_id, address_class, rows,
                                      subject_ids)
       SELECT ${account}, ${account}, 'organiser', 'elector.read', CASE WHEN n % 20 = 0 THEN 'register-management' ELSE 'voter-contact' END,
              '{identity}', gen_random_uuid(), 'loopback', 1, '{1}' FROM generate_series(1, 5000) n`,
    );
    await database.admin.query(
      `INSERT INTO ledger.action (account_id, action, outcome)
       SELECT ${account}, CASE WHEN n % 20 = 0 THEN 'grant.give' ELSE 'contact.record' END, 'done' FROM generate_series(1, 5000) n`,
    );
  };
  /** Of the record: whoever reads it is in a context that may write, because the reading leaves a row. */
  const ledgerPlans = async (fence: FenceClient): Promise<string[]> => {
    const officer = await createPerson(database, { role: 'data-protection-officer' });
    const lines: string[] = [];
    const ask = async (action: 'disclosure.read' | 'action.read', statements: Record<string, Statement>) => {
      await fence.enter(officer, { reach: control, mode: 'change', action, purpose: undefined, classes: [] });
      for (const [name, { sql, values }] of Object.entries(statements))
        lines.push(name, ...(await planOf(fence, sql, values)));
      await fence.client.query('ROLLBACK');
    };
    const accountId = '00000000-0000-4000-8000-000000000007';
    const before = { micros: Date.now() * 1_000, id: accountId };
    await ask('disclosure.read', {
      'disclosures page': { sql: disclosuresSql, values: sliceValues({ limit: 51, before }, undefined) },
      'disclosures to somebody': {
        sql: disclosuresSql,
        values: sliceValues({ limit: 51, accountId }, undefined),
      },
      'disclosures for a purpose': {
        sql: disclosuresSql,
        values: sliceValues({ limit: 51 }, 'register-management'),
      },
    });
    await ask('action.read', {
      'actions page': { sql: actionsSql, values: sliceValues({ limit: 51, before }, undefined) },
      'actions of a kind': { sql: actionsSql, values: sliceValues({ limit: 51 }, 'grant.give') },
    });
    return lines;
  };
  const mailingPlans = async (fence: FenceClient): Promise<string[]> => {
    const clerk = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['member-communication'],
    });
    const mailingId = await createMailing(database.admin, clerk.accountId);
    await fence.enter(clerk, {
      reach: tool('organise'),
      mode: 'change',
      action: 'mailing.change',
      ...memberCommunication,
      constituencyIds: [putney],
    });
    const segment = readSegment({ field: 'joined', op: 'before', value: '2021-01-01' }, '');
    const next = pendingSql(putney, mailingId, segment, 200);
    const lines = [
      'next recipients of a mailing',
      ...(await planOf(fence, next.sql, next.values)),
      'recipients page',
      ...(await planOf(fence, recipientsSql, [putney, mailingId, '0', 51])),
    ];
    await fence.client.query('ROLLBACK');
    return lines;
  };
  const organisePlans = async (fence: FenceClient): Promise<string[]> => {
    const clerk = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['membership-administration'],
    });
    await fence.enter(clerk, {
      reach: tool('organise'),
      action: 'member.read',
      purpose: 'membership-administration',
      classes: ['identity', 'membership'],
      constituencyIds: [putney],
    });
    const { rows } = await database.admin.query<{ id: string; day: string }>(
      'SELECT id, current_date::text AS day FROM organise.branch LIMIT 1',
    );
    const constituencyId = putney;
    const statements = {
      'member page': memberSearchSql({ constituencyId }, 51, undefined),
      'member name search': memberSearchSql(
        { constituencyId, name: prefixRange('surname12') },
        51,
        undefined,
      ),
      'members of a branch': memberSearchSql({ constituencyId, branchId: rows[0]!.id }, 51, undefined),
      'role holders of a day': roleHolderSql({ constituencyId, on: rows[0]!.day }, 51, undefined),
    };
    const lines: string[] = [];
    for (const [name, { sql, values }] of Object.entries(statements))
      lines.push(name, ...(await planOf(fence, sql, values)));
    await fence.client.query('ROLLBACK');
    return lines;
  };

  it('are the reviewed ones, on twenty thousand electors', async () => {
    const organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const exportId = randomUUID();
    await database.admin.query(
      `INSERT INTO contact_creator.export_block
       SELECT $1, $2, (place - 1) / 5000, array_agg(id ORDER BY place)
       FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM contact_creator.elector WHERE constituency_id = $1) AS e
       GROUP BY 3`,
      [putney, exportId],
    );
    await database.admin.query('ANALYZE contact_creator.export_block');
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
      lines.push(
        ...(await organisePlans(fence)),
        ...(await mailingPlans(fence)),
        ...(await ledgerPlans(fence)),
      );
      await fence.enter(organiser, { action: 'list.read', constituencyIds: [putney] });
      const { rows } = await database.admin.query<{ id: string }>(
        'SELECT id FROM contact_creator.list LIMIT 1',
      );
      lines.push('walks of a list', ...(await planOf(fence, walksSql, [putney, rows[0]!.id, 0, 51])));
      await fence.client.query('ROLLBACK');
      await fence.enter(organiser, { constituencyIds: [putney] });
      const block = blockSql('constituency', [
        'electorNumber',
        'surname',
        'street',
        'postcode',
        'pollingDistrict',
      ]);
      await fence.client.query(hashesOnly);
      lines.push('export block', ...(await planOf(fence, block, [putney, exportId, 1])));
      await fence.client.query('ROLLBACK');
      await fence.enter(organiser, { constituencyIds: [putney], classes: ['identity', 'opinion'] });
      const undecided = { field: 'viCategory', op: 'in', value: ['undecided'] };
      const inDistrict = { field: 'pollingDistrict', op: 'in', value: [districtId] };
      const definition = { unit: 'person', base: { all: [inDistrict, undecided] }, for: 'doorstep' };
      const asked = {
        constituencyId: putney,
        definition: readDefinition(definition, electorFields, ''),
      };
      const anElector = (
        await database.admin.query<{ id: string }>(
          'SELECT max(elector_id) AS id FROM contact_creator.contact_subject',
        )
      ).rows[0]!.id;
      lines.push(
        'contacts of an elector',
        ...(await planOf(fence, contactsSql, [putney, anElector, 51, null, null])),
      );
      const page = pageSql(asked, 51, '0', false);
      lines.push('selection page', ...(await planOf(fence, page.sql, page.values)));
      // Whoever is met seldom is nearly everybody: the key is walked, and no more is read than is shown.
      const seldomMet = { all: [{ field: 'contacted', op: 'notWithinDays', value: 90 }] };
      const wide = readDefinition({ unit: 'person', base: seldomMet, for: 'doorstep' }, electorFields, '');
      const widePage = pageSql({ constituencyId: putney, definition: wide }, 51, '0', false);
      lines.push(
        'selection page of nearly everybody',
        ...(await planOf(fence, widePage.sql, widePage.values)),
      );
      const count = countSql(asked);
      lines.push('selection count', ...(await planOf(fence, count.sql, count.values)));
    } finally {
      await fence.client.query('ROLLBACK');
      await fence.close();
    }
    // Walks are read by definer functions, whose queries run as their owner.
    await database.admin.query('SET ROLE rosette_owner');
    const owned = {
      'my walks': {
        sql: myWalksSql({ constituency: '$1', account: '$2', list: '$3', position: '$4', limit: '$5' }),
        values: [putney, organiser.accountId, '00000000-0000-0000-0000-000000000000', 0, 51],
      },
      'doors of a walk, also of a list': {
        sql: walkDoorsSql({
          constituency: '$1',
          walk: '$2',
          after: '$3',
          limit: '$4',
          claimedAt: '$5::timestamptz',
          fatigue: '$6::integer',
        }),
        values: [putney, await aWalk(), 0, 51, 'infinity', 7],
      },
      'derived columns of two electors': {
        sql: derivedElectorsSql('$1::bigint[]').replaceAll('p_constituency', '$2'),
        values: [await twoElectors(), putney],
      },
    };
    for (const [name, { sql, values }] of Object.entries(owned)) {
      const { rows } = await database.admin.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
        `EXPLAIN (FORMAT JSON) ${sql}`,
        values,
      );
      lines.push(name, ...printed(sql), ...shape(rows[0]!['QUERY PLAN'][0]!.Plan, 1), '');
    }
    await database.admin.query('RESET ROLE');
    expectGolden('plans.txt', `${lines.join('\n')}\n`);
  });
});

async function planOf(fence: FenceClient, sql: string, values: unknown[]): Promise<string[]> {
  const { rows } = await fence.client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (FORMAT JSON) ${sql}`,
    values,
  );
  return [...printed(sql), ...shape(rows[0]!['QUERY PLAN'][0]!.Plan, 1), ''];
}

/** The statement as it is sent, on the margin of its plan; how deep its source was indented says nothing. */
function printed(sql: string): string[] {
  const lines = sql.split('\n').filter((line) => line.trim() !== '');
  const depths = lines.slice(1).map((line) => line.search(/\S/));
  const depth = Math.min(...depths, Infinity);
  return lines.map((line, at) => `  | ${at === 0 ? line.trim() : line.slice(depth).trimEnd()}`);
}

/** Node types, indexes and the columns by which they are entered; the partitions of one table look alike. */
function shape(plan: Plan, depth: number): string[] {
  // The partitions of the record are named after their months.
  const index =
    plan['Index Name'] === undefined ? '' : ` ${plan['Index Name'].replace(/_\d{4}_?\d\d(?=_)/, '_month')}`;
  const entered = [...(plan['Index Cond'] ?? '').matchAll(/\((?:\w+\.)?(\w+) (?:[<>]?=|<|>) /g)].map(
    ([, column]) => column,
  );
  const columns = entered.length === 0 ? '' : ` (${[...new Set(entered)].join(', ')})`;
  return [
    `${'  '.repeat(depth)}${plan['Node Type']}${index}${columns}`,
    ...(plan.Plans ?? []).flatMap((below) => shape(below, depth + 1)),
  ];
}
