import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a client and a server, and can leave unread what the server sends, whatever protocol they speak. */
export class StallingRelay {
  private isStalled = false;
  private readonly upstream = new Set<Socket>();
  private readonly clients = new Set<Socket>();
  /** How many bytes the server has got rid of so far. */
  bytes = 0;

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly port: number,
  ) {}

  static async before(port: number): Promise<StallingRelay> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const relay = new StallingRelay(server, (server.address() as AddressInfo).port);
    server.on('connection', (client: Socket) => relay.join(client, connect(port, '127.0.0.1')));
    return relay;
  }

  stall(): void {
    this.isStalled = true;
    for (const socket of this.upstream) socket.pause();
  }

  goOn(): void {
    this.isStalled = false;
    for (const socket of this.upstream) socket.resume();
  }

  close(): void {
    for (const socket of [...this.upstream, ...this.clients]) socket.destroy();
    this.server.close();
  }

  private join(client: Socket, upstream: Socket): void {
    this.upstream.add(upstream);
    this.clients.add(client);
    if (this.isStalled) upstream.pause();
    client.on('data', (piece: Buffer) => upstream.write(piece));
    upstream.on('data', (piece: Buffer) => {
      this.bytes += piece.length;
      client.write(piece);
    });
    client.once('close', () => upstream.destroy()).on('error', () => undefined);
    // What has come is handed on before the end of it.
    upstream.once('end', () => client.end()).on('error', () => undefined);
    upstream.once('close', () => client.destroySoon());
  }
}
