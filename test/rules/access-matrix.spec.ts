import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { everywhereActions, permissions, roleAllows } from '../../src/access/permissions.js';
import { ACTION_REACHES, ACTIONS, ROLES, type Action, type Role } from '../../src/config/vocabulary.js';
import { createApplication } from '../../src/create-application.js';
import type { RouteDeclaration } from '../../src/http/route-declaration.js';
import { RouteRegistry } from '../../src/http/route-registry.js';
import { tool, type Reach } from '../../src/http/route.js';
import { enterSql } from '../../src/kill-switch/enter-sql.js';
import { initialPurposes } from '../../src/protection/purposes.js';
import { expectGolden } from '../support/golden.js';
import { createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

type Area = 'everywhere' | 'one constituency';
const areas: readonly Area[] = ['everywhere', 'one constituency'];

/**
 * Who may do what where, as the database answers it: every role with a grant everywhere and with a grant for one
 * constituency asks the fence for every action, and the answers are the golden file.
 */
describe('The access matrix', () => {
  let database: TestDatabase;
  let api: Client;
  let declarations: Map<Action, RouteDeclaration>;
  const incarnation = randomUUID();

  beforeAll(async () => {
    database = await createTestDatabase();
    const app = await createApplication(database.environment);
    await app.init();
    declarations = new Map(
      app
        .get(RouteRegistry)
        .routes()
        .flatMap(({ declaration }) =>
          declaration.action === 'none' ? [] : [[declaration.action, declaration]],
        ),
    );
    await app.close();
    api = new Client({ connectionString: database.url('api') });
    await api.connect();
    await api.query('SELECT ks.register_replica($1, $2, $3, $4)', [
      incarnation,
      'rules',
      process.pid,
      'rules',
    ]);
  });

  afterAll(async () => {
    await api.end();
    await database.drop();
  });

  /** Whether the fence lets the person do it, naming this constituency or none. */
  const isLetIn = async (person: Person, action: Action, constituencyId?: string): Promise<boolean> => {
    const declaration = declarations.get(action);
    const classes = declaration?.classes ?? [];
    const reach = declaration?.reach ?? reachOf(action);
    const purpose = initialPurposes.find(
      ({ tools, dataClasses }) =>
        classes.length > 0 &&
        'tool' in reach &&
        tools.some((one) => one === reach.tool) &&
        classes.every((one) => dataClasses.includes(one)),
    )?.code;
    const entry = enterSql({
      incarnation,
      sessionId: person.sessionId,
      reach,
      mode: declaration === undefined || declaration.method === 'GET' ? 'read' : 'change',
      action,
      classes,
      ...(purpose === undefined ? {} : { purpose }),
      ...(constituencyId === undefined ? {} : { constituencyIds: [constituencyId] }),
      admission: { epoch: 0n, scopes: [], generations: [] },
    });
    try {
      await api.query(`BEGIN; ${entry}`);
      return true;
    } catch (error) {
      // KS005 no grant allows it; KS008 not in that area; KS013, KS014 a second factor. All else is a fault of this test.
      expect(['KS005', 'KS008', 'KS013', 'KS014']).toContain((error as { code: string }).code);
      return false;
    } finally {
      await api.query('ROLLBACK');
    }
  };

  const setSecondFactor = (person: Person, mfaAt: string | null, steppedUpUntil: string | null) =>
    database.admin.query('UPDATE identity.session SET mfa_at = $2, stepped_up_until = $3 WHERE id = $1', [
      person.sessionId,
      mfaAt,
      steppedUpUntil,
    ]);

  /** What the fence asks of the session beside the grant. */
  const factorFor = async (person: Person, action: Action): Promise<string> => {
    const where = reachOf(action).kind === 'tool' ? putney : undefined;
    await setSecondFactor(person, null, null);
    if (await isLetIn(person, action, where)) return '';
    await setSecondFactor(person, 'now', null);
    return (await isLetIn(person, action, where))
      ? ', with a second factor'
      : ', with a second factor of the last minutes';
  };

  const answerTo = async (person: Person, action: Action): Promise<string> => {
    await setSecondFactor(person, 'now', 'infinity');
    const answer = await areaFor(person, action);
    return answer === 'no' ? answer : `${answer}${await factorFor(person, action)}`;
  };

  const areaFor = async (person: Person, action: Action): Promise<string> => {
    const reach = reachOf(action).kind;
    if (reach === 'self') return (await isLetIn(person, action)) ? 'yes, for oneself' : 'no';
    if (reach !== 'tool') return (await isLetIn(person, action)) ? 'yes, for the whole party' : 'no';
    if (await isLetIn(person, action, wimbledon)) return 'yes, in every constituency';
    return (await isLetIn(person, action, putney)) ? 'yes, in the constituency of the grant alone' : 'no';
  };

  it('is the reviewed one, in the words of the fence itself', async () => {
    const lines = [
      'Who may do what, and where.',
      '',
      'A person acts under grants. A grant names a role, a time, purposes, and either everywhere or one constituency.',
      'Each line says what the database answers to a holder of such a grant. "no" is the answer to whatever is not named.',
    ];
    for (const role of ROLES) {
      for (const area of areas) {
        const person = await holderOf(role, area);
        lines.push('', `${role}, granted ${area === 'everywhere' ? 'everywhere' : 'for one constituency'}`);
        for (const action of ACTIONS) {
          const note = declarations.has(action) ? '' : ' (no route asks for it yet)';
          const answer = await answerTo(person, action);
          expect({ role, action, isLetIn: answer !== 'no' }).toEqual({
            role,
            action,
            isLetIn:
              ACTION_REACHES[action] === 'self' ||
              (roleAllows(role, action) && (area === 'everywhere' || !everywhereActions.includes(action))),
          });
          lines.push(`  ${action.padEnd(18)} ${answer}${note}`);
        }
      }
    }
    expectGolden('access-matrix.txt', `${lines.join('\n')}\n`);
  });

  const holderOf = (role: Role, area: Area): Promise<Person> =>
    createPerson(database, {
      role,
      purposes: initialPurposes.map(({ code }) => code),
      ...(area === 'everywhere' ? {} : { constituencyId: putney }),
    });

  it('is the same in the code and in the database', async () => {
    const { rows } = await database.admin.query<{ role: string; action: string }>(
      'SELECT role, action FROM access.role_permission ORDER BY role, action',
    );
    const declared = ROLES.flatMap((role) => permissions[role].map((action) => ({ role, action })));
    const text = ({ role, action }: { role: string; action: string }) => `${role} ${action}`;
    expect(rows.map(text).sort()).toEqual(declared.map(text).sort());
  });

  it('shows no elector and no member to those who control access', () => {
    const controls = (role: Role) =>
      roleAllows(role, 'suspension.order') || roleAllows(role, 'suspension.lift');
    const reads = (role: Role) => roleAllows(role, 'elector.read') || roleAllows(role, 'member.read');
    expect(ROLES.filter((role) => controls(role) && reads(role))).toEqual([]);
  });

  it('has a limit for every role', async () => {
    const { rows } = await database.admin.query<{ role: string }>('SELECT role FROM access.role_limit');
    expect(rows.map(({ role }) => role).sort()).toEqual([...ROLES].sort());
  });
});

/** The reach an action works under, also while no route asks for it. */
function reachOf(action: Action): Reach {
  const reach = ACTION_REACHES[action];
  return reach === 'control' || reach === 'self' ? { kind: reach } : tool(reach);
}
