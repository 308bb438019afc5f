/**
 * Sends a request as it is written, however wrong, and reads the whole answer. `fetch` would mend some of it first.
 */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

export interface Sent {
  method: string;
  /** With the query, percent-encoded or not. */
  target: string;
  headers: Record<string, string>;
  body?: Buffer;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Whether the answer came to its end. */
  isWhole: boolean;
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
/** What Node refuses to send. */
const unsendable = /[^\t\x20-\x7e\x80-\xff]/g;

export function send(url: string, sent: Sent): Promise<Answered> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      agent,
      hostname,
      port,
      method: sent.method,
      path: sent.target.replace(/[^\x21-\x7e]/g, encodeURIComponentOr),
      headers: {
        ...Object.fromEntries(
          Object.entries(sent.headers).map(([name, value]) => [name, value.replace(unsendable, '~')]),
        ),
        ...(sent.body || sent.method === 'GET' ? {} : { 'content-length': '0' }),
        ...(sent.body ? { 'content-length': String(sent.body.length) } : {}),
      },
    });
    let hasAnswer = false;
    request.on('response', (response) => {
      hasAnswer = true;
      const pieces: Buffer[] = [];
      const end = (isWhole: boolean) =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(pieces).toString('utf8'),
          isWhole,
        });
      response.on('data', (piece: Buffer) => {
        pieces.push(piece);
        // A stream of events has no end: what it begins with is its answer.
        if (!response.headers['content-type']?.startsWith('text/event-stream')) return;
        end(true);
        response.destroy();
      });
      response.on('end', () => end(response.complete));
      response.on('error', () => end(false));
    });
    // A server that refuses a body may close while it is still being sent; its answer counts.
    request.on('error', (error) => {
      const isCutOff = (sent.body?.length ?? 0) > 1024 * 1024;
      const closed = { status: 0, headers: {}, text: '', isWhole: false };
      setTimeout(() => hasAnswer || (isCutOff ? resolve(closed) : reject(error)), 50);
    });
    request.end(sent.body);
  });
}

/** Bytes on a bare socket; answers what came back until the server closed. */
export function sendBytes(url: string, bytes: Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    const end = () => resolve(Buffer.concat(pieces).toString('latin1'));
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    socket.on('close', end);
    socket.on('error', end);
    socket.setTimeout(5_000, () => socket.destroy());
  });
}

function encodeURIComponentOr(character: string): string {
  return /[\ud800-\udfff]/.test(character) ? '%F0%9F%90%9D' : encodeURIComponent(character);
}
