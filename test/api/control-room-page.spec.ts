import { ApiClient } from '../support/api.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('The page of the control room', () => {
  let database: TestDatabase;
  let server: TestServer;
  let page: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startTestServer(database.environment);
    page = new ApiClient(server.url);
  });

  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const get = (path: string) => page.get<string>(path);
  const filesOf = (html: string) => [...html.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path]) => path!);

  it('is one document without a fact in it, never kept, which nothing may frame and in which nothing is inline', async () => {
    const { status, headers, body } = await get('/control-room');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
    expect(headers.getSetCookie()).toEqual([]);
    expect(body).not.toMatch(/<style|style=|\son\w+=|<script(?! src="\/control-room\/)/);
    expect(body).not.toMatch(/https?:/);
  });

  it('names its files by what is in them, which may be kept for ever', async () => {
    const files = filesOf((await get('/control-room')).body);
    expect(files).toHaveLength(3);
    for (const path of files) {
      const { status, headers } = await get(path);
      expect({ path, status, kept: headers.get('cache-control') }).toEqual({
        path: expect.stringMatching(/^\/control-room\/\w+-[0-9A-Z]{8}\.(js|css|svg)$/) as string,
        status: 200,
        kept: 'public, max-age=31536000, immutable',
      });
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it.each(['files.json', 'main.js', '..%2f..%2fpackage.json', '%2e%2e', 'toString', '__proto__'])(
    'has no file %s',
    async (name) => {
      expect(await page.get(`/control-room/${name}`)).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
    },
  );

  it('loads nothing from elsewhere: no address of another host is in its files but names of vocabularies', async () => {
    const files = filesOf((await get('/control-room')).body);
    for (const path of files) {
      const addresses = (await get(path)).body.match(/https?:\/\/[^\s"'`)\\]+/g) ?? [];
      expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
    }
  });
});
