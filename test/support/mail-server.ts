import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A message as it arrived. */
export interface Received {
  to: string[];
  raw: string;
  atMs: number;
}

/** A real SMTP server on a real socket, which keeps what it accepts. */
export interface MailServer {
  url: string;
  port: number;
  received: Received[];
  /** Answers each recipient or message with an error, if this gives one. */
  refuse: { recipient?: (address: string) => Reply | undefined; message?: () => Reply | undefined };
  /** Called with the whole message before it is accepted. */
  beforeAccept?: (raw: string) => Promise<void>;
  stop(): Promise<void>;
}

export interface Reply {
  responseCode: number;
  message: string;
}

export async function startMailServer(options: SMTPServerOptions = {}, port = 0): Promise<MailServer> {
  const received: Received[] = [];
  const asError = ({ responseCode, message }: Reply) => Object.assign(new Error(message), { responseCode });
  const smtp = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    closeTimeout: 100,
    onRcptTo({ address }, _session, done) {
      const refusal = server.refuse.recipient?.(address);
      done(refusal ? asError(refusal) : undefined);
    },
    onData(stream, { envelope }, done) {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        const raw = Buffer.concat(pieces).toString('utf8');
        const accept = () => {
          const refusal = server.refuse.message?.();
          if (refusal) return done(asError(refusal));
          received.push({ to: envelope.rcptTo.map(({ address }) => address), raw, atMs: performance.now() });
          return done();
        };
        if (server.beforeAccept) void server.beforeAccept(raw).then(accept);
        else accept();
      });
    },
    ...options,
  });
  // A client that is cut off resets its connection.
  smtp.on('error', () => undefined);
  const listening = smtp.listen(port, '127.0.0.1');
  await once(listening, 'listening');
  const bound = (listening.address() as AddressInfo).port;
  const server: MailServer = {
    url: `smtp://127.0.0.1:${bound}`,
    port: bound,
    received,
    refuse: {},
    stop: () => new Promise((resolve) => smtp.close(() => resolve())),
  };
  return server;
}

/** A header of a message, unfolded and decoded (RFC 2047). */
export function headerOf({ raw }: Pick<Received, 'raw'>, name: string): string | undefined {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const value = new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1];
  return value
    ?.replace(/\?= =\?/g, '?==?')
    .replace(/=\?UTF-8\?([BQ])\?(.*?)\?=/gi, (_, encoding: string, text: string) =>
      encoding.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString()
        : unquoted(text.replaceAll('_', ' ')),
    );
}

/** The text of a message with one part. */
export function textOf(received: Pick<Received, 'raw'>): string {
  const body = received.raw.slice(received.raw.indexOf('\r\n\r\n') + 4);
  const encoding = headerOf(received, 'Content-Transfer-Encoding');
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString().replaceAll('\r\n', '\n');
  const text = encoding === 'quoted-printable' ? unquoted(body.replace(/=\r\n/g, '')) : body;
  return text.replaceAll('\r\n', '\n');
}

function unquoted(text: string): string {
  return Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString();
}
