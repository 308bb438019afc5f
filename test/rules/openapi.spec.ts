import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from '../../src/create-application.js';
import { expectGolden } from '../support/golden.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const root = join(__dirname, '..', '..');
const run = promisify(execFile);
const node = (...args: string[]) => run(process.execPath, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
const methods = ['get', 'post', 'put', 'patch', 'delete'];

interface Content {
  schema?: { $ref?: string; type?: string };
  example?: unknown;
  examples?: Record<string, unknown>;
}

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { content?: Record<string, Content>; headers?: Record<string, unknown> }>;
}

describe('The OpenAPI document', () => {
  let folder: string;
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let text: string;
  let operations: [name: string, operation: Operation][];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rosette-openapi-'));
    database = await createTestDatabase();
    app = await createApplication(database.environment);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    const document = (await app.inject('/openapi.json')).json<{
      paths: Record<string, Record<string, Operation>>;
    }>();
    text = `${JSON.stringify(document, null, 2)}\n`;
    operations = Object.entries(document.paths).flatMap(([path, item]) =>
      methods.flatMap((method): [string, Operation][] => {
        const operation = item[method];
        return operation ? [[`${method.toUpperCase()} ${path}`, operation]] : [];
      }),
    );
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  const breaking = (isBroken: (operation: Operation) => boolean) =>
    operations.filter(([, operation]) => isBroken(operation)).map(([name]) => name);

  it('tells of the limit on every answer that is counted, and when to come again', () => {
    const named = (operation: Operation, status: string) =>
      Object.keys(operation.responses[status]?.headers ?? {});
    const isCounted = ({ responses }: Operation) => responses['429'] !== undefined;
    expect(operations.filter(([, operation]) => isCounted(operation)).length).toBeGreaterThan(100);
    expect(
      breaking(
        (operation) =>
          isCounted(operation) &&
          (Object.keys(operation.responses).some(
            (status) => status.startsWith('2') && !named(operation, status).includes('RateLimit'),
          ) ||
            !named(operation, '429').includes('Retry-After')),
      ),
    ).toEqual([]);
  });

  it('is the reviewed one', () => {
    expectGolden('openapi.json', text);
  });

  it('is the same from the compiled command, which needs no database', async () => {
    const { stdout } = await node('dist/src/openapi.command.js');
    expect(stdout).toBe(text);
  });

  it('has the types that the API tests are written against', async () => {
    const types = join(folder, 'openapi.d.ts');
    writeFileSync(join(folder, 'openapi.json'), text);
    await node('node_modules/openapi-typescript/bin/cli.js', join(folder, 'openapi.json'), '--output', types);
    expectGolden('openapi.d.ts', readFileSync(types, 'utf8'));
  });

  it('satisfies the recommended rules without an error or a warning', async () => {
    const file = join(folder, 'linted.json');
    writeFileSync(file, text);
    const args = [
      'node_modules/@redocly/cli/bin/cli.js',
      'lint',
      '--config',
      'redocly.yaml',
      '--format',
      'json',
      file,
    ];
    const { stdout } = await node(...args).catch((error: { stdout: string }) => error);
    const { totals, problems } = JSON.parse(stdout) as {
      totals: { errors: number; warnings: number; ignored: number };
      problems: { ruleId: string; message: string }[];
    };
    expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
    expect(totals).toEqual({ errors: 0, warnings: 0, ignored: 0 });
  });

  it('names, summarises and files every operation', () => {
    expect(
      breaking(({ operationId, summary, tags }) => !operationId || !summary || tags?.length !== 1),
    ).toEqual([]);
  });

  it('gives every operation an example of each JSON body it takes or answers with', () => {
    // The document is its own example.
    const exceptions = ['GET /openapi.json'];
    expect(
      breaking(({ requestBody, responses }) => {
        const contents = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)];
        return contents.some((content) =>
          Object.entries(content ?? {}).some(
            ([type, { example, examples }]) =>
              /[/+]json$/.test(type) && example === undefined && Object.keys(examples ?? {}).length === 0,
          ),
        );
      }),
    ).toEqual(exceptions);
  });

  it('gives every operation a problem response', () => {
    expect(
      breaking(
        ({ responses }) =>
          !Object.values(responses).some(({ content }) => content?.['application/problem+json']),
      ),
    ).toEqual([]);
  });
});
