import { readFileSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { SWITCHED_TOOLS } from '../../src/config/vocabulary.js';
import { createApplication } from '../../src/create-application.js';
import { buildOpenApi } from '../../src/http/openapi.js';
import { needsToken, statusOf, type RouteDeclaration } from '../../src/http/route-declaration.js';
import { problemsOf } from '../../src/http/route-problems.js';
import { PROBLEMS } from '../../src/http/problem-codes.js';
import { RouteRegistry, type DeclaredRoute } from '../../src/http/route-registry.js';
import { expectGolden, table } from '../support/golden.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** Rules over every route there is: a new one is under them without anybody remembering to write a test. */
describe('Every route', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let routes: readonly DeclaredRoute[];
  let document: OpenAPIObject;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await createApplication(database.environment);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    routes = app.get(RouteRegistry).routes();
    document = buildOpenApi(app);
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const operationOf = ({ path, method }: DeclaredRoute) => {
    const item = document.paths[path.replace(/:(\w+)/g, '{$1}')] as Record<string, Operation> | undefined;
    return item?.[method.toLowerCase()];
  };
  /** Names of the routes that break a rule: an empty list is what every test below expects. */
  const breaking = (isBroken: (route: DeclaredRoute) => boolean) =>
    routes.filter(isBroken).map(({ method, path }) => `${method} ${path}`);

  it('is on the reviewed list, with its reach, action, data classes and purpose', () => {
    const heading = ['method', 'path', 'reach', 'action', 'classes', 'purpose', 'step-up', 'idempotent'];
    expectGolden('routes.txt', table([heading, ...routes.map(listed)]));
  });

  it('is known to the OpenAPI document, and the document knows no other', () => {
    const documented = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const declared = routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(documented.sort()).toEqual(declared.sort());
  });

  it('that is guarded turns away a request without a token', async () => {
    const guarded = routes.filter(({ declaration }) => needsToken(declaration));
    expect(guarded.length).toBeGreaterThan(0);
    for (const authorization of [undefined, 'Bearer e30.e30.c2ln', 'Basic YTpi']) {
      for (const { method, path } of guarded) {
        const url = path.replace(/:\w+/g, '00000000-0000-4000-8000-000000000000');
        const answer = await app.inject({ method, url, headers: authorization ? { authorization } : {} });
        expect({ method, path, status: answer.statusCode }).toEqual({ method, path, status: 401 });
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
        expect(answer.json()).toMatchObject({ code: 'unauthenticated', status: 401 });
      }
    }
  });

  it('that is not guarded returns no personal data', () => {
    expect(
      breaking(({ declaration }) => !needsToken(declaration) && (declaration.classes ?? []).length > 0),
    ).toEqual([]);
  });

  it('below /v1 is guarded, unless it belongs to a reach that is open on purpose', () => {
    const openOnPurpose = ['self', 'stop', 'public', 'open', 'deposit'];
    expect(
      breaking(
        ({ path, declaration }) =>
          path.startsWith('/v1/') &&
          !needsToken(declaration) &&
          !openOnPurpose.includes(declaration.reach.kind),
      ),
    ).toEqual([]);
  });

  it('that is guarded names exactly one action of the vocabulary', () => {
    expect(
      breaking(
        ({ declaration }) =>
          needsToken(declaration) && declaration.reach.kind !== 'deposit' && declaration.action === 'none',
      ),
    ).toEqual([]);
  });

  it('that a crowd must not hold up is one of few', () => {
    expect(breaking(({ declaration }) => declaration.urgent === true).sort()).toEqual([
      'DELETE /v1/api-clients/:id',
      'POST /v1/api-clients/:id/rotate-secret',
      'POST /v1/auth/step-up',
      'POST /v1/offices/:id/members/:accountId/end',
      'POST /v1/suspensions',
      'POST /v1/suspensions/:id/lift',
      'POST /v1/users/:id/departure',
      'POST /v1/users/:id/grants/:grantId/end',
    ]);
  });

  it('of a tool belongs to the folder of that tool, and no other route does', () => {
    const fileOf = new Map(
      readdirSync('src', { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.controller.ts'))
        .map((file) => file.split(sep).join('/'))
        .flatMap((file) =>
          [...readFileSync(join('src', file), 'utf8').matchAll(/^export class (\w+)/gm)].map(
            ([, name]) => [name, file] as const,
          ),
        ),
    );
    const misplaced = routes.filter(({ controller, declaration: { reach } }) => {
      const folder = /^tools\/([^/]+)\//.exec(fileOf.get(controller) ?? 'tools/nowhere/')?.[1];
      return folder !== ('tool' in reach ? reach.tool : undefined);
    });
    expect(misplaced.map(({ controller, handler }) => `${controller}.${handler}`)).toEqual([]);
    const tools = routes.flatMap(({ declaration: { reach } }) => ('tool' in reach ? [reach.tool] : []));
    expect([...new Set(tools)].sort()).toEqual([...SWITCHED_TOOLS].sort());
  });

  it('that returns personal data asks for a purpose and documents the spent budget', () => {
    expect(
      breaking(({ declaration }) => {
        if ((declaration.classes ?? []).length === 0) return false;
        return (
          (declaration.purpose ?? 'none') === 'none' || !problemsOf(declaration).includes('budget-exceeded')
        );
      }),
    ).toEqual([]);
  });

  it('documents every problem it can answer with, as problem details', () => {
    expect(
      breaking((route) => {
        const responses = operationOf(route)?.responses ?? {};
        const statuses = problemsOf(route.declaration).map((code) => String(PROBLEMS[code].status));
        return statuses.some(
          (status) => responses[status]?.content?.['application/problem+json'] === undefined,
        );
      }),
    ).toEqual([]);
  });

  it('that needs a token documents 401 and the scheme of its token; every other says that it needs none', () => {
    expect(
      breaking((route) => {
        const operation = operationOf(route);
        const security = JSON.stringify(operation?.security);
        return needsToken(route.declaration)
          ? operation?.responses['401'] === undefined ||
              security !== `[{"${route.declaration.reach.kind === 'deposit' ? 'deposit' : 'bearer'}":[]}]`
          : security !== '[{}]';
      }),
    ).toEqual([]);
  });

  it('describes its successful answer with a schema', () => {
    expect(
      breaking((route) => {
        const response = operationOf(route)?.responses[String(statusOf(route.declaration))];
        if (!response) return true;
        if (route.declaration.response === 'none') return response.content !== undefined;
        const contents = Object.values(response.content ?? {});
        return contents.length === 0 || contents.some(({ schema }) => schema === undefined);
      }),
    ).toEqual([]);
  });

  it('that changes something under a guard is not a GET', () => {
    const changing = /\.(order|lift|create|change|grant|end|delete|import|record)$/;
    expect(
      breaking(({ method, declaration }) => method === 'GET' && changing.test(declaration.action)),
    ).toEqual([]);
  });
});

interface Operation {
  security?: unknown;
  responses: Record<string, { content?: Record<string, { schema?: unknown }> }>;
}

function listed({ method, path, declaration }: DeclaredRoute): string[] {
  const { action, classes = [], purpose = 'none', stepUp, idempotent } = declaration;
  return [
    method,
    path,
    reachOf(declaration),
    action === 'none' ? '-' : action,
    classes.join(' ') || '-',
    purpose === 'none' ? '-' : purpose,
    stepUp ? 'yes' : '-',
    idempotent ? 'yes' : '-',
  ];
}

function reachOf({ reach }: RouteDeclaration): string {
  return 'tool' in reach ? `${reach.kind}(${reach.tool})` : reach.kind;
}
