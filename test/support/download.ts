import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';

/** A file that is being fetched over a real socket, so that a test can read slowly, stop reading or leave. */
export interface Download {
  status: number;
  headers: IncomingMessage['headers'];
  /** What has arrived so far. */
  text(): string;
  pause(): void;
  resume(): void;
  leave(): void;
  /** Resolves when nothing more comes: true if the terminating chunk came too. */
  ended: Promise<boolean>;
}

export async function download(
  url: string,
  headers: Record<string, string>,
  isPaused = false,
): Promise<Download> {
  const asked = request(url, { headers, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const pieces: Buffer[] = [];
  const ended = new Promise<boolean>((resolve) => {
    response.on('error', () => resolve(false));
    response.on('close', () => resolve(response.complete));
  });
  // A reset after the last byte read is seen by the request, not by the answer.
  asked.on('error', () => response.destroy());
  response.on('data', (piece: Buffer) => pieces.push(piece));
  if (isPaused) response.pause();
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: () => Buffer.concat(pieces).toString('utf8'),
    pause: () => response.pause(),
    resume: () => response.resume(),
    leave: () => response.destroy(),
    ended,
  };
}

/** Waits until something holds; fails after ten seconds. */
export async function eventually(holds: () => Promise<boolean> | boolean): Promise<void> {
  const until = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error('it never came to hold');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
