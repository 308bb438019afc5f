import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { Action } from '../../src/config/vocabulary.js';
import {
  control,
  deposit,
  open,
  publicOf,
  rights,
  self,
  stop,
  tool,
  type Reach,
} from '../../src/http/route.js';
import { enterSql } from '../../src/kill-switch/enter-sql.js';
import { Gate } from '../../src/kill-switch/gate.js';
import { sentinelOf } from '../../src/kill-switch/gate.fixture.js';
import type { Snapshot } from '../../src/kill-switch/sentinel/lease-memory.js';
import { scopesOf, type ScopedActor, type ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { expectGolden, table } from '../support/golden.js';
import { createPerson, grant, putney, wimbledon, type Person } from '../support/people.js';
import { flip } from '../support/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** No action works under the rights reach yet; the fence is asked for one of this test's own. */
const rightsAction = 'test.rights' as Action;

interface Row {
  name: string;
  reach: Reach;
  /** Absent where no token is asked for. */
  actor?: ScopedActor & Person;
  /** What the fence is asked for; absent under a reach whose work does not enter it. */
  action?: Action;
  constituencyIds?: string[];
}

/**
 * Under which reach does which suspension stop whom? Gate and fence answer for themselves, in TypeScript and in SQL, and
 * a review reads the answers: a mistake made in both alike shows here.
 */
describe('The suspension matrix', () => {
  let database: TestDatabase;
  let api: Client;
  let person: ScopedActor & Person;
  let program: ScopedActor & Person;
  let others: ScopedActor & Person;
  const incarnation = randomUUID();

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.admin.query(
      `INSERT INTO access.action_rule (action, reach, needs_step_up) VALUES ($1, 'rights', false)`,
      [rightsAction],
    );
    await database.admin.query(
      `INSERT INTO access.role_permission (role, action, is_everywhere_only) VALUES ('data-protection-officer', $1, false)`,
      [rightsAction],
    );
    person = await createActor('person');
    program = await createActor('client');
    others = await createActor('person');
    api = new Client({ connectionString: database.url('api') });
    await api.connect();
    await api.query('SELECT ks.register_replica($1, $2, 1, $3)', [incarnation, 'test', 'test']);
  });

  afterAll(async () => {
    await api.end();
    await database.drop();
  });

  /** Of an office, with every grant that the matrix needs. */
  const createActor = async (kind: 'person' | 'client'): Promise<ScopedActor & Person> => {
    const purposes = ['voter-contact', 'membership-administration'];
    const actor = await createPerson(database, { kind, role: 'data-protection-officer' });
    const { accountId } = actor;
    await grant(database.admin, accountId, 'data-officer', undefined, purposes);
    await grant(database.admin, accountId, 'membership-secretary', undefined, purposes);
    const { rows } = await database.admin.query<{ id: string }>(
      `INSERT INTO access.office (name) VALUES ('Office') RETURNING id`,
    );
    const officeId = rows[0]!.id;
    await database.admin.query(
      `INSERT INTO access.office_member (office_id, account_id, from_at) VALUES ($1, $2, now() - interval '1 hour')`,
      [officeId, accountId],
    );
    if (kind === 'client')
      await database.admin.query(
        `INSERT INTO identity.client_scope (account_id, action) SELECT $1, action FROM access.action_rule`,
        [accountId],
      );
    return { ...actor, kind, officeIds: [officeId] };
  };

  const suspended = async (): Promise<Snapshot> => {
    const { rows } = await database.admin.query<{ epoch: string; scopes: Snapshot['scopes'] }>(
      'SELECT epoch, scopes FROM ks.snapshot()',
    );
    return { epoch: BigInt(rows[0]!.epoch), scopes: rows[0]!.scopes, notices: [] };
  };

  /** As the guards ask it: before anybody is known, and again with the actor. */
  const isAdmittedByGate = async ({ reach, actor }: Row): Promise<boolean> => {
    const gate = new Gate();
    sentinelOf(gate).install(await suspended());
    return gate.ask(scopesOf(reach)).admitted && gate.ask(scopesOf(reach, actor)).admitted;
  };

  /** Whether it lets in and, of work that names no area, whether it leaves one out. */
  const answerOfFence = async ({ reach, actor, action, constituencyIds }: Row): Promise<string> => {
    if (!actor || action === undefined) {
      const { rows } = await database.admin.query(
        `SELECT FROM ks.scopes_of($1, $2, $3, $4, $5, '{}') x JOIN ks.scope s USING (kind, id) WHERE s.suspended`,
        [
          reach.kind,
          'tool' in reach ? reach.tool : null,
          actor?.kind ?? null,
          actor?.accountId ?? null,
          actor?.officeIds ?? [],
        ],
      );
      return rows.length === 0 ? 'in' : 'refused';
    }
    const purpose = { 'elector.read': 'voter-contact', 'member.read': 'membership-administration' }[
      action as string
    ];
    const entry = enterSql({
      incarnation,
      sessionId: actor.sessionId,
      reach,
      mode: 'read',
      action,
      classes: purpose === undefined ? [] : ['identity'],
      purpose,
      constituencyIds,
      admission: { epoch: 0n, scopes: [], generations: [] },
    });
    try {
      const results = (await api.query(`BEGIN; ${entry}`)) as unknown as { rows: { entered: Entered }[] }[];
      return results.at(-1)!.rows[0]!.entered.excludedAreas.length === 0 ? 'in' : 'left out';
    } catch (error) {
      expect((error as { code: string }).code).toBe('KS001');
      return 'refused';
    } finally {
      await api.query('ROLLBACK');
    }
  };

  const rowsOf = (who: string, actor: ScopedActor & Person): Row[] => [
    {
      name: `tool(contact-creator), ${who}, in one area`,
      reach: tool('contact-creator'),
      actor,
      action: 'elector.read',
      constituencyIds: [putney],
    },
    {
      name: `tool(contact-creator), ${who}, wherever he may`,
      reach: tool('contact-creator'),
      actor,
      action: 'elector.read',
    },
    {
      name: `tool(organise), ${who}, in one area`,
      reach: tool('organise'),
      actor,
      action: 'member.read',
      constituencyIds: [putney],
    },
    { name: `control, ${who}`, reach: control, actor, action: 'user.read' },
    { name: `rights, ${who}`, reach: rights, actor, action: rightsAction },
    { name: `self, ${who}`, reach: self, actor, action: 'session.self' },
    { name: `deposit(contact-creator), ${who}`, reach: deposit('contact-creator'), actor },
  ];

  it('is the reviewed one, as gate and fence answer', async () => {
    const rows = [
      ...rowsOf('a person', person),
      ...rowsOf('a program', program),
      { name: 'public(contact-creator)', reach: publicOf('contact-creator') },
      { name: 'public(organise)', reach: publicOf('organise') },
      { name: 'stop', reach: stop },
      { name: 'open', reach: open },
    ];
    const columns: [string, ScopeKey[]][] = [
      ['nothing', []],
      ['all', ['all:*']],
      ['contact-creator', ['tool:contact-creator']],
      ['organise', ['tool:organise']],
      ['the person', [`user:${person.accountId}`]],
      ['the program', [`client:${program.accountId}`]],
      ['his office', [`office:${person.officeIds[0]}`, `office:${program.officeIds[0]}`]],
      ['that area', [`area:${putney}`]],
      ['another area', [`area:${wimbledon}`]],
      ['others', [`user:${others.accountId}`, `office:${others.officeIds[0]}`]],
    ];
    const cells = new Map<string, string>();
    for (const [column, scopes] of columns) {
      await flip(database.admin, scopes, true);
      for (const row of rows) cells.set(`${row.name} ${column}`, await cellOf(row));
      await flip(database.admin, scopes, false);
    }
    const body = rows.map(({ name }) => [
      name,
      ...columns.map(([column]) => cells.get(`${name} ${column}`)!),
    ]);
    const lines = [
      'Under which reach does which suspension stop whom?',
      '',
      'refused       by the gate in memory and by the fence in the database, each asked alone',
      'fence alone   the gate does not know the areas of a request; the fence looks them up',
      'left out      let in, and shown no row of the area',
      '-             let in by both',
      '',
      'Under deposit, public, stop and open nothing enters the fence; there the scopes of ks.scopes_of are asked.',
      '',
    ];
    expectGolden(
      'suspension-matrix.txt',
      `${lines.join('\n')}\n${table([['reach', ...columns.map(([column]) => column)], ...body])}`,
    );
  });

  it('leaves open what has to stay open whatever is suspended', async () => {
    const everything: ScopeKey[] = [
      'all:*',
      'tool:contact-creator',
      `user:${person.accountId}`,
      `area:${putney}`,
    ];
    const rows = [
      { name: 'self', reach: self, actor: person, action: 'session.self' as const },
      { name: 'deposit', reach: deposit('contact-creator'), actor: person },
      { name: 'stop', reach: stop },
      { name: 'open', reach: open },
    ];
    await flip(database.admin, everything, true);
    const answers: boolean[] = [];
    const fences: string[] = [];
    for (const row of rows) {
      answers.push(await isAdmittedByGate(row));
      fences.push(await answerOfFence(row));
    }
    await flip(database.admin, everything, false);
    expect([answers, fences]).toEqual([rows.map(() => true), rows.map(() => 'in')]);
  });

  const cellOf = async (row: Row): Promise<string> => {
    const isAdmitted = await isAdmittedByGate(row);
    const fence = await answerOfFence(row);
    if (!isAdmitted) return fence === 'refused' ? 'refused' : 'GATE ALONE';
    return { in: '-', refused: 'fence alone', 'left out': 'left out' }[fence] ?? fence;
  };
});

interface Entered {
  excludedAreas: string[];
}
