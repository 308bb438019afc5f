import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { sentinelOf } from '../kill-switch/gate.fixture.js';
import { Gate } from '../kill-switch/gate.js';
import type { ScopeKey } from '../kill-switch/scopes.rules.js';
import type { Sentinel } from '../kill-switch/sentinel/sentinel.service.js';
import type { Cut, CutRecords } from '../kill-switch/cut-records.service.js';
import type { OpenAnswers } from '../kill-switch/open-answers.service.js';
import type { AnswerBlock, Delivery, LongAnswer, Reply } from './answer-block.js';
import { AnswerStreams } from './answer-stream.service.js';

const scope: ScopeKey = 'tool:contact-creator';
const admission = { epoch: 0n, scopes: [scope], generations: [0] };

/** A gate that nobody hears: what is left is the asking before each piece. */
class SilentGate extends Gate {
  override onNewEpoch(): void {
    return undefined;
  }
}

const asker = {
  requestId: 'r',
  accountId: 'a',
  sessionId: 's',
  route: 'GET /',
  action: 'export.read',
} as const;
const noted: Cut[] = [];

const blockOf = (lines: number, length: number): AnswerBlock => ({
  bytes: Buffer.from(`${'x'.repeat(length - 2)}\r\n`.repeat(lines)),
  lineLengths: Array.from({ length: lines }, () => length),
});

