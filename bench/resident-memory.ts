/**
 * How much of a process lies in memory while something happens. Sampled from outside, as an operator sees it: what the
 * process says of itself does not count what its libraries keep.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const everyMs = 50;
const run = promisify(execFile);

/** Does the work; answers what came of it, and the most that was seen meanwhile, in MB. */
export async function residentWhile<Value>(
  pid: number,
  work: () => Promise<Value>,
): Promise<{ value: Value; most: number }> {
  let most = await residentMegabytes(pid);
  const over = new AbortController();
  const watch = async () => {
    while (!over.signal.aborted) {
      most = Math.max(most, await residentMegabytes(pid));
      await sleep(everyMs);
    }
  };
  const worked = work().finally(() => over.abort());
  const [value] = await Promise.all([worked, watch()]);
  return { value, most };
}

export async function residentMegabytes(pid: number): Promise<number> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return kilobytesIn(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
  }
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
  return kilobytesIn(stdout.trim()) / 1_024;
}

function kilobytesIn(text: string | undefined): number {
  const kilobytes = Number(text);
  if (!(kilobytes > 0)) throw new Error('The memory of the server cannot be read.');
  return kilobytes;
}
