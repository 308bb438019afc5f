import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Cut, CutRecords } from './cut-records.service.js';
import { sentinelOf } from './gate.fixture.js';
import { Gate } from './gate.js';
import { OpenAnswers } from './open-answers.service.js';
import type { ScopeKey } from './scopes.rules.js';

const tool: ScopeKey = 'tool:organise';
const one: ScopeKey = 'area:7a2f';
const asker = { accountId: 'a', sessionId: 's', route: 'GET /', action: 'elector.read' } as const;
const large = 'x'.repeat(40_000_000);

describe('An answer that leaves in one piece', () => {
  let gate: Gate;
  let sentinel: ReturnType<typeof sentinelOf>;
  let answers: OpenAnswers;
  let log: { event: string }[];
  let cuts: Cut[];
  let instance: FastifyInstance;
  let url: string;
  /** What happens between admission and answer, and between the last question and the sending. */
  let meanwhile: (requestId: string) => unknown;
  let whileSending: (() => void) | undefined;
  let answer: { status: number; body: string };

  beforeEach(async () => {
    gate = new Gate();
    sentinel = sentinelOf(gate);
    sentinel.install({ epoch: 1n, scopes: [[tool, false, 3]], notices: [] });
    log = [];
    const logger = pino({}, { write: (line: string) => log.push(JSON.parse(line) as { event: string }) });
    cuts = [];
    answers = new OpenAnswers(gate, { note: (cut: Cut) => cuts.push(cut) } as unknown as CutRecords, logger);
    meanwhile = () => undefined;
    whileSending = undefined;
    answer = { status: 200, body: 'an elector' };
    instance = new FastifyAdapter().getInstance() as unknown as FastifyInstance;
    answers.addTo(instance);
    instance.get('/', async (request, reply) => {
      const verdict = gate.ask([tool]);
      if (verdict.admitted) answers.admit(reply, verdict.admission, { ...asker, requestId: request.id });
      await meanwhile(request.id);
      const { raw } = reply;
      const writeHead = raw.writeHead.bind(raw) as (...values: unknown[]) => typeof raw;
      raw.writeHead = ((...values: unknown[]) => {
        whileSending?.();
        return writeHead(...values);
      }) as typeof raw.writeHead;
      return reply.status(answer.status).send(answer.body);
    });
    await instance.listen({ port: 0, host: '127.0.0.1' });
    url = `http://127.0.0.1:${(instance.server.address() as AddressInfo).port}/`;
  });

  afterEach(async () => {
    await instance.close();
  });

  const flip = (scope: ScopeKey, isSuspended: boolean, generation: number) =>
    sentinel.install({
      epoch: gate.currentEpoch + 1n,
      scopes: [
        [tool, false, 3],
        [scope, isSuspended, generation],
      ],
      notices: [],
    });
  const asked = async () => {
    const response = await fetch(url);
    return { status: response.status, text: await response.text() };
  };

  it('is sent when nothing has happened', async () => {
    expect(await asked()).toEqual({ status: 200, text: 'an elector' });
    expect(sentinel.isAtWork([tool])).toBe(false);
  });

  it.each([
    ['its scope is suspended', () => flip(tool, true, 4), 503, 'tool-suspended'],
    ['its scope was suspended and let go', () => flip(tool, false, 4), 503, 'access-state-unknown'],
    ['the lease has run out', () => sentinel.grant(-1), 503, 'access-state-unknown'],
  ])('becomes a problem where %s before it is sent', async (_, happens, status, code) => {
    meanwhile = happens;
    const given = await asked();
    expect(given.status).toBe(status);
    expect(JSON.parse(given.text)).toMatchObject({ code, status });
    expect(cuts).toMatchObject([
      { what: 'answer', bytes: 0, isLate: false, asker, admission: { epoch: 1n } },
    ]);
  });

  it('is asked about the areas that joined it, and about no other', async () => {
    const joining = (ids: string[] | undefined, flipped: ScopeKey) => async (requestId: string) => {
      answers.widen(requestId, ids);
      flip(flipped, true, 1);
    };
    const cases: [string[] | undefined, ScopeKey, number][] = [
      [['7a2f'], one, 403],
      [['7a2f', '7a2f'], 'area:0b31', 200],
      [undefined, one, 503],
      [[], one, 200],
    ];
    for (const [ids, flipped, status] of cases) {
      sentinel.install({ epoch: gate.currentEpoch + 1n, scopes: [[tool, false, 3]], notices: [] });
      meanwhile = joining(ids, flipped);
      expect((await asked()).status).toBe(status);
    }
  });

  it('stays a refusal where it was one', async () => {
    meanwhile = () => flip(tool, true, 4);
    answer = { status: 404, body: 'nothing here' };
    expect(await asked()).toEqual({ status: 404, text: 'nothing here' });
  });

  it.each([
    ['its scope is suspended', () => flip(tool, true, 4)],
    ['the lease has run out', () => gate.freeze()],
  ])('is reset where a slow client has not taken it when %s, and is work until then', async (_, happens) => {
    answer = { status: 200, body: large };
    const request = get(url, { agent: false });
    request.on('error', () => undefined);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    flip('user:a', true, 1);
    expect([sentinel.isAtWork([tool]), sentinel.isQueueing()]).toEqual([true, true]);
    happens();
    let bytes = 0;
    response.on('data', (piece: Buffer) => (bytes += piece.length));
    await new Promise((resolve) => response.once('close', resolve));
    expect(response.complete).toBe(false);
    expect(bytes).toBeLessThan(large.length);
    expect([sentinel.isAtWork([tool]), sentinel.isQueueing()]).toEqual([false, false]);
    expect(cuts).toMatchObject([{ what: 'answer', isLate: false, asker }]);
    expect(cuts[0]!.bytes).toBeGreaterThan(0);
    expect(cuts[0]!.bytes).toBeLessThan(large.length);
  });

  it('is reset, and told of, where it was handed over just as its scope was suspended', async () => {
    whileSending = () => flip(tool, true, 4);
    await expect(asked()).rejects.toThrow('fetch failed');
    expect(log.map(({ event }) => event)).toEqual(['late-release']);
    expect(cuts).toMatchObject([{ isLate: false, why: 'tool-suspended' }]);
  });

  it('is written down as late where the lease ran out before it was handed over, and nobody had said so yet', async () => {
    whileSending = () => sentinel.grant(-1);
    // The kernel may have passed it on already.
    await asked().catch(() => undefined);
    expect(log.map(({ event }) => event)).toEqual(['late-release']);
    expect(cuts).toMatchObject([{ isLate: true, why: 'access-state-unknown', bytes: 10 }]);
  });
});
