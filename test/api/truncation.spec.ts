import { clients, type Begun, type FetchingClient, type Held } from '../support/clients.js';
import { endOfFile, TruncationWorld } from '../support/truncation.js';

/** Clients that do not read: the switch is used, or a replica dies, while most of an answer is still to come. */
describe('A client of whatever transport', () => {
  let world: TruncationWorld;

  beforeAll(async () => {
    world = await TruncationWorld.start();
  }, 60_000);
  afterAll(() => world.stop());

  const takesFiles = ({ name }: FetchingClient) => !name.endsWith('HTTP/1.0');
  const begin = (of: readonly FetchingClient[], what: 'short' | 'page' | 'file') =>
    Promise.all(of.map(async (client) => [client.name, await world.begin(client, what)] as const));
  const finish = (begun: readonly (readonly [string, Begun])[]) =>
    Promise.all(
      begun.map(async ([name, answer]) => ({ name, status: answer.status, ...(await answer.finish()) })),
    );
  const summed = (all: readonly (Held & { name: string; status: number })[]) =>
    all.map(({ name, status, isWhole }) => `${name}: ${status}, ${isWhole ? 'whole' : 'broken off'}`);
  const named = (of: readonly FetchingClient[], outcome: string) =>
    of.map(({ name }) => `${name}: ${outcome}`);

  it('has a whole file with its last line, and a whole page', async () => {
    const files = await finish(await begin(clients.filter(takesFiles), 'file'));
    expect(summed(files)).toEqual(named(clients.filter(takesFiles), '200, whole'));
    expect(files.filter(({ text }) => !endOfFile.test(text))).toEqual([]);
    const pages = await finish(await begin(clients, 'short'));
    expect(summed(pages)).toEqual(named(clients, '200, whole'));
    expect(
      pages.filter(({ text }) => !Array.isArray((JSON.parse(text) as { items: unknown }).items)),
    ).toEqual([]);
  });

  it('is counted by its address, over HTTP/2 too', async () => {
    const client = clients.find(({ name }) => name === 'node:http2')!;
    const at = new URL('/v1/auth/token', world.secure.url.replace('127.0.0.1', 'localhost'));
    const left = async () => {
      const { headers } = await client.begin(at, { ':method': 'POST' }, world.certificate.cert);
      return Number(/;r=(\d+);/.exec(headers?.['ratelimit'] ?? '')?.[1]);
    };
    const first = await left();
    expect(await left()).toBe(first - 1);
  });

  it('is refused a file where it could not tell', async () => {
    const old = clients.filter((client) => !takesFiles(client));
    const refused = await finish(await begin(old, 'file'));
    expect(summed(refused)).toEqual(named(old, '505, whole'));
    expect(refused.map(({ text }) => (JSON.parse(text) as { code: string }).code)).toEqual(
      old.map(() => 'http-version-not-supported'),
    );
  });

  it('sees that a file is broken off by the switch', async () => {
    const begun = await begin(clients.filter(takesFiles), 'file');
    await world.suspendAndLift();
    const held = await finish(begun);
    expect(summed(held)).toEqual(named(clients.filter(takesFiles), '200, broken off'));
    expect(held.filter(({ text }) => text.includes('# end of export'))).toEqual([]);
  });

  it('sees that a page is broken off by the switch', async () => {
    const begun = await begin(clients, 'page');
    await world.suspendAndLift();
    const held = await finish(begun);
    expect(summed(held)).toEqual(named(clients, '200, broken off'));
    expect(held.filter(({ text }) => text.endsWith('}'))).toEqual([]);
  });

  it('sees that the server has died', async () => {
    const files = await begin(clients.filter(takesFiles), 'file');
    const pages = await begin(clients, 'page');
    await Promise.all([world.plain.kill(), world.secure.kill()]);
    expect(summed(await finish(files))).toEqual(named(clients.filter(takesFiles), '200, broken off'));
    expect(summed(await finish(pages))).toEqual(named(clients, '200, broken off'));
  });
});
