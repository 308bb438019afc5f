/**
 * In charge of when background work looks for more: each second, and sooner after something was put in line here. One
 * beat ends before the next begins. A row put in line shows only once its transaction has committed, which nobody
 * tells us; so a call to `soon` is followed by two early beats, and the regular one finds what they missed.
 */
const everyMs = 1_000;
const earlyMs = [20, 150];

export class Pulse {
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> | undefined;
  private early: number[] = [];
  private isStopped = true;

  constructor(
    private readonly beat: () => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): void {
    this.isStopped = false;
    this.arm(0);
  }

  soon(): void {
    this.early = [...earlyMs];
    if (!this.beating) this.arm(this.early.shift() ?? everyMs);
  }

  /** No beat begins any more; waits for the one under way. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.beating;
  }

  private arm(delayMs: number): void {
    clearTimeout(this.timer);
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.beating = this.beat()
        .catch(this.failed)
        .finally(() => {
          this.beating = undefined;
          this.arm(this.early.shift() ?? everyMs);
        });
    }, delayMs).unref();
  }
}
