/**
 * A kept connection that asks one request after the other, over a bare socket: the load generator shares the machine with
 * the server, and what it spends would be counted as the server's. It understands answers with a Content-Length only.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const headEnd = '\r\n\r\n';

export class HttpConnection {
  private received: Buffer[] = [];
  private expected = Number.POSITIVE_INFINITY;
  private arrived = 0;
  private waiting: { resolve: (answer: Buffer) => void; reject: (error: Error) => void } | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly host: string,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (piece) => this.take(piece));
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new Error('The server closed the connection.')));
  }

  static async open(url: string): Promise<HttpConnection> {
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
    await once(socket, 'connect');
    return new HttpConnection(socket, host);
  }

  /** The whole answer, head and body, as it arrived. */
  get(path: string, headers: Record<string, string>): Promise<Buffer> {
    return this.ask('GET', path, headers, '');
  }

  /** As `get`, with a body of JSON. */
  post(path: string, headers: Record<string, string>, body: string): Promise<Buffer> {
    const more = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
    return this.ask('POST', path, { ...headers, ...more }, body);
  }

  private ask(method: string, path: string, headers: Record<string, string>, body: string): Promise<Buffer> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${this.host}\r\n${lines.join('')}\r\n${body}`);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private take(piece: Buffer): void {
    this.received.push(piece);
    this.arrived += piece.length;
    if (this.expected === Number.POSITIVE_INFINITY) this.expected = lengthOf(Buffer.concat(this.received));
    if (this.arrived < this.expected) return;
    const answer = Buffer.concat(this.received);
    this.received = [];
    this.arrived = 0;
    this.expected = Number.POSITIVE_INFINITY;
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve(answer);
  }
}

/** How long an answer will be, head and body; infinite while its head is not whole. */
function lengthOf(answer: Buffer): number {
  const end = answer.indexOf(headEnd);
  if (end < 0) return Number.POSITIVE_INFINITY;
  const length = /^content-length: *(\d+)/im.exec(answer.toString('latin1', 0, end))?.[1];
  if (length === undefined) throw new Error('An answer without Content-Length.');
  return end + headEnd.length + Number(length);
}

/** The body of an answer of 200 or 201. @throws what came instead */
export function bodyOf(answer: Buffer): Buffer {
  const status = answer.toString('latin1', 9, 12);
  if (status === '200' || status === '201') return answer.subarray(answer.indexOf(headEnd) + headEnd.length);
  throw new Error(`Instead of an answer: ${answer.toString('utf8').slice(0, 1_200)}`);
}
