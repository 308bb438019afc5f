/** What the wire says to input that it cannot take, over real sockets. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { FlowerModule, create, exchange, expectProblem, lines } from './http.fixture.js';

describe('Input', () => {
  let app: NestFastifyApplication;
  let http: ReturnType<typeof request>;

  beforeAll(async () => {
    app = await create(FlowerModule);
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
      app,
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

  it('refuses broken percent-encoding', async () => {
    const response = await http.get('/v1/flowers/%E0%A4%A');
    expectProblem(response, 'malformed-request', 400);
    expect(response.headers['x-content-type-options']).toBe('nosniff');
  });

  it('refuses a path parameter that is no id', async () => {
    expectProblem(await http.get('/v1/flowers/rose'), 'validation-failed', 400);
    expectProblem(await http.get('/v1/flowers/%00'), 'validation-failed', 400);
  });

  it.each(['nonsense', '00000000-0000-4000-8000-00000000000', '%00'])(
    'refuses %s as a part of the path with a pointer to it',
    async (id) => {
      const response = await http.get(`/v1/flowers/${id}`);
      expectProblem(response, 'validation-failed', 400);
      expect(response.body).toMatchObject({ errors: [{ in: 'path', pointer: '/id' }] });
    },
  );
});
