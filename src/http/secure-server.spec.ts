/** The wire as a client of TLS meets it, over HTTP/2 and over HTTP/1.1. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect as connectPlainly, type AddressInfo } from 'node:net';
import { connect as connectSecurely, type TLSSocket } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { makeCertificate, type TestCertificate } from '../../test/support/certificate.js';
import { eventually } from '../../test/support/download.js';
import { readEnvironment } from '../config/environment.js';
import { faultsOfCertificate, followCertificate } from './certificate.js';
import { FlowerModule, create, exchange, instanceOf, lines } from './http.fixture.js';
import { PROBLEM_CONTENT_TYPE } from './problem.js';
import { limitArrival, secureServerOf } from './secure-server.js';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

describe('A server with a certificate', () => {
  let certificate: TestCertificate;
  let app: NestFastifyApplication;
  let port: number;
  let session: ClientHttp2Session;
  const settings = () => {
    const { TLS_CERT_FILE, TLS_KEY_FILE } = certificate;
    return readEnvironment({ NODE_ENV: 'test', LOG_LEVEL: 'silent', TLS_CERT_FILE, TLS_KEY_FILE });
  };
  const open = async (at = port): Promise<ClientHttp2Session> => {
    const opened = connect(`https://localhost:${at}`, { ca: certificate.cert });
    opened.on('error', () => undefined);
    await once(opened, 'connect');
    return opened;
  };
  const answerOf = async (stream: ClientHttp2Stream): Promise<Answer> => {
    const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders & { ':status': number }];
    let text = '';
    for await (const piece of stream) text += String(piece);
    return { status: headers[':status'], headers, text };
  };
  const ask = (path: string, headers: Record<string, string> = {}) =>
    answerOf(session.request({ ':path': path, ...headers }));
  const portOf = (made: NestFastifyApplication) => (made.getHttpServer().address() as AddressInfo).port;

  beforeAll(async () => {
    certificate = await makeCertificate();
    app = await create(FlowerModule, settings());
    limitArrival(instanceOf(app), 300);
    await app.listen(0, '127.0.0.1');
    port = portOf(app);
    session = await open();
  });
  afterAll(async () => {
    session.destroy();
    await app.close();
  });
  beforeEach(() => void lines.splice(0));

  it('tells its address as one of TLS', async () => {
    expect(await app.getUrl()).toBe(`https://127.0.0.1:${port}`);
  });

  it('answers over HTTP/2 with the headers and the log line of any answer', async () => {
    const { status, headers, text } = await ask('/v1/flowers?limit=2');
    expect([session.alpnProtocol, status, (JSON.parse(text) as { items: unknown[] }).items.length]).toEqual([
      'h2',
      200,
      2,
    ]);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(headers['request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(lines.join('')).toContain(`"requestId":"${String(headers['request-id'])}"`);
    expect((await ask('/healthz')).status).toBe(200);
    expect((await ask('/metrics')).status).toBe(200);
  });

  it.each([
    ['/v1/trees', 404, 'not-found'],
    ['/v1/flowers?limit=0', 400, 'validation-failed'],
    ['/v1/flowers/00000000-0000-4000-8000-000000000000', 500, 'internal'],
    [`/v1/flowers/${'a'.repeat(300)}`, 414, 'uri-too-long'],
  ])('answers %s over HTTP/2 with a problem', async (path, status, code) => {
    const { headers, text, ...answer } = await ask(path);
    expect([answer.status, headers['content-type']]).toEqual([
      status,
      `${PROBLEM_CONTENT_TYPE}; charset=utf-8`,
    ]);
    expect(JSON.parse(text)).toMatchObject({ code, instance: `urn:uuid:${String(headers['request-id'])}` });
    expect(headers['connection']).toBeUndefined();
  });

  it('refuses a body that is too large while it is still being sent, and goes on with the session', async () => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/v1/flowers',
      'content-type': 'application/json',
    });
    stream.on('error', () => undefined);
    const answer = answerOf(stream);
    let sent = 0;
    const timer = setInterval(() => {
      if (!stream.closed && sent < 8_000_000) stream.write('a'.repeat(50_000));
      sent += 50_000;
    }, 1);
    const { status, text } = await answer;
    clearInterval(timer);
    expect([status, (JSON.parse(text) as { code: string }).code]).toEqual([413, 'body-too-large']);
    stream.close();
    for (let n = 0; n < 5; n += 1) expect((await ask('/healthz')).status).toBe(200);
  });

  it('ends a request whose body does not arrive in time, and no other', async () => {
    const slow = session.request({
      ':method': 'POST',
      ':path': '/v1/flowers',
      'content-type': 'application/json',
    });
    slow.on('error', () => undefined);
    slow.write('{');
    const { status, text } = await answerOf(slow);
    expect([status, (JSON.parse(text) as { code: string }).code]).toEqual([408, 'request-timeout']);
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('lets no session ask for more than a hundred things at once', () => {
    expect(session.remoteSettings).toMatchObject({ maxConcurrentStreams: 100, maxHeaderListSize: 16_384 });
  });

  it('ends a session that opens streams and takes them back again and again', async () => {
    const attacker = await open();
    const ended = new Promise<void>((resolve) => attacker.once('close', resolve));
    for (let round = 0; round < 100 && !attacker.destroyed; round += 1) {
      for (let n = 0; n < 50 && !attacker.closed && !attacker.destroyed; n += 1) {
        const stream = attacker.request({ ':path': '/v1/flowers' });
        stream.on('error', () => undefined);
        stream.close(constants.NGHTTP2_CANCEL);
      }
      await sleep(1);
    }
    await ended;
    expect((await ask('/healthz')).status).toBe(200);
  });

  const over1 = (head: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connectSecurely({
        port,
        host: '127.0.0.1',
        ca: certificate.cert,
        servername: 'localhost',
      });
      let text = '';
      socket.once('secureConnect', () => socket.write(head, 'latin1'));
      socket.on('data', (piece: Buffer) => (text += piece.toString('latin1')));
      socket.once('close', () => resolve(text)).once('error', reject);
    });

  it('speaks HTTP/1.1 to who does not ask for more, with its problems and limits', async () => {
    const get = request({
      port,
      path: '/v1/flowers',
      ca: certificate.cert,
      servername: 'localhost',
      agent: false,
    }).end();
    const [answer] = (await once(get, 'response')) as [IncomingMessage];
    expect([answer.httpVersion, answer.statusCode]).toEqual(['1.1', 200]);
    answer.resume();
    expect(await over1('GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*"code":"malformed-request"/,
    );
    expect(await over1('GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"malformed-request"/);
    expect(await over1(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 [\s\S]*"code":"headers-too-large"/,
    );
    expect(await over1('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('says nothing to who does not speak TLS', async () => {
    expect(await exchange(app, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n').catch(() => '')).toBe('');
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('stops in order: open streams end, sessions are told to go away, and nobody holds it up', async () => {
    const made = await create(FlowerModule, settings());
    let finish!: () => void;
    const held = new Promise<void>((resolve) => (finish = resolve));
    instanceOf(made).addHook('onRequest', async ({ headers }) => {
      if (headers['x-slow'] !== undefined) await held;
    });
    await made.listen(0, '127.0.0.1');
    const idle = await open(portOf(made));
    const busy = await open(portOf(made));
    const stranger = connectPlainly(portOf(made), '127.0.0.1');
    await once(stranger, 'connect');
    const answer = answerOf(busy.request({ ':path': '/healthz', 'x-slow': '1' }));
    await sleep(50);
    const told = Promise.all([idle, busy].map((one) => once(one, 'goaway')));
    const begunAt = performance.now();
    const closed = made.close();
    expect((await told).map(([code]) => code as number)).toEqual([0, 0]);
    finish();
    expect((await answer).status).toBe(200);
    await closed;
    expect(performance.now() - begunAt).toBeLessThan(2_000);
  });

  it('takes up a renewed certificate, and stays with the last that was whole', async () => {
    const stop = followCertificate(
      secureServerOf(instanceOf(app))!,
      settings(),
      pino({ enabled: false }),
      20,
    );
    const shown = async (): Promise<Buffer | undefined> => {
      const socket: TLSSocket = connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const { raw } = socket.getPeerCertificate();
      socket.destroy();
      return raw;
    };
    const before = await shown();
    certificate.cert = await certificate.renew();
    await eventually(async () => !(await shown())?.equals(before!));
    const after = await shown();
    // As while it is being written, and as when that went wrong.
    for (const spoil of [() => writeFile(certificate.TLS_CERT_FILE, ''), () => certificate.spoil()]) {
      await spoil();
      await sleep(100);
      expect((await shown())?.equals(after!)).toBe(true);
    }
    stop();
  });

  it('is refused before it starts where its files are not a pair', async () => {
    const { TLS_CERT_FILE, TLS_KEY_FILE } = await makeCertificate();
    const other = await makeCertificate();
    expect(faultsOfCertificate({ TLS_CERT_FILE, TLS_KEY_FILE })).toEqual([]);
    expect(faultsOfCertificate({})).toEqual([]);
    expect(faultsOfCertificate({ TLS_CERT_FILE })).toEqual([
      'TLS_KEY_FILE must be set where TLS_CERT_FILE is',
    ]);
    expect(faultsOfCertificate({ TLS_KEY_FILE })).toEqual([
      'TLS_CERT_FILE must be set where TLS_KEY_FILE is',
    ]);
    expect(faultsOfCertificate({ TLS_CERT_FILE, TLS_KEY_FILE: other.TLS_KEY_FILE })).toEqual([
      'TLS_CERT_FILE and TLS_KEY_FILE cannot be used: ERR_OSSL_X509_KEY_VALUES_MISMATCH',
    ]);
    expect(faultsOfCertificate({ TLS_CERT_FILE: '/nowhere', TLS_KEY_FILE })).toEqual([
      'TLS_CERT_FILE and TLS_KEY_FILE cannot be used: ENOENT',
    ]);
  });
});
