import { randomUUID } from 'node:crypto';
import { permissions } from '../../src/access/permissions.js';
import { ROLES, type Action, type Role } from '../../src/config/vocabulary.js';
import { RouteRegistry } from '../../src/http/route-registry.js';
import type { RouteDeclaration } from '../../src/http/route-declaration.js';
import { Sentinel } from '../../src/kill-switch/sentinel/sentinel.service.js';
import { scopesOf, type ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { createPerson, putney, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { flip } from '../support/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const codes: Record<string, string> = {
  all: 'tool-suspended',
  tool: 'tool-suspended',
  user: 'user-suspended',
  office: 'office-suspended',
  area: 'area-suspended',
};
const suspendedCodes = new Set(Object.values(codes));

interface Answer {
  status: number;
  code: string | undefined;
}

/** Each route there is, asked by who may use it, under each kind of suspension: none is forgotten, and none fails. */
describe('Every route', () => {
  let database: TestDatabase;
  let server: TestServer;
  let routes: RouteDeclaration[];
  let officeId: string;
  const people = new Map<Role, Person>();

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
    routes = server.app
      .get(RouteRegistry)
      .routes()
      .map(({ declaration }) => declaration);
    const { rows } = await database.admin.query<{ id: string }>(
      `INSERT INTO access.office (name) VALUES ('Office') RETURNING id`,
    );
    officeId = rows[0]!.id;
    for (const role of ROLES) {
      const person = await createPerson(database, {
        role,
        purposes: ['voter-contact', 'membership-administration'],
      });
      people.set(role, person);
      await database.admin.query(
        `INSERT INTO access.office_member (office_id, account_id, from_at) VALUES ($1, $2, now() - interval '1 hour')`,
        [officeId, person.accountId],
      );
    }
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  /** Who may, or for what is everybody's own somebody who may be signed out by it; nobody where no token is asked for. */
  const askerOf = async ({ action, reach }: RouteDeclaration): Promise<Person | undefined> => {
    if (action === 'none') return undefined;
    if (reach.kind === 'self') return createPerson(database);
    const role = ROLES.find((candidate) => permissions[candidate].includes(action as Action));
    return role && people.get(role);
  };
  const ask = async (route: RouteDeclaration, person: Person | undefined): Promise<Answer> => {
    const path = route.path.replaceAll(/:\w+/g, () => randomUUID());
    const { request } = route;
    const contentType = request && 'contentType' in request ? request.contentType : 'application/json';
    const answer = await fetch(`${server.url}${path}`, {
      method: route.method,
      redirect: 'manual',
      headers: {
        ...person?.headers,
        'data-purpose': 'voter-contact',
        'idempotency-key': randomUUID(),
        'if-match': '"1"',
        ...(request && { 'content-type': contentType }),
      },
      ...(request && { body: '{}' }),
    });
    const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json') === true;
    const code = isProblem ? ((await answer.json()) as { code: string }).code : undefined;
    await answer.body?.cancel().catch(() => undefined);
    return { status: answer.status, code };
  };
  const nameOf = ({ method, path }: RouteDeclaration) => `${method} ${path}`;
  const whileSuspended = async (scopes: readonly ScopeKey[], work: () => Promise<void>) => {
    await flip(database.admin, scopes, true);
    await server.app.get(Sentinel).refresh();
    try {
      await work();
    } finally {
      await flip(database.admin, scopes, false);
      await server.app.get(Sentinel).refresh();
    }
  };

  it.each<[string, () => ScopeKey[]]>([
    ['everything is', () => ['all:*']],
    ['Contact Creator is', () => ['tool:contact-creator']],
    ['Organise is', () => ['tool:organise']],
    ['the canary is', () => ['tool:canary']],
    ['each person is', () => [...people.values()].map(({ accountId }): ScopeKey => `user:${accountId}`)],
    ['the office is', () => [`office:${officeId}`]],
  ])('that belongs to it, and no other, is refused while %s suspended', async (_, scopesFor) => {
    const suspended = scopesFor();
    const wrong: object[] = [];
    let stopped = 0;
    await whileSuspended(suspended, async () => {
      for (const route of routes) {
        const person = await askerOf(route);
        const answer = await ask(route, person);
        const actor = person && {
          kind: 'person' as const,
          accountId: person.accountId,
          officeIds: [officeId],
        };
        const scope = scopesOf(route.reach, actor).find((one) => suspended.includes(one));
        if (scope !== undefined) stopped += 1;
        const isRight =
          scope === undefined
            ? answer.status < 500 && !suspendedCodes.has(answer.code ?? '')
            : answer.code === codes[scope.split(':')[0]!];
        if (!isRight) wrong.push({ route: nameOf(route), scope, ...answer });
      }
    });
    expect(wrong).toEqual([]);
    expect(stopped).toBeGreaterThan(0);
  });

  it('answers without a defect while an area is suspended', async () => {
    const wrong: object[] = [];
    await whileSuspended([`area:${putney}`], async () => {
      for (const route of routes) {
        const answer = await ask(route, await askerOf(route));
        if (answer.status >= 500 && answer.code !== 'area-suspended')
          wrong.push({ route: nameOf(route), ...answer });
      }
    });
    expect(wrong).toEqual([]);
  });
});
