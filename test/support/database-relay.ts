import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A wire between the application and its database that a test can cut: wholly, as a network that is gone, or in the
 * moment in which PostgreSQL says that it has committed, so that the change is made and nobody hears of it.
 */
export class DatabaseRelay {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;
  private swallows: { after: string; done: () => void } | undefined;

  private constructor(private readonly target: URL) {}

  static async before(url: string): Promise<DatabaseRelay> {
    const relay = new DatabaseRelay(new URL(url));
    await relay.open();
    return relay;
  }

  get url(): string {
    const url = new URL(this.target);
    // Parameters count before the authority, which an address of a socket file does not have.
    url.searchParams.set('host', '127.0.0.1');
    url.searchParams.set('port', String(this.port));
    return url.href;
  }

  async open(): Promise<void> {
    this.server = createServer((near) => this.join(near)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** As if the database were unplugged: what is connected is cut, and nothing connects. */
  async close(): Promise<void> {
    const closed = this.server && once(this.server, 'close');
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Swallows the next answer to a COMMIT of whoever sent the text from now on, and cuts his connection; resolves then. */
  swallowCommitAfter(text: string): Promise<void> {
    return new Promise((resolve) => (this.swallows = { after: text, done: resolve }));
  }

  private join(near: Socket): void {
    const host = this.target.searchParams.get('host') ?? this.target.hostname;
    const port = Number(this.target.searchParams.get('port') ?? this.target.port);
    const far = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    const cut = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('error', cut).on('close', () => {
        this.sockets.delete(socket);
        cut();
      });
    }
    let isMeant = false;
    near.on('data', (bytes: Buffer) => {
      isMeant ||= this.swallows !== undefined && bytes.includes(this.swallows.after);
      far.write(bytes);
    });
    far.on('data', (bytes: Buffer) => {
      if (isMeant && this.swallows && bytes.includes('COMMIT\0')) {
        this.swallows.done();
        this.swallows = undefined;
        cut();
        return;
      }
      near.write(bytes);
    });
  }
}
