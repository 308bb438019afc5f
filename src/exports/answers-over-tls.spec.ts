import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { makeCertificate, type TestCertificate } from '../../test/support/certificate.js';
import { readEnvironment } from '../config/environment.js';
import { httpAdapter } from '../http/create-app.js';
import { limitSecureServer, secureServerOf } from '../http/secure-server.js';
import type { CutRecords } from '../kill-switch/cut-records.service.js';
import { sentinelOf } from '../kill-switch/gate.fixture.js';
import { Gate } from '../kill-switch/gate.js';
import { OpenAnswers } from '../kill-switch/open-answers.service.js';
import type { ScopeKey } from '../kill-switch/scopes.rules.js';
import type { Sentinel } from '../kill-switch/sentinel/sentinel.service.js';
import type { AnswerBlock, Delivery } from './answer-block.js';
import { AnswerStreams } from './answer-stream.service.js';

const scope: ScopeKey = 'tool:contact-creator';
const asker = { accountId: 'a', sessionId: 's', route: 'GET /page', action: 'elector.read' } as const;
const large = 'x'.repeat(24_000_000);
const blockOf = (lines: number): AnswerBlock => ({
  bytes: Buffer.from(`${'x'.repeat(98)}\r\n`.repeat(lines)),
  lineLengths: Array.from({ length: lines }, () => 100),
});

/** What a client holds of an answer, and how it ended for it. */
interface Taken {
  resume(): void;
  leave(): void;
  ended: Promise<{ text: string; isWhole: boolean }>;
}

