/**
 * In charge of several replicas as processes of their own: starts each on a port, passes on what they write, tells when one
 * dies, and ends them all in order. What they work on, the caller says.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Environment } from './config/environment.js';

const program = join(fileURLToPath(new URL('.', import.meta.url)), 'main.js');
/** After so long whoever has not ended is ended. */
const stopPatienceMs = 15_000;

export interface Replica {
  number: number;
  url: string;
  pid: number;
}

export class ReplicaSet {
  private readonly children = new Map<number, ChildProcess>();
  private isStopping = false;
  private allGone: () => void = () => undefined;
  /** When none is left that had answered. */
  readonly gone = new Promise<void>((resolve) => (this.allGone = resolve));

  constructor(
    private readonly environment: Environment,
    private readonly say: (line: string) => void,
  ) {
    // Whatever ends this process, they do not outlive it, unless it is killed.
    process.once('exit', () => this.signal('SIGKILL'));
  }

  /** Once it answers. Errors: where it ends before that. */
  async start(number: number, own: Partial<Environment>): Promise<Replica> {
    const variables = variablesOf({ ...this.environment, ...own });
    const child = spawn(process.execPath, [program], { env: variables, stdio: ['ignore', 'pipe', 'pipe'] });
    this.children.set(number, child);
    const ended = once(child, 'exit').then(([code, signal]) => {
      this.children.delete(number);
      return signal === null ? `exit code ${String(code)}` : `signal ${String(signal)}`;
    });
    const url = await new Promise<string | undefined>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          this.say(`${number} | ${line}`);
          const address = /answers at (http:\S+)/.exec(line)?.[1];
          if (address !== undefined) resolve(address);
        });
      }
      void ended.then(() => resolve(undefined));
    });
    if (url === undefined) throw new Error(`Replica ${number} did not start (${await ended}).`);
    const pid = child.pid as number;
    void ended.then((how) => this.tellDeath({ number, url, pid }, how));
    return { number, url, pid };
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.signal('SIGTERM');
    // One that somebody has stopped hears nothing until it goes on.
    this.signal('SIGCONT');
    const ends = Promise.all([...this.children.values()].map((child) => once(child, 'exit')));
    await Promise.race([ends, sleep(stopPatienceMs, undefined, { ref: false })]);
    this.signal('SIGKILL');
  }

  private signal(signal: NodeJS.Signals): void {
    for (const child of this.children.values()) child.kill(signal);
  }

  private tellDeath({ number, url, pid }: Replica, how: string): void {
    if (this.isStopping) return;
    const left = this.children.size;
    this.say(
      `Replica ${number} (${url}, process ${pid}) has died: ${how}. ${left === 0 ? 'None is left' : `${left} left`}.`,
    );
    if (left === 0) this.allGone();
  }
}

/** As readEnvironment reads them. */
function variablesOf(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [[name, String(value)]],
    ),
  );
}
