import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect as connectSession, constants } from 'node:http2';
import { request as requestSecurely } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { Agent, fetch as fetchBy } from 'undici';

/** What a client holds in the end, and whether by its own rules it is whole. */
export interface Held {
  isWhole: boolean;
  text: string;
}

/** An answer whose head has come, and of which nothing is read yet. */
export interface Begun {
  status: number;
  /** Where the test of a transport looks at them. */
  headers?: Record<string, string>;
  /** Reads on, to whatever end. */
  finish(): Promise<Held>;
}

/** One way to fetch. Each tells by what its own users would look at, and by nothing that only this server says. */
export interface FetchingClient {
  name: string;
  isSecure: boolean;
  begin(url: URL, headers: Record<string, string>, ca: string): Promise<Begun>;
}

const overHttp = (isSecure: boolean): FetchingClient['begin'] => {
  return async (url, headers, ca) => {
    const asked = (isSecure ? requestSecurely : request)(url, { headers, ca, agent: false }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.on('error', () => undefined).pause();
    asked.on('error', () => response.destroy());
    let isOver = false;
    const over = new Promise<void>((resolve) => response.once('close', () => resolve())).then(
      () => (isOver = true),
    );
    const finish = async () => {
      let text = '';
      response.on('data', (piece: Buffer) => (text += piece.toString('latin1')));
      if (!isOver) response.resume();
      await over;
      return { isWhole: response.complete, text };
    };
    return { status: response.statusCode ?? 0, finish };
  };
};

const overHttp2: FetchingClient['begin'] = async (url, headers, ca) => {
  const session = connectSession(url.origin, { ca });
  session.on('error', () => undefined);
  const stream = session.request({ ...headers, ':path': `${url.pathname}${url.search}` });
  stream.on('error', () => undefined);
  const over = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  const [head] = (await once(stream, 'response')) as [Record<string, string>];
  const finish = async () => {
    let text = '';
    stream.on('data', (piece: Buffer) => (text += piece.toString('latin1')));
    await over;
    session.destroy();
    return { isWhole: stream.rstCode === constants.NGHTTP2_NO_ERROR, text };
  };
  return { status: Number(head[':status']), headers: head, finish };
};

const byFetch = (allowH2: boolean): FetchingClient['begin'] => {
  return async (url, headers, ca) => {
    const dispatcher = new Agent({ allowH2, connect: { ca } });
    const response = await fetchBy(url, { headers, dispatcher });
    const finish = async () => {
      let text = '';
      let isWhole = true;
      const decoder = new TextDecoder('latin1');
      try {
        for await (const piece of response.body ?? []) text += decoder.decode(piece as Uint8Array);
      } catch {
        isWhole = false;
      }
      await dispatcher.destroy();
      return { isWhole, text };
    };
    return { status: response.status, finish };
  };
};

/** Bytes as they come, read by the rules of RFC 9112: a length, or chunks and their end; neither is the end of the connection. */
const byHand = (version: '1.0' | '1.1', isSecure: boolean): FetchingClient['begin'] => {
  return async (url, headers, ca) => {
    const at = { port: Number(url.port), host: url.hostname };
    const socket: Socket = isSecure ? connectSecurely({ ...at, ca, servername: url.hostname }) : connect(at);
    let text = '';
    let isOver = false;
    socket.on('error', () => undefined);
    const over = new Promise<void>((resolve) => socket.once('close', () => resolve())).then(
      () => (isOver = true),
    );
    const lines = Object.entries({ host: url.host, connection: 'close', ...headers });
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      socket.write(`GET ${url.pathname}${url.search} HTTP/${version}\r\n${head}\r\n`);
    });
    const read = (piece: Buffer) => (text += piece.toString('latin1'));
    await new Promise<void>((resolve) => {
      socket.on('data', (piece: Buffer) => {
        read(piece);
        if (!text.includes('\r\n\r\n')) return;
        socket.removeAllListeners('data').pause();
        resolve();
      });
    });
    const finish = async () => {
      socket.on('data', read);
      if (!isOver) socket.resume();
      await over;
      const [head = '', ...rest] = text.split('\r\n\r\n');
      const body = rest.join('\r\n\r\n');
      const length = /^content-length: (\d+)/im.exec(head)?.[1];
      const isChunked = /^transfer-encoding: chunked/im.test(head);
      const isWhole =
        length !== undefined ? body.length === Number(length) : !isChunked || body.endsWith('0\r\n\r\n');
      return { isWhole, text: isChunked ? body.replaceAll(/(^|\r\n)[0-9a-f]+\r\n/g, '') : body };
    };
    return { status: Number(text.slice(9, 12)), finish };
  };
};

export const clients: readonly FetchingClient[] = [
  { name: 'a socket, HTTP/1.0', isSecure: false, begin: byHand('1.0', false) },
  { name: 'a socket, HTTP/1.1', isSecure: false, begin: byHand('1.1', false) },
  { name: 'node:http', isSecure: false, begin: overHttp(false) },
  { name: 'fetch, HTTP/1.1', isSecure: false, begin: byFetch(false) },
  { name: 'a TLS socket, HTTP/1.0', isSecure: true, begin: byHand('1.0', true) },
  { name: 'a TLS socket, HTTP/1.1', isSecure: true, begin: byHand('1.1', true) },
  { name: 'node:https', isSecure: true, begin: overHttp(true) },
  { name: 'fetch, HTTP/1.1 over TLS', isSecure: true, begin: byFetch(false) },
  { name: 'node:http2', isSecure: true, begin: overHttp2 },
  { name: 'fetch, HTTP/2', isSecure: true, begin: byFetch(true) },
];
