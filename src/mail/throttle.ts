import { setTimeout as sleep } from 'node:timers/promises';

/** In charge of the rate: turns are given evenly spaced, so that a mail server sees no bursts. */
export class Throttle {
  private nextMs = 0;

  constructor(private readonly perSecond: number) {}

  async turn(signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.nextMs);
    this.nextMs = at + 1_000 / this.perSecond;
    if (at > now) await sleep(at - now, undefined, { signal, ref: false });
  }
}
