import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';

/** One event as it arrived, with the moment at which it did. */
export interface Heard {
  event: string;
  id: string | undefined;
  data: Record<string, unknown>;
  /** Of performance.now(). */
  at: number;
}

/** A stream of events over a real socket, as a frontend reads it. */
export interface EventStream {
  status: number;
  headers: IncomingMessage['headers'];
  heard: readonly Heard[];
  /** All that arrived, comments included. */
  text(): string;
  /**
   * The next event that was not yet asked for; fails after five seconds. A lease that is late on a busy machine is no news:
   * what is unknown for a moment, and then as before, is passed over.
   */
  next(): Promise<Heard>;
  /** Whether nothing has arrived since. */
  isQuiet(): boolean;
  leave(): void;
  /** Resolves when nothing more comes: true if the server ended it whole. */
  ended: Promise<boolean>;
}

export async function listen(url: string, headers: Record<string, string>): Promise<EventStream> {
  const asked = request(url, { headers, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const heard: Heard[] = [];
  let text = '';
  let read = 0;
  let given = 0;
  let last = '';
  const isNews = ({ event, data }: Heard) => event !== 'unknown' && event + JSON.stringify(data) !== last;
  const skip = (): void => {
    while (heard[given] && !isNews(heard[given]!)) given += 1;
  };
  const ended = new Promise<boolean>((resolve) => {
    response.on('error', () => resolve(false));
    response.on('close', () => resolve(response.complete));
  });
  asked.on('error', () => response.destroy());
  response.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    for (let end = text.indexOf('\n\n', read); end >= 0; end = text.indexOf('\n\n', read)) {
      const fields = new Map(
        text
          .slice(read, end)
          .split('\n')
          .map((line) => line.split(/: (.*)/s, 2) as [string, string]),
      );
      read = end + 2;
      const event = fields.get('event');
      if (event === undefined) continue;
      const data = JSON.parse(fields.get('data') ?? '{}') as Record<string, unknown>;
      heard.push({ event, id: fields.get('id'), data, at: performance.now() });
    }
  });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    heard,
    text: () => text,
    async next() {
      const until = performance.now() + 5_000;
      for (skip(); heard.length <= given; skip()) {
        if (performance.now() > until) throw new Error(`no event ${given + 1} in ${text}`);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      const next = heard[given]!;
      last = next.event + JSON.stringify(next.data);
      given += 1;
      return next;
    },
    isQuiet() {
      skip();
      return heard.length === given;
    },
    leave: () => response.destroy(),
    ended,
  };
}
