/**
 * In charge of reading a file slowly, as over a bad line, and of noticing how it ends: whole, or broken off. What has
 * arrived is counted and thrown away.
 */
import { pause } from './story.js';

const pauseMs = 100;
const endMarker = '# end of export';

export class SlowReading {
  bytes = 0;
  private lines = 0;
  private isHurried = false;
  private tail = '';
  /** Resolves when nothing more comes: true if the connection said that this was all. */
  readonly ended: Promise<boolean>;

  constructor(body: ReadableStream<Uint8Array>) {
    this.ended = this.read(body);
  }

  /** Rows of which all has arrived; the first line names the columns. */
  get rows(): number {
    return Math.max(0, this.lines - 1);
  }

  get hasEndMarker(): boolean {
    return this.tail.includes(endMarker);
  }

  /** Takes what still comes as fast as it comes. */
  hurry(): void {
    this.isHurried = true;
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<boolean> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const piece = await reader.read().catch((error: unknown) => {
        // What `fetch` throws where a connection is reset in the middle of an answer.
        if (error instanceof TypeError) return undefined;
        throw error;
      });
      if (piece === undefined) return false;
      if (piece.done) return true;
      this.bytes += piece.value.length;
      for (const byte of piece.value) if (byte === 10) this.lines += 1;
      this.tail = (this.tail + decoder.decode(piece.value, { stream: true })).slice(-1_000);
      if (!this.isHurried) await pause(pauseMs);
    }
  }
}
