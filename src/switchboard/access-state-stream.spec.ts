import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Principal } from '../access/access.js';
import { Gate } from '../kill-switch/gate.js';
import { sentinelOf } from '../kill-switch/gate.fixture.js';
import { AccessStateStream } from './access-state-stream.js';

const principal: Principal = {
  sessionId: 's',
  accountId: 'a',
  kind: 'person',
  username: 'a',
  displayName: 'A',
  hasSecondFactor: true,
  isSteppedUp: true,
  officeIds: [],
  grants: [{ role: 'organiser', constituencyId: 'E14001434', purposes: [] }],
  idleGrants: [],
  scopes: null,
};

describe('A stream of the access state', () => {
  let server: Server;
  let gate: Gate;
  let sentinel: ReturnType<typeof sentinelOf>;
  let raw: ServerResponse;
  let reader: IncomingMessage;
  let epoch = 0n;

  beforeEach(async () => {
    gate = new Gate();
    sentinel = sentinelOf(gate);
    sentinel.install({ epoch, scopes: [], notices: [] });
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const asked = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { agent: false });
    [, raw] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
    raw.writeHead(200);
    raw.flushHeaders();
    [reader] = (await once(asked, 'response')) as [IncomingMessage];
    reader.on('error', () => undefined);
    asked.on('error', () => undefined);
  });

  afterEach(() => {
    reader.destroy();
    server.closeAllConnections();
    server.close();
  });

  const suspend = (notice: string) => {
    epoch += 1n;
    const inForceAt = '2026-02-20T21:14:03.512345+00:00';
    const told = { suspensionId: String(epoch), notice, appealNote: null, inForceAt };
    sentinel.install({
      epoch,
      scopes: [['tool:contact-creator', true, 1]],
      notices: [{ scope: 'tool:contact-creator', ...told }],
    });
  };
  /** So much of it that the kernel's buffers are full long before. */
  const tellMuch = async (stream: AccessStateStream) => {
    for (let n = 0; n < 200 && !raw.destroyed; n += 1) {
      suspend('x'.repeat(200_000));
      stream.tell();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  it('drops who takes nothing, and keeps no more for him than one event', async () => {
    const stream = new AccessStateStream(raw, gate, principal);
    reader.pause();
    await tellMuch(stream);
    expect(raw.destroyed).toBe(true);
    expect(raw.writableLength).toBeLessThan(400_000);
  });

  it('sends the same once, and to a reader that keeps up all of it', async () => {
    const stream = new AccessStateStream(raw, gate, principal);
    let text = '';
    reader.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    stream.tell();
    stream.tell();
    suspend('one');
    stream.tell();
    stream.tell();
    stream.end('shutting-down');
    await once(reader, 'end');
    expect(text.match(/^event: .*$/gm)).toEqual(['event: state', 'event: state', 'event: end']);
    expect(text).toContain('"inForceAt":"2026-02-20T21:14:03.512Z"');
  });

  it('says that nothing is known without a lease', async () => {
    const stream = new AccessStateStream(raw, gate, principal);
    sentinel.grant(-1);
    stream.tell();
    stream.end('shutting-down');
    const pieces: Buffer[] = [];
    reader.on('data', (piece: Buffer) => pieces.push(piece));
    await once(reader, 'end');
    expect(Buffer.concat(pieces).toString()).toContain('event: unknown\ndata: {}\n\n');
  });
});
