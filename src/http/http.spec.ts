/** The wire as a client meets it, over real sockets. */
import { connect, type AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { FlowerModule, create, expectProblem, lines, type FlowerDto } from './http.fixture.js';
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

  const post = (body: string, type = 'application/json') =>
    http.post('/v1/flowers').set('Content-Type', type).send(body);

  it.each([
    ['a half-written object', '{"name":'],
    ['nothing', ''],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('latin1')],
  ])('calls %s a malformed body', async (_what, body) => {
    const raw = await exchange(
      `POST /v1/flowers HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n${body}`,
    );
    expect(raw).toMatch(/^HTTP\/1\.1 400 /);
    expect(raw).toContain('"code":"malformed-body"');
  });

  it.each([
    ['NUL', '{"name":"a\\u0000b"}', '/name'],
    ['half a surrogate pair', '{"name":"\\ud800"}', '/name'],
    ['an unknown property', '{"name":"a","x/y":1}', '/x~1y'],
    [
      'a fault in a nested array',
      '{"name":"a","petals":[{"colour":"red"},{"colour":7}]}',
      '/petals/1/colour',
    ],
    [
      'an unknown property in a nested array',
      '{"name":"a","petals":[{"colour":"red","z":1}]}',
      '/petals/0/z',
    ],
    ['__proto__', '{"name":"a","__proto__":{"height":1}}', '/__proto__'],
    ['constructor', '{"name":"a","constructor":{"prototype":{}}}', '/constructor'],
    ['hasOwnProperty', '{"name":"a","hasOwnProperty":1}', '/hasOwnProperty'],
    ['a list where an object belongs', '[]', ''],
    ['a number where an object belongs', '7', ''],
    ['null', 'null', ''],
    ['an absent property', '{}', '/name'],
    ['a fraction', '{"name":"a","height":1.5}', '/height'],
    ['a scalar where a list of objects belongs', '{"name":"a","petals":["x"]}', '/petals/0'],
  ])('points at %s', async (_what, body, pointer) => {
    const response = await post(body);
    expectProblem(response, 'validation-failed', 400);
    expect(
      (response.body as { errors: { pointer: string }[] }).errors.map((error) => error.pointer),
    ).toContain(pointer);
  });

  it('says once of a property that it has the wrong type', async () => {
    expect((await post('{}')).body).toMatchObject({
      errors: [{ pointer: '/name', detail: 'must be a string' }],
    });
  });

  it('refuses a query where none is taken', async () => {
    const response = await http.get('/v1/flowers/7b2f7a3e-9c50-4b0e-9a3f-5e2d1c0b4a66?dryRun=Smith');
    expectProblem(response, 'validation-failed', 400);
    expect(response.body).toMatchObject({
      errors: [{ in: 'query', pointer: '/dryRun', detail: 'unknown property' }],
    });
    expect(lines.join('')).toContain('"route":"/v1/flowers/:id"');
    expect(lines.join('')).not.toContain('Smith');
    expect((await http.get('/healthz?probe=1')).status).toBe(200);
  });

  it('refuses nesting that would exhaust a recursive reader', async () => {
    const response = await post(`{"name":${'['.repeat(900)}${']'.repeat(900)}}`);
    expectProblem(response, 'validation-failed', 400);
  });

  it('answers a valid body', async () => {
    const response = await post('{"name":"rose","petals":[{"colour":"red"}]}');
    expect([response.status, response.body]).toEqual([201, { name: 'rose' }]);
  });

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

  it('refuses a body above the limit of the route', async () => {
    const response = await post(JSON.stringify({ name: 'a'.repeat(3000) }));
    expectProblem(response, 'body-too-large', 413);
    expect(response.body).toMatchObject({ detail: 'At most 2000 bytes are taken here.' });
  });

  it('refuses an over-long path parameter', async () => {
    expectProblem(await http.get(`/v1/flowers/${'a'.repeat(300)}`), 'uri-too-long', 414);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])(
    'refuses %s and names what to send',
    async (type) => {
      const refused = await post('name=rose', type);
      expectProblem(refused, 'unsupported-media-type', 415);
      expect(refused.body).toMatchObject({
        detail: 'Send the body with the Content-Type application/json.',
      });
    },
  );

  it('refuses what is no media type', async () => {
    expectProblem(await post('name=rose', 'nonsense'), 'unsupported-media-type', 415);
  });

  it('passes over an expectation that it does not know', async () => {
    const raw = await exchange(
      'GET /nowhere HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\nConnection: close\r\n\r\n',
    );
    expect(raw).toMatch(/^HTTP\/1\.1 404 /);
    expect(raw).toContain('"code":"not-found"');
  });

  it('asks no Host of HTTP/1.0', async () => {
    expect(await exchange('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('refuses broken percent-encoding', async () => {
    const response = await http.get('/v1/flowers/%E0%A4%A');
    expectProblem(response, 'malformed-request', 400);
    expect(response.headers['x-content-type-options']).toBe('nosniff');
  });

  it('refuses a path parameter that is no id', async () => {
    expectProblem(await http.get('/v1/flowers/rose'), 'validation-failed', 400);
    expectProblem(await http.get('/v1/flowers/%00'), 'validation-failed', 400);
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

  it.each(['nonsense', '00000000-0000-4000-8000-00000000000', '%00'])(
    'refuses %s as a part of the path with a pointer to it',
    async (id) => {
      const response = await http.get(`/v1/flowers/${id}`);
      expectProblem(response, 'validation-failed', 400);
      expect(response.body).toMatchObject({ errors: [{ in: 'path', pointer: '/id' }] });
    },
  );

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
    const raw = await exchange(text);
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

  /** Sends bytes as they are and reads until the server closes. */
  function exchange(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const { port } = app.getHttpServer().address() as AddressInfo;
      const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk.toString();
        socket.end();
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  }
});
