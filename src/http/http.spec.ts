/** The wire as a client meets it, over real sockets. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { FlowerModule, create, exchange, expectProblem, lines, type FlowerDto } from './http.fixture.js';
import { encodeCursor, type Page } from './keyset.js';
import { Problem } from './problem.js';
import { PROBLEM_MAPPERS, type ProblemMapper } from './problem-mapping.js';
import { RouteRegistry } from './route-registry.js';

describe('the HTTP room', () => {
  let app: NestFastifyApplication;
  let http: ReturnType<typeof request>;

  beforeAll(async () => {
    app = await create(FlowerModule);
    app
      .get<ProblemMapper[]>(PROBLEM_MAPPERS)
      .push((error) =>
        error instanceof Error && 'sqlState' in error ? new Problem('already-exists') : undefined,
      );
    app
      .get<ProblemMapper[]>(PROBLEM_MAPPERS)
      .unshift((error) =>
        error instanceof Error && 'notFitting' in error
          ? new Problem('validation-failed', { cause: error, isUnforeseen: true })
          : undefined,
      );
    await app.listen(0, '127.0.0.1');
    http = request(app.getHttpServer());
  });
  afterAll(() => app.close());
  beforeEach(() => void lines.splice(0));

  it('calls an unknown address not found, whatever was sent to it', async () => {
    expectProblem(await http.get('/v1/trees'), 'not-found', 404);
    expectProblem(
      await http.post('/v1/trees').set('Content-Type', 'text/xml').send('<a/>'),
      'not-found',
      404,
    );
    expectProblem(
      await http.post('/v1/trees').set('Content-Type', 'application/json').send('{'),
      'not-found',
      404,
    );
  });

  it('names the methods of an address that does not know this one', async () => {
    const response = await http.delete('/v1/flowers');
    expectProblem(response, 'method-not-allowed', 405);
    expect(response.headers['allow']).toBe('GET, HEAD, POST');
    expect((await http.put('/v1/flowers/7')).headers['allow']).toBe('GET, HEAD');
    expectProblem(await http.options('/v1/flowers'), 'method-not-allowed', 405);
  });

  it('passes over an expectation that it does not know', async () => {
    const raw = await exchange(
      app,
      'GET /nowhere HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\nConnection: close\r\n\r\n',
    );
    expect(raw).toMatch(/^HTTP\/1\.1 404 /);
    expect(raw).toContain('"code":"not-found"');
  });

  it('asks no Host of HTTP/1.0', async () => {
    expect(await exchange(app, 'GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    'limit=0',
    'limit=501',
    'limit=ten',
    'limit=',
    'limit=1&limit=2',
    'offset=3',
    'after=%00',
    '__proto__=1',
    'constructor=1',
    'hasOwnProperty=1',
  ])('refuses the query %s', async (query) =>
    expectProblem(await http.get(`/v1/flowers?${query}`), 'validation-failed', 400),
  );

  it.each([
    'junk',
    '!!',
    encodeCursor([7]),
    encodeCursor(['a', 'b']),
    Buffer.from('[2,"a"]').toString('base64url'),
  ])('refuses the cursor %s', async (after) =>
    expectProblem(await http.get('/v1/flowers').query({ after }), 'validation-failed', 400),
  );

  it('pages without gaps or repeats', async () => {
    const first = (await http.get('/v1/flowers?limit=2')).body as Page<FlowerDto>;
    const second = (await http.get('/v1/flowers').query({ after: first.next })).body as Page<FlowerDto>;
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['aster', 'lily', 'rose']);
    expect(second.next).toBeNull();
  });

  it('logs a defect without its message and answers nothing about it', async () => {
    const response = await http.get('/v1/flowers/00000000-0000-4000-8000-000000000000');
    expectProblem(response, 'internal', 500);
    expect(response.text).not.toContain('person');
    const log = lines.join('');
    expect(log).toContain('"event":"defect"');
    expect(log).toContain('"route":"/v1/flowers/:id"');
    expect(log).not.toMatch(/no row|00000000-0000-4000/);
  });

  it('answers input that only the database refused as input, and logs it as what a check has missed', async () => {
    const response = await http.get('/v1/flowers/30000000-0000-4000-8000-000000000000');
    expectProblem(response, 'validation-failed', 400);
    expect(response.text).not.toContain('person');
    const log = lines.join('');
    expect(log).toContain('"level":50');
    expect(log).toContain('"event":"unforeseen-input"');
    expect(log).toContain('"code":"22P02"');
    expect(log).toContain('"route":"/v1/flowers/:id"');
    expect(log).not.toMatch(/no such|30000000-0000-4000/);
  });

  it('lets no extension replace a standard member', async () => {
    const response = await http.get('/v1/flowers/10000000-0000-4000-8000-000000000000');
    expectProblem(response, 'conflict', 409);
    expect(response.body).toMatchObject({ colour: 'red' });
  });

  it('asks the mappers of the rooms above', async () => {
    expectProblem(await http.get('/v1/flowers/20000000-0000-4000-8000-000000000000'), 'already-exists', 409);
  });

  it.each([
    ['garbage', 'GARBAGE\r\n\r\n', 400, 'malformed-request'],
    [
      'a request without a Host',
      'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n',
      400,
      'malformed-request',
    ],
    [
      'over-long headers',
      `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'headers that go on long after the answer',
      `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(8_000_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'a body that goes on long after the answer',
      `POST /v1/flowers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 8000000\r\n\r\n${'a'.repeat(8_000_000)}`,
      413,
      'body-too-large',
    ],
  ])('answers %s on the bare socket in the same shape', async (_what, text, status, code) => {
    const raw = await exchange(app, text);
    expect(raw).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*application/problem\\+json[\\s\\S]*"code":"${code}"`),
    );
  });

  it('logs the trace a client names and never lets it choose the request id', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const response = await http.get('/healthz').set('traceparent', traceparent).set('Request-Id', 'mine');
    expect(response.headers['request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(lines.join('')).toContain('"traceId":"4bf92f3577b34da6a3ce929d0e0e4736"');
  });

  it('answers a preflight of a configured origin only', async () => {
    const preflight = (origin: string) =>
      http.options('/v1/flowers').set('Origin', origin).set('Access-Control-Request-Method', 'POST');
    const known = await preflight('https://app.example');
    expect([known.status, known.headers['access-control-allow-origin']]).toEqual([
      204,
      'https://app.example',
    ]);
    const stranger = await preflight('https://evil.example');
    expect([stranger.status, stranger.headers['access-control-allow-origin']]).toEqual([405, undefined]);
  });

  it('sends strict headers with every answer', async () => {
    const { headers } = await http.get('/v1/flowers');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'") as string,
      vary: 'Origin',
    });
  });

  it('lists its routes with their declarations', () => {
    const routes = app.get(RouteRegistry).routes();
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toContain('POST /v1/flowers');
  });
});
