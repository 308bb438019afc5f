import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  connect,
  constants,
  createSecureServer,
  type ClientHttp2Session,
  type ClientHttp2Stream,
} from 'node:http2';
import { get as getSecurely } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificate, type TestCertificate } from '../../test/support/certificate.js';
import { StallingRelay } from '../../test/support/stalling-relay.js';
import { certificateOf } from './certificate.js';
import { noteConnections } from './connection.js';
import { resetAnswer, resetConnection } from './reset-answer.js';
import { secureServerOptions } from './secure-server.js';
import type { Environment } from '../config/environment.js';

/** More than the kernel takes for a client that does not read. */
const large = Buffer.alloc(24_000_000, 'x');
/** More than the window of a stream. */
const some = large.subarray(0, 1_000_000);
const wide = 2 ** 30;

describe('An answer that is broken off', () => {
  let certificate: TestCertificate;
  let handle: (path: string, raw: ServerResponse) => void | Promise<void>;
  let plain: Server;
  let secure: Server;
  let relays: Record<'plain' | 'secure', StallingRelay>;
  let session: ClientHttp2Session | undefined;

  beforeAll(async () => {
    certificate = await makeCertificate();
    const options = secureServerOptions(certificateOf(certificate as unknown as Environment)!);
    plain = createServer((request, raw) => void handle(request.url ?? '', raw)).listen(0, '127.0.0.1');
    secure = createSecureServer(
      options,
      (request, raw) => void handle(request.url, raw as unknown as ServerResponse),
    );
    noteConnections(secure);
    secure.listen(0, '127.0.0.1');
    await Promise.all([plain, secure].map((server) => once(server, 'listening')));
    const [first, second] = await Promise.all(
      [plain, secure].map((server) => StallingRelay.before((server.address() as AddressInfo).port)),
    );
    relays = { plain: first!, secure: second! };
  });

  afterEach(() => {
    session?.destroy();
    session = undefined;
    for (const relay of Object.values(relays)) relay.goOn();
  });
  afterAll(() => {
    for (const relay of Object.values(relays)) relay.close();
    plain.close();
    secure.close();
  });

  /** What a client makes of an answer. */
  const overHttp1 = async (kind: 'plain' | 'secure') => {
    const { port } = relays[kind];
    const ask = kind === 'plain' ? get : getSecurely;
    const asked = ask({
      port,
      host: '127.0.0.1',
      ca: certificate.cert,
      servername: 'localhost',
      agent: false,
    });
    let bytes = 0;
    return new Promise<{ bytes: number; isWhole: boolean }>((resolve) => {
      asked.once('response', (response: IncomingMessage) => {
        response.on('data', (piece: Buffer) => (bytes += piece.length)).on('error', () => undefined);
        response.once('close', () => resolve({ bytes, isWhole: response.complete }));
      });
      asked.on('error', () => resolve({ bytes, isWhole: false }));
    });
  };
  const open = async (window?: number) => {
    session = connect(`https://localhost:${relays.secure.port}`, {
      ca: certificate.cert,
      ...(window === undefined ? {} : { settings: { initialWindowSize: window } }),
    });
    session.on('error', () => undefined);
    await once(session, 'connect');
    if (window !== undefined) session.setLocalWindowSize(window);
    await sleep(20);
    return session;
  };
  const over2 = async (stream: ClientHttp2Stream) => {
    let bytes = 0;
    stream.on('data', (piece: Buffer) => (bytes += piece.length)).on('error', () => undefined);
    await new Promise((resolve) => stream.once('close', resolve));
    return { bytes, isWhole: stream.rstCode === constants.NGHTTP2_NO_ERROR, code: stream.rstCode };
  };
  /** Writes more than is read, cuts, and lets the client read on; answers when the cut is done. */
  const cutWhileStalled = (relay: StallingRelay): Promise<number> =>
    new Promise((resolve) => {
      handle = async (_, raw) => {
        raw.on('error', () => undefined);
        raw.writeHead(200);
        raw.write('begun');
        await sleep(50);
        relay.stall();
        raw.write(large);
        await sleep(100);
        resetAnswer(raw);
        relay.goOn();
        resolve(relay.bytes);
      };
    });

  it.each(['plain', 'secure'] as const)(
    'over HTTP/1.1 (%s) loses what the kernel had not sent, and what it had not been given',
    async (kind) => {
      const cut = cutWhileStalled(relays[kind]);
      const answer = await overHttp1(kind);
      const before = await cut;
      expect(answer.isWhole).toBe(false);
      expect(answer.bytes).toBeGreaterThan(0);
      // Of what was underway only what the reader's own kernel held has come.
      expect(relays[kind].bytes - before).toBeLessThan(3_000_000);
    },
  );

  it('over HTTP/2 is an error of its stream alone, where the client leaves its window shut', async () => {
    const held: ServerResponse[] = [];
    handle = (path, raw) => {
      raw.writeHead(200);
      raw.write(some);
      held.push(raw);
      if (path === '/other') raw.end();
    };
    const { request } = await open().then((made) => ({
      request: (path: string) => made.request({ ':path': path }),
    }));
    const cut = request('/cut');
    await once(cut, 'response');
    const other = request('/other');
    await once(other, 'response');
    await sleep(50);
    resetAnswer(held[0]!);
    const [broken, whole] = await Promise.all([over2(cut), over2(other)]);
    expect(broken).toMatchObject({ isWhole: false, code: constants.NGHTTP2_INTERNAL_ERROR });
    expect(broken.bytes).toBeLessThanOrEqual(65_535);
    expect(whole).toEqual({ isWhole: true, bytes: some.length, code: constants.NGHTTP2_NO_ERROR });
  });

  it('over HTTP/2 takes the connection along where that holds back what was written', async () => {
    const cut = cutWhileStalled(relays.secure);
    const asked = (await open(wide)).request({ ':path': '/' });
    const answer = await over2(asked);
    const before = await cut;
    expect(answer.isWhole).toBe(false);
    expect(relays.secure.bytes - before).toBeLessThan(3_000_000);
    expect(session?.destroyed).toBe(true);
  });

  it('right after it was written leaves no byte over HTTP/2', async () => {
    handle = (_, raw) => {
      raw.writeHead(200);
      raw.write('secret');
      resetConnection(raw);
    };
    expect(await over2((await open()).request({ ':path': '/' }))).toMatchObject({ bytes: 0, isWhole: false });
  });
});
