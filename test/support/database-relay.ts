import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A wire between the application and its database, to be a network that fails. A test can cut it: wholly, as a network
 * that is gone, or in the moment in which PostgreSQL says that it has committed, so that the change is made and nobody
 * hears of it. It can hold everything back; and it can be a transaction pooler in the one point that matters here, that
 * no notification is ever delivered.
 */
export class DatabaseRelay {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;
  private meant:
    { after: string; committed: (pass: (() => void) | undefined) => void; isLost: boolean } | undefined;
  private isPaused = false;

  private constructor(
    private readonly target: URL,
    private readonly isDeaf: boolean,
  ) {}

  static async before(url: string, isDeaf = false): Promise<DatabaseRelay> {
    const relay = new DatabaseRelay(new URL(url), isDeaf);
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

  /** Nothing passes any more, either way; connections stay, and new ones are taken and left without an answer. */
  pause(): void {
    this.isPaused = true;
    for (const socket of this.sockets) socket.pause();
  }

  resume(): void {
    this.isPaused = false;
    for (const socket of this.sockets) socket.resume();
  }

  /** Swallows the next answer to a COMMIT of whoever sent the text from now on, and cuts his connection; resolves then. */
  swallowCommitAfter(text: string): Promise<void> {
    return new Promise((resolve) => (this.meant = { after: text, committed: () => resolve(), isLost: true }));
  }

  /** Holds the next answer to a COMMIT of whoever sends the text back; resolves then, with what lets it pass. */
  holdCommitAfter(text: string): Promise<() => void> {
    return new Promise((resolve) => {
      this.meant = { after: text, committed: (pass) => resolve(pass ?? (() => {})), isLost: false };
    });
  }

  private join(near: Socket): void {
    const host = this.target.searchParams.get('host') ?? this.target.hostname;
    const port = Number(this.target.searchParams.get('port') || this.target.port || 5432);
    const far = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    const cut = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      if (this.isPaused) socket.pause();
      socket.on('error', cut).on('close', () => {
        this.sockets.delete(socket);
        cut();
      });
    }
    let isMeant = false;
    near.on('data', (bytes: Buffer) => {
      isMeant ||= this.meant !== undefined && bytes.includes(this.meant.after);
      far.write(bytes);
    });
    const passOn = this.isDeaf ? withoutNotifications(near) : (bytes: Buffer) => void near.write(bytes);
    far.on('data', (bytes: Buffer) => {
      if (!isMeant || !this.meant || !bytes.includes('COMMIT\0')) return passOn(bytes);
      const { isLost, committed } = this.meant;
      this.meant = undefined;
      isMeant = false;
      committed(isLost ? undefined : () => passOn(bytes));
      if (isLost) cut();
    });
  }
}

/** Passes the server's messages on but NotificationResponse ('A'): one byte of kind, four of length, which count themselves. */
function withoutNotifications(near: Socket): (bytes: Buffer) => void {
  let waiting = Buffer.alloc(0);
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    while (waiting.length >= 5) {
      const length = 1 + waiting.readUInt32BE(1);
      if (waiting.length < length) return;
      if (waiting[0] !== 'A'.charCodeAt(0)) near.write(waiting.subarray(0, length));
      waiting = waiting.subarray(length);
    }
  };
}