describe.each(['HTTP/1.1', 'HTTP/2'] as const)('Over TLS and %s', (protocol) => {
  let certificate: TestCertificate;
  let gate: Gate;
  let sentinel: ReturnType<typeof sentinelOf>;
  let instance: FastifyInstance;
  let session: ClientHttp2Session;
  let port: number;
  let blocks: number;
  let delivered: Promise<Delivery>;
  /** What every block but the first waits for. */
  let meanwhile: Promise<void> | undefined;
  let whileSending: (() => void) | undefined;
  let log: { event: string }[];

  beforeAll(async () => {
    certificate = await makeCertificate();
  });
  beforeEach(async () => {
    gate = new Gate();
    sentinel = sentinelOf(gate);
    sentinel.install({ epoch: 0n, scopes: [], notices: [] });
    blocks = 2_000;
    whileSending = undefined;
    meanwhile = undefined;
    log = [];
    const logger = pino({}, { write: (line: string) => log.push(JSON.parse(line) as { event: string }) });
    const cuts = { note: () => undefined } as unknown as CutRecords;
    const answers = new OpenAnswers(gate, cuts, logger);
    const sentinelService = { refresh: () => Promise.resolve() } as unknown as Sentinel;
    const streams = new AnswerStreams(gate, sentinelService, answers, cuts, logger);
    const { TLS_CERT_FILE, TLS_KEY_FILE } = certificate;
    instance = httpAdapter(
      readEnvironment({ TLS_CERT_FILE, TLS_KEY_FILE }),
    ).getInstance() as unknown as FastifyInstance;
    limitSecureServer(instance, secureServerOf(instance)!);
    answers.addTo(instance);
    instance.get('/file', async (_, reply) => {
      let tell!: (delivery: Delivery) => void;
      delivered = new Promise((resolve) => (tell = resolve));
      const answer = () => ({
        admission: { epoch: 0n, scopes: [scope], generations: [0] },
        heading: Buffer.from('heading\r\n'),
        block: async (index: number) => {
          if (index > 0) await meanwhile;
          return index < blocks ? blockOf(1_000) : undefined;
        },
        standing: async () => undefined,
      });
      await streams.send(reply, answer, async (end) => tell(end));
    });
    instance.get('/page', async (asked, reply) => {
      const verdict = gate.ask([scope]);
      if (verdict.admitted) answers.admit(reply, verdict.admission, { ...asker, requestId: asked.id });
      const { raw } = reply;
      const writeHead = raw.writeHead.bind(raw) as (...values: unknown[]) => typeof raw;
      raw.writeHead = ((...values: unknown[]) => {
        whileSending?.();
        return writeHead(...values);
      }) as typeof raw.writeHead;
      return reply.send(large);
    });
    instance.get('/small', async () => 'well');
    await instance.listen({ port: 0, host: '127.0.0.1' });
    ({ port } = instance.server.address() as AddressInfo);
    session = connect(`https://localhost:${port}`, { ca: certificate.cert });
    session.on('error', () => undefined);
    await once(session, 'connect');
  });
  afterEach(async () => {
    session.destroy();
    await instance.close();
  });

  const flip = () =>
    sentinel.install({ epoch: gate.currentEpoch + 1n, scopes: [[scope, true, 1]], notices: [] });
  /** Fetches, and reads nothing until it is told to. */
  const take = async (path: string): Promise<Taken> => {
    let text = '';
    const read = (piece: Buffer) => (text += piece.toString('latin1'));
    if (protocol === 'HTTP/2') {
      const stream: ClientHttp2Stream = session.request({ ':path': path });
      stream.on('error', () => undefined);
      const ended = new Promise<void>((resolve) => stream.once('close', () => resolve())).then(() => ({
        text,
        isWhole: stream.rstCode === constants.NGHTTP2_NO_ERROR,
      }));
      await Promise.race([once(stream, 'response'), ended]);
      return { resume: () => void stream.on('data', read), leave: () => session.destroy(), ended };
    }
    const asked = request({ port, path, ca: certificate.cert, servername: 'localhost', agent: false }).end();
    const response = await new Promise<IncomingMessage | undefined>((resolve) =>
      asked.once('response', resolve).once('error', () => resolve(undefined)),
    );
    if (!response)
      return {
        resume: () => undefined,
        leave: () => undefined,
        ended: Promise.resolve({ text, isWhole: false }),
      };
    asked.on('error', () => response.destroy());
    response.on('error', () => undefined).pause();
    const ended = new Promise<void>((resolve) => response.once('close', () => resolve())).then(() => ({
      text,
      isWhole: response.complete,
    }));
    return { resume: () => void response.on('data', read).resume(), leave: () => asked.destroy(), ended };
  };

  it('a file ends with its marker, and counts as whole', async () => {
    blocks = 3;
    const file = await take('/file');
    file.resume();
    const { text, isWhole } = await file.ended;
    expect([isWhole, text.length]).toEqual([true, (await delivered).bytes]);
    expect(text).toMatch(/"# end of export","rows=3000",[^\n]+\n$/);
    expect(await delivered).toEqual({ bytes: text.length, rows: 3_000 });
    await sleep(20);
    expect(sentinel.isAtWork([scope])).toBe(false);
  });

  it.each([
    ['its scope is suspended', flip, 'tool-suspended'],
    ['the lease has run out', () => gate.freeze(), 'access-state-unknown'],
  ])('a file is cut when %s, and what a slow reader has not taken is dropped', async (_, happens, why) => {
    const file = await take('/file');
    await sleep(300);
    expect([sentinel.isAtWork([scope]), sentinel.isQueueing()]).toEqual([true, true]);
    happens();
    expect(sentinel.isQueueing()).toBe(false);
    const delivery = await delivered;
    file.resume();
    const { text, isWhole } = await file.ended;
    expect([isWhole, delivery.why]).toEqual([false, why]);
    expect(text).not.toContain('# end');
    expect(text.length).toBeLessThan(delivery.bytes);
    expect(sentinel.isAtWork([scope])).toBe(false);
  });

  it('a file whose reader leaves is no whole one', async () => {
    const file = await take('/file');
    await sleep(50);
    file.leave();
    expect((await delivered).why).toBe('client-left');
    await sleep(20);
    expect([sentinel.isAtWork([scope]), sentinel.isQueueing()]).toEqual([false, false]);
  });

  it('a file whose reader leaves between two blocks is no whole one', async () => {
    let goOn!: () => void;
    meanwhile = new Promise((resolve) => (goOn = resolve));
    blocks = 3;
    const file = await take('/file');
    file.resume();
    await sleep(50);
    file.leave();
    await sleep(50);
    goOn();
    expect((await delivered).why).toBe('client-left');
  });

  it('a page is work until it is taken', async () => {
    const page = await take('/page');
    await sleep(50);
    expect([sentinel.isAtWork([scope]), sentinel.isQueueing()]).toEqual([true, true]);
    page.resume();
    const { text, isWhole } = await page.ended;
    expect([isWhole, text.length]).toEqual([true, large.length]);
    await sleep(20);
    expect([sentinel.isAtWork([scope]), sentinel.isQueueing()]).toEqual([false, false]);
  });

  it.each([
    ['its scope is suspended', flip],
    ['the lease has run out', () => gate.freeze()],
  ])('a page that a slow reader has not taken is cut when %s', async (_, happens) => {
    const page = await take('/page');
    await sleep(50);
    happens();
    page.resume();
    const { text, isWhole } = await page.ended;
    expect(isWhole).toBe(false);
    expect(text.length).toBeLessThan(large.length);
    await sleep(20);
    expect([sentinel.isAtWork([scope]), sentinel.isQueueing()]).toEqual([false, false]);
  });

  it('a page that was handed over just as its scope was suspended does not arrive', async () => {
    whileSending = flip;
    const page = await take('/page');
    page.resume();
    expect((await page.ended).isWhole).toBe(false);
    expect(log.map(({ event }) => event)).toEqual(['late-release']);
  });

  if (protocol === 'HTTP/2') {
    it('what else the session asks for goes on when a file is cut', async () => {
      const file = await take('/file');
      await sleep(100);
      flip();
      file.resume();
      expect((await file.ended).isWhole).toBe(false);
      const small = await take('/small');
      small.resume();
      expect(await small.ended).toEqual({ isWhole: true, text: 'well' });
    });
  }
});
