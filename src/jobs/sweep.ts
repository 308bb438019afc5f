/**
 * In charge of when something is forgotten, or looked after: at the start and then at every interval on each replica, whatever is
 * suspended, because forgetting is never what a switch should stop. Several replicas at once do no harm.
 */
export class Sweep {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;

  constructor(
    private readonly everyMs: number,
    private readonly forget: () => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): void {
    const sweep = (): void => {
      this.sweeping = this.forget().catch(this.failed);
    };
    sweep();
    this.timer = setInterval(sweep, this.everyMs).unref();
  }

  /** Waits for the one under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }
}