describe('A long answer', () => {
  let gate: Gate;
  let sentinel: ReturnType<typeof sentinelOf>;
  /** What the sentinel learns when it is asked. */
  let news: (() => void) | undefined;
  const servers: Server[] = [];

  const start = (made: Gate): Gate => {
    gate = made;
    sentinel = sentinelOf(gate);
    sentinel.install({ epoch: 0n, scopes: [], notices: [] });
    return gate;
  };
  const flip = (isSuspended: boolean, generation = 1) =>
    sentinel.install({
      epoch: gate.currentEpoch + 1n,
      scopes: [[scope, isSuspended, generation]],
      notices: [],
    });

  /** Serves the answer once; answers what arrived, whether it was whole, and what the sender says of it. */
  const serve = async (
    answer: Partial<LongAnswer>,
    during?: (response: IncomingMessage, streams: AnswerStreams) => Promise<unknown> | void,
  ) => {
    const refreshing = { refresh: () => Promise.resolve(news?.()) } as unknown as Sentinel;
    const answers = { askerOf: () => asker } as unknown as OpenAnswers;
    const cuts = { note: (cut: Cut) => noted.push(cut) } as unknown as CutRecords;
    noted.length = 0;
    const streams = new AnswerStreams(gate, refreshing, answers, cuts, pino({ enabled: false }));
    let delivered!: (delivery: Delivery) => void;
    const delivery = new Promise<Delivery>((resolve) => (delivered = resolve));
    const server: Server = createServer((_, raw) => {
      const reply = { raw, hijack: () => reply, getHeaders: () => ({}) };
      const whole: LongAnswer = {
        admission,
        heading: Buffer.from('heading\r\n'),
        block: () => Promise.resolve(undefined),
        standing: () => Promise.resolve(undefined),
        ...answer,
      };
      void streams.send(
        reply as unknown as Reply,
        () => whole,
        async (end) => delivered(end),
      );
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const asked = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { agent: false });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    asked.on('error', () => response.destroy());
    let text = '';
    const ended = new Promise((resolve) => response.once('close', resolve).once('error', resolve));
    if (during) {
      response.pause();
      await during(response, streams);
    }
    response.on('data', (piece: Buffer) => (text += piece.toString('latin1')));
    response.resume();
    await ended;
    return { text, isWhole: response.complete, delivery: await delivery, streams };
  };
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  afterEach(() => {
    news = undefined;
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('ends with a marker that counts its rows and sums up its bytes', async () => {
    start(new Gate());
    const block = (index: number) => Promise.resolve(index < 3 ? blockOf(1000, 40) : undefined);
    const { text, isWhole, delivery } = await serve({ block });
    const body = text.slice(0, text.indexOf('"# end'));
    expect(body).toHaveLength(9 + 3 * 40_000);
    const digest = createHash('sha256').update(body).digest('hex');
    expect(text.slice(body.length)).toBe(`"# end of export","rows=3000","sha256=${digest}"\r\n`);
    expect(isWhole).toBe(true);
    expect(delivery).toEqual({ rows: 3000, bytes: text.length });
  });

  it('asks the gate before each piece, so that a suspension stops it in the middle of a block', async () => {
    start(new SilentGate());
    const ask = gate.ask.bind(gate);
    let asked = 0;
    gate.ask = (scopes) => {
      asked += 1;
      // Once for the headers, then before and after the heading, and each piece of 16 KiB.
      if (asked === 8) flip(true);
      return ask(scopes);
    };
    const { text, isWhole, delivery } = await serve({ block: async () => blockOf(10_000, 40) });
    expect(isWhole).toBe(false);
    expect(text.length).toBeLessThanOrEqual(9 + 2 * 16_384);
    expect(delivery).toMatchObject({ why: 'tool-suspended', bytes: 9 + 2 * 16_384, rows: 820 });
    expect(noted).toMatchObject([{ asker, admission, what: 'stream', ...delivery, isLate: false }]);
  });

  it('says of a piece that was handed over just as its scope was suspended that it was late', async () => {
    start(new SilentGate());
    const ask = gate.ask.bind(gate);
    let asked = 0;
    gate.ask = (scopes) => {
      asked += 1;
      if (asked === 7) flip(true);
      return ask(scopes);
    };
    const { isWhole, delivery } = await serve({ block: async () => blockOf(10_000, 40) });
    expect([isWhole, delivery]).toEqual([
      false,
      { why: 'tool-suspended', isLate: true, bytes: 9 + 2 * 16_384, rows: 820 },
    ]);
    expect(noted).toMatchObject([{ isLate: true }]);
  });

  it('that was suspended and let go again between two pieces never goes on', async () => {
    start(new SilentGate());
    const block = async (index: number) => {
      if (index === 1) {
        flip(true);
        flip(false);
      }
      return blockOf(1000, 40);
    };
    const { isWhole, text, delivery } = await serve({ block });
    expect([isWhole, delivery.why]).toEqual([false, 'access-changed']);
    expect(text).not.toContain('# end');
  });

  it('waits without a lease, and goes on under the next where nothing has moved', async () => {
    start(new Gate());
    const block = async (index: number) => {
      if (index === 1) {
        sentinel.grant(-1);
        setTimeout(() => sentinel.grant(3_600_000), 200);
      }
      return index < 3 ? blockOf(1000, 40) : undefined;
    };
    const { isWhole, delivery } = await serve({ block });
    expect([isWhole, delivery.rows]).toEqual([true, 3000]);
    expect(sentinel.isQueueing()).toBe(false);
  });

  it('is cut where no lease comes, or the next knows of a flip', async () => {
    for (const [frozenMs, then, why] of [
      [100, () => undefined, 'access-state-unknown'],
      [6_000, () => flip(false), 'access-changed'],
    ] as const) {
      start(new SilentGate());
      const block = async (index: number) => {
        if (index === 1) {
          sentinel.grant(-1);
          setTimeout(then, 50);
        }
        return blockOf(1000, 40);
      };
      const { isWhole, delivery } = await serve({ block, frozenMs });
      expect([isWhole, delivery.why]).toEqual([false, why]);
    }
  });

  it('loses what a slow client has not taken when the lease has run out', async () => {
    start(new Gate());
    const { text, delivery } = await serve({ block: async () => blockOf(100_000, 100) }, async () => {
      await pause(300);
      expect(sentinel.isQueueing()).toBe(true);
      gate.freeze();
      expect(sentinel.isQueueing()).toBe(false);
    });
    expect(delivery.why).toBe('access-state-unknown');
    expect(text.length).toBeLessThan(delivery.bytes);
  });

  it('is cut at once while a slow client keeps a piece waiting, and what waits is dropped', async () => {
    start(new Gate());
    const flipped = { at: 0 };
    const { isWhole, text, delivery } = await serve(
      { block: async () => blockOf(100_000, 100) },
      async () => {
        await pause(300);
        flip(true);
        flipped.at = performance.now();
        await pause(50);
      },
    );
    expect([isWhole, delivery.why]).toEqual([false, 'tool-suspended']);
    expect(text.length).toBeLessThan(delivery.bytes);
  });

  it('is never read more than one block ahead of what the client takes', async () => {
    start(new Gate());
    const asked: number[] = [];
    const block = async (index: number) => {
      asked.push(index);
      return index < 3 ? blockOf(60_000, 120) : undefined;
    };
    const { isWhole } = await serve({ block }, async () => {
      await pause(400);
      expect(asked).toEqual([0, 1]);
    });
    expect(isWhole).toBe(true);
    // Two are asked for behind the last, as for any client that has taken all there was.
    expect(asked).toEqual([0, 1, 2, 3, 4]);
  });

  it('is read two blocks at once for a client that waits, and sent in order', async () => {
    start(new Gate());
    let atWork = 0;
    let most = 0;
    const block = async (index: number) => {
      atWork += 1;
      most = Math.max(most, atWork);
      // The later of two is ready first.
      await pause(index % 2 === 0 ? 5 : 40);
      atWork -= 1;
      return index < 6 ? { bytes: Buffer.from(`${index}\r\n`), lineLengths: [3] } : undefined;
    };
    const { text, delivery } = await serve({ block });
    expect(text).toMatch(/^heading\r\n0\r\n1\r\n2\r\n3\r\n4\r\n5\r\n"# end of export","rows=6"/);
    expect([delivery.rows, most]).toEqual([6, 2]);
  });

  it('ends when the last block that was begun has ended', async () => {
    start(new Gate());
    let isOver = false;
    const block = async (index: number) => {
      if (index === 0) return blockOf(1, 10);
      await pause(index * 50);
      if (index === 1) throw new Error('the database has gone');
      isOver = true;
      return undefined;
    };
    const { delivery } = await serve({ block });
    expect([delivery.why, isOver]).toEqual(['internal', true]);
  });

  it('is cut when the client reads nothing for too long', async () => {
    start(new Gate());
    const { isWhole, delivery } = await serve(
      { block: async () => blockOf(100_000, 120), stallMs: 100 },
      () => pause(800).then(() => undefined),
    );
    expect([isWhole, delivery.why]).toEqual([false, 'client-stalled']);
  });

  it('is cut when the reader may no longer have it', async () => {
    start(new Gate());
    const block = async () => {
      await pause(30);
      return blockOf(100, 40);
    };
    const standing = async () => 'unauthenticated';
    const { isWhole, delivery } = await serve({ block, standing });
    expect([isWhole, delivery.why]).toEqual([false, 'unauthenticated']);
  });

  it('is cut and recorded when nobody can say whether the reader may still have it', async () => {
    start(new Gate());
    const block = async () => {
      await pause(30);
      return blockOf(100, 40);
    };
    const standing = () => Promise.reject(new Error('the database has gone'));
    const { isWhole, delivery } = await serve({ block, standing });
    expect([isWhole, delivery.why]).toEqual([false, 'internal']);
  });

  it('is cut when a later block fails, and when the client leaves', async () => {
    start(new Gate());
    const block = async (index: number) => {
      if (index === 2) throw new Error('the database has gone');
      return blockOf(1000, 40);
    };
    const failed = await serve({ block });
    expect([failed.isWhole, failed.delivery.why]).toEqual([false, 'internal']);
    expect(failed.text).not.toContain('# end');
    const left = await serve({ block: async () => blockOf(100_000, 120) }, (response) => {
      response.destroy();
    });
    expect(left.delivery.why).toBe('client-left');
    expect(noted).toEqual([]);
  });

  it('that a flip has ended in the database is told by the flip, though nobody has heard of it here', async () => {
    start(new SilentGate());
    news = () => flip(true);
    const { isWhole, delivery } = await serve({
      block: (index) =>
        index === 0 ? Promise.resolve(blockOf(10, 40)) : Promise.reject(new Error('Connection terminated')),
    });
    expect([isWhole, delivery.why]).toEqual([false, 'tool-suspended']);
  });

  it('is cut when its replica stops', async () => {
    start(new Gate());
    const { delivery } = await serve({ block: async () => blockOf(100_000, 120) }, async (_, streams) => {
      await pause(100);
      await streams.beforeApplicationShutdown();
    });
    expect(delivery.why).toBe('shutting-down');
  });
});
