import { Socket } from 'node:net';
import { Client, type QueryResultRow } from 'pg';

const connectMs = 2_000;
const retryMs = 200;

/** Not connected, or no answer in time: the connection has been given up. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * In charge of one connection of the sentinel's own, outside the request pool: made again whenever it is lost, and given
 * up as soon as one statement is not answered in time, since what comes after it would wait behind it.
 */
export class SentinelConnection {
  private client: Client | undefined;
  private socket: Socket | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    private readonly url: string,
    private readonly events: {
      connected(connection: SentinelConnection): void;
      failed(error: unknown): void;
      notified?(channel: string): void;
    },
  ) {}

  get isConnected(): boolean {
    return this.client !== undefined;
  }

  open(): void {
    if (this.isClosed) return;
    const socket = new Socket();
    const client = new Client({
      connectionString: this.url,
      application_name: 'rosette-sentinel',
      connectionTimeoutMillis: connectMs,
      keepAlive: true,
      stream: () => socket,
    });
    let isGone = false;
    const gone = (error?: unknown): void => {
      if (isGone) return;
      isGone = true;
      socket.destroy();
      if (this.client === client) this.client = undefined;
      if (this.isClosed) return;
      if (error !== undefined) this.events.failed(error);
      this.timer = setTimeout(() => this.open(), retryMs);
    };
    this.socket = socket;
    client.on('error', gone).on('end', () => gone());
    client.on('notification', ({ channel }) => this.events.notified?.(channel));
    client.connect().then(() => {
      if (isGone) return;
      this.client = client;
      this.events.connected(this);
    }, gone);
  }

  /** The rows; rejects with the database's error, or with NoAnswer. */
  query<Row extends QueryResultRow>(
    sql: string,
    values: readonly unknown[],
    timeoutMs: number,
  ): Promise<Row[]> {
    const { client, socket } = this;
    if (!client) return Promise.reject(new NoAnswer('not connected'));
    return new Promise((resolve, reject) => {
      let isOver = false;
      const giveUp = (): void => {
        if (isOver) return;
        socket?.destroy();
        reject(new NoAnswer('no answer in time'));
      };
      // A thread that had to wait for its processor finds the timer due and the answer there: the answer is read first.
      const timer = setTimeout(() => setImmediate(() => setImmediate(giveUp)), timeoutMs);
      const end = (): void => {
        isOver = true;
        clearTimeout(timer);
      };
      client
        .query<Row>(sql, [...values])
        .finally(end)
        .then(({ rows }) => resolve(rows), reject);
    });
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.socket?.destroy();
  }
}
