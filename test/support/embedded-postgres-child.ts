/**
 * A process that uses the embedded server, for tests that kill, interrupt or multiply such processes.
 * Prints one JSON value a line. SIGINT: ask the server a question while "draining", then stop.
 * A line on stdin: stop. Loads no driver unless it has to, so it also runs from a bare copy of dist.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';

const say = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);

async function main(): Promise<void> {
  const directory = process.argv[2] ?? '';
  let interrupted = () => {};
  const interruption = new Promise<void>((resolve) => (interrupted = resolve));
  process.on('SIGINT', () => interrupted());
  const server = await startEmbeddedPostgres({ directory, log: (line) => say({ log: line }) });
  const { dataDirectory, socketDirectory } = server;
  say({ ready: true, dataDirectory, socketDirectory, url: server.superuserUrl('postgres') });

  const stop = async () => {
    await server.stop();
    say({ stopped: true });
    process.exit(0);
  };
  createInterface({ input: process.stdin }).once('line', () => void stop());
  await interruption;
  // Long enough for a server that had heard Ctrl-C to be gone.
  await sleep(500);
  const { default: pg } = await import('pg');
  const client = new pg.Client(server.superuserUrl('postgres'));
  await client.connect();
  const { rows } = await client.query<{ answer: number }>('SELECT 42 AS answer');
  await client.end();
  say({ answer: rows[0]?.answer });
  await stop();
}

main().catch((error: unknown) => {
  say({ error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
});
