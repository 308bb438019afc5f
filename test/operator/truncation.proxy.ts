import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clients } from '../support/clients.js';
import { endOfFile, TruncationWorld } from '../support/truncation.js';

/** Needs Debian's nginx-light, and fails without: `npm run test:proxy`. */
const nginx = '/usr/sbin/nginx';
const behind = clients.filter(({ isSecure, name }) => isSecure && !name.endsWith('HTTP/1.0'));
const old = clients.filter(({ isSecure, name }) => isSecure && name.endsWith('HTTP/1.0'));

describe('Behind nginx as docs/proxy/nginx.conf has it, a client', () => {
  let world: TruncationWorld;
  let proxy: ChildProcess;
  let origin: string;

  beforeAll(async () => {
    world = await TruncationWorld.start({ TRUST_PROXY: 'loopback' }, 3_000);
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'rosette-nginx-'));
    const text = [
      ['/run/nginx.pid', join(folder, 'pid')],
      ['/var/log/nginx/error.log', join(folder, 'error.log')],
      ['listen 443', `listen 127.0.0.1:${port}`],
      ['/etc/nginx/chain.pem', world.certificate.TLS_CERT_FILE],
      ['/etc/nginx/key.pem', world.certificate.TLS_KEY_FILE],
      ['127.0.0.1:3000', new URL(world.plain.url).host],
    ].reduce(
      (all, [from = '', to = '']) => {
        expect(all).toContain(from);
        return all.replace(from, to);
      },
      readFileSync('docs/proxy/nginx.conf', 'utf8'),
    );
    writeFileSync(join(folder, 'nginx.conf'), text);
    proxy = spawn(nginx, ['-c', join(folder, 'nginx.conf'), '-p', folder, '-g', 'daemon off;'], {
      stdio: 'inherit',
    });
    await new Promise((resolve, reject) => proxy.once('spawn', resolve).once('error', reject));
    origin = `https://localhost:${port}`;
    await untilOpen(port);
  }, 60_000);
  afterAll(async () => {
    proxy?.kill('SIGTERM');
    await world?.stop();
  });

  const begin = (what: 'page' | 'file') =>
    Promise.all(behind.map((client) => world.begin(client, what, origin)));
  const finish = async (begun: Awaited<ReturnType<typeof begin>>) =>
    Promise.all(begun.map((one) => one.finish()));

  it.each(['page', 'file'] as const)('has a whole %s', async (what) => {
    const held = await finish(await begin(what));
    expect(held.map(({ isWhole }) => isWhole)).toEqual(behind.map(() => true));
    if (what === 'file') expect(held.filter(({ text }) => !endOfFile.test(text))).toEqual([]);
  });

  it('of HTTP/1.0 is refused', async () => {
    const [client] = old;
    expect((await world.begin(client!, 'file', origin)).status).toBe(505);
  });

  it.each(['page', 'file'] as const)('sees that a %s is broken off by the switch', async (what) => {
    const begun = await begin(what);
    await world.suspendAndLift();
    const held = await finish(begun);
    expect(held.map(({ isWhole }) => isWhole)).toEqual(behind.map(() => false));
    expect(held.filter(({ text }) => text.includes('# end of export'))).toEqual([]);
  });

  it('sees that the replica has died', async () => {
    const begun = await begin('file');
    await world.plain.kill();
    expect((await finish(begun)).map(({ isWhole }) => isWhole)).toEqual(behind.map(() => false));
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilOpen(port: number): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    );
    socket.destroy();
    if (isOpen) return;
    if (attempt === 100) throw new Error('nginx does not listen');
    await sleep(50);
  }
}
