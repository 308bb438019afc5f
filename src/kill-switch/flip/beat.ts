/** In charge of doing something each second, one at a time, until it is stopped. What is done sees to its own failures. */
export class Beat {
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> | undefined;

  constructor(private readonly perform: () => Promise<void>) {}

  start(): void {
    this.timer = setInterval(() => {
      this.beating ??= this.perform().finally(() => (this.beating = undefined));
    }, 1_000);
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
  }
}
