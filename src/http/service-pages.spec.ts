/** What the room serves by itself: health, metrics, documentation. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import request from 'supertest';
import { readEnvironment } from '../config/environment.js';
import { FlowerModule, create, expectProblem, instanceOf } from './http.fixture.js';
import { READINESS_CHECKS, type ReadinessCheck } from './readiness.js';

describe('the pages of the service', () => {
  let app: NestFastifyApplication;
  let http: ReturnType<typeof request>;

  beforeAll(async () => {
    app = await create(FlowerModule);
    await app.listen(0, '127.0.0.1');
    http = request(app.getHttpServer());
  });
  afterAll(() => app.close());

  it('is ready when every check holds', async () => {
    expect((await http.get('/healthz')).body).toEqual({ status: 'alive' });
    const checks = app.get<ReadinessCheck[]>(READINESS_CHECKS);
    expect((await http.get('/readyz')).status).toBe(200);
    checks.push({ name: 'sun', check: () => Promise.reject(new Error('night')) });
    const response = await http.get('/readyz');
    checks.pop();
    expect([response.status, response.body]).toEqual([
      503,
      { isReady: false, checks: [{ name: 'sun', isReady: false }] },
    ]);
    const document = (await http.get('/openapi.json')).body as OpenAPIObject;
    const { responses } = document.paths['/readyz']!.get!;
    expect(responses['503']).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Readiness' } } },
    });
  });

  it('shows metrics to the loopback address, not through a proxy', async () => {
    const response = await http.get('/metrics');
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toMatch(/^text\/plain/);
    expect(response.text).toContain('rosette_http_request_duration_seconds_bucket');
    expectProblem(await http.get('/metrics').set('X-Forwarded-For', '127.0.0.1'), 'not-found', 404);
  });

  it('explains every problem on a page', async () => {
    expect((await http.get('/problems')).text).toContain('href="/problems/tool-suspended"');
    const shown = await http.get('/problems/tool-suspended');
    expect([shown.status, shown.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expectProblem(await http.get('/problems/toString'), 'not-found', 404);
  });

  it('serves the documentation without inline scripts', async () => {
    const shown = await http.get('/docs');
    expect(shown.text).not.toMatch(/<script(?![^>]*src=)|style=/);
    for (const [, file] of shown.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const asset = await http.get(String(file));
      expect([file, asset.status]).toEqual([file, 200]);
      expect(asset.headers['content-type']).not.toContain('octet-stream');
    }
    expectProblem(await http.get('/docs/package.json'), 'not-found', 404);
    expectProblem(await http.get('/docs/..%2Fpackage.json'), 'not-found', 404);
  });

  it('describes itself in a document that lints clean', async () => {
    const response = await http.get('/openapi.json');
    const document = response.body as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(document.paths['/v1/flowers']?.['post']?.operationId).toBe('flowerPlant');
    const folder = await mkdtemp(join(tmpdir(), 'rosette-openapi-'));
    await writeFile(join(folder, 'openapi.json'), response.text);
    const redocly = join(__dirname, '../../node_modules/@redocly/cli/bin/cli.js');
    const run = promisify(execFile)(
      process.execPath,
      [redocly, 'lint', 'openapi.json', '--extends', 'recommended', '--format', 'json'],
      {
        cwd: folder,
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
      },
    );
    const output = await run.catch((error: { stdout: string }) => error);
    expect((JSON.parse(output.stdout) as { problems: unknown[] }).problems).toEqual([]);
  }, 60_000);
});

describe('metrics with a token', () => {
  it('are shown to its bearer alone', async () => {
    const app = await create(
      FlowerModule,
      readEnvironment({ LOG_LEVEL: 'silent', METRICS_TOKEN: 'a-token-of-16-or-more' }),
    );
    await app.init();
    await instanceOf(app).ready();
    const http = request(app.getHttpServer());
    const refused = await http.get('/metrics');
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Bearer realm="rosette"']);
    expect((await http.get('/metrics').set('Authorization', 'Bearer a-token-of-16-or-more')).status).toBe(
      200,
    );
    await app.close();
  });
});

describe('an application that is closing', () => {
  it('finishes the open answer and sends the next request on that connection elsewhere', async () => {
    const app = await create(FlowerModule);
    let finish: () => void = () => undefined;
    const check = () => new Promise<void>((resolve) => (finish = resolve));
    app.get<ReadinessCheck[]>(READINESS_CHECKS).push({ name: 'slow', check });
    await app.listen(0, '127.0.0.1');
    const socket = connect((app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
    let answers = '';
    socket.on('data', (chunk) => (answers += chunk.toString()));
    const ended = once(socket, 'close');
    socket.write('GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n');
    await setTimeout(50);
    const closed = app.close();
    await setTimeout(50);
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await setTimeout(50);
    finish();
    await Promise.all([ended, closed]);
    expect(answers).toMatch(/^HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 503 [\s\S]*"code":"shutting-down"/);
  });
});
