import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Environment } from '../../src/config/environment.js';

/** A replica as operators run it: the compiled server in a process of its own. */
export interface ReplicaProcess {
  url: string;
  pid: number;
  /** What it has written to standard output so far. */
  output(): string;
  /** Closes our end of its standard output, as a log collector that died. */
  stopReading(): void;
  stop(): Promise<number | null>;
  /** As a crash: no time for anything. */
  kill(): Promise<void>;
}

// A test that breaks off leaves nothing behind.
const living = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** `before`: words of node's own command line. */
export async function startReplicaProcess(
  environment: Environment,
  before: readonly string[] = [],
): Promise<ReplicaProcess> {
  const variables = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || Array.isArray(value) ? [] : [[name, String(value)]],
    ),
  );
  const child = spawn(process.execPath, [...before, 'dist/src/main.js'], {
    env: { PATH: process.env['PATH'], ...variables, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  living.add(child);
  child.once('exit', () => living.delete(child));
  let output = '';
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString('utf8')));
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /answers at (https?:\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      url,
      pid: child.pid as number,
      output: () => output,
      stopReading: () => void child.stdout.destroy(),
      async stop() {
        if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
        child.kill('SIGTERM');
        await once(child, 'exit');
        return child.exitCode;
      },
      async kill() {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGKILL');
        await once(child, 'exit');
      },
    };
  }
  throw new Error(`the replica ended before it answered (exit code ${child.exitCode})`);
}
