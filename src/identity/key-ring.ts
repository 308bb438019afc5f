import { statSync } from 'node:fs';

const lookAgainMs = 1_000;

/**
 * In charge of the keys of one kind as they lie in their directory now: read again when a file was added or taken away,
 * looked for at most once a second. So a key is replaced without a restart, and an old one goes on opening what it sealed.
 */
export class KeyRing<Key> {
  private keys: readonly Key[];
  private changedAtMs: number;
  private lookedAtMs = performance.now();

  /** Throws if there is no key: the application does not start without one. */
  constructor(
    private readonly directory: string,
    private readonly read: (directory: string) => Key[],
    name: string,
  ) {
    this.keys = read(directory);
    if (this.keys.length === 0)
      throw new Error(`No ${name} key in ${directory}: make the first keys with "npx rosette keys make".`);
    this.changedAtMs = statSync(directory).mtimeMs;
  }

  /** Newest first; never empty. */
  all(): readonly Key[] {
    if (performance.now() - this.lookedAtMs >= lookAgainMs) this.lookAgain();
    return this.keys;
  }

  newest(): Key {
    return this.all()[0]!;
  }

  private lookAgain(): void {
    this.lookedAtMs = performance.now();
    const changedAtMs = statSync(this.directory).mtimeMs;
    if (changedAtMs === this.changedAtMs) return;
    const keys = this.read(this.directory);
    // A directory that was emptied by mistake must not sign everyone out.
    if (keys.length > 0) this.keys = keys;
    this.changedAtMs = changedAtMs;
  }
}
