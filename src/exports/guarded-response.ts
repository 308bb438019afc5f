import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { resetAnswer, resetConnection } from '../http/reset-answer.js';
import { lapseOf } from '../kill-switch/admission.rules.js';
import type { Gate } from '../kill-switch/gate.js';
import type { AnswerBlock, Delivery, LongAnswer } from './answer-block.js';

export const pieceBytes = 16 * 1024;
const recheckMs = 1_000;
const stallMs = 30_000;
/** Three leases. */
const frozenMs = 6_000;
const thawMs = 20;

/**
 * In charge of one answer on one socket: the gate is asked before each piece, a piece is offered only when the kernel has
 * taken the last, and a cut resets the socket, so that what waits in the send buffer is dropped and the client sees that
 * the file is broken off. Which blocks there are is its caller's affair.
 */
export class GuardedResponse {
  private readonly hash = createHash('sha256');
  private why: string | undefined;
  private isLate = false;
  private isWhole = false;
  private isEnding = false;
  private bytes = 0;
  private rows = 0;
  private recheckedAt = performance.now();
  /** Ends the wait for the kernel: after a reset the callback of a write may never come. */
  private release: (() => void) | undefined;

  constructor(
    private readonly raw: ServerResponse,
    private readonly gate: Gate,
    private readonly answer: LongAnswer,
  ) {
    // Node tells of the end of a whole answer by 'close', too, and before the callback of `end`; over HTTP/2 a broken one is
    // finished as well.
    raw.once('close', () => {
      if (!this.isEnding || !raw.writableFinished) this.cut('client-left');
      this.release?.();
    });
    raw.on('error', () => this.cut('client-left'));
  }

  get isCut(): boolean {
    return this.why !== undefined;
  }

  get delivery(): Delivery {
    const { why, isLate, bytes, rows } = this;
    return { ...(why === undefined ? {} : { why }), ...(isLate ? { isLate } : {}), bytes, rows };
  }

  get digest(): string {
    return this.hash.copy().digest('hex');
  }

  /** Cuts if a scope of the answer has been suspended or flipped since it was admitted. */
  askGate(): void {
    const lapse = lapseOf(this.gate, this.answer.admission);
    if (lapse) this.cut(lapse.why);
  }

  /** The lease has run out: what waits in this process would leave without anybody being asked. The rest waits for a new one. */
  freeze(): void {
    if (this.release) this.cut('access-state-unknown');
  }

  async sendBlock({ bytes, lineLengths }: AnswerBlock): Promise<void> {
    let line = 0;
    let lineStart = 0;
    for (let start = 0; start < bytes.length && !this.isCut; start += pieceBytes) {
      const before = this.bytes;
      await this.offer(bytes.subarray(start, start + pieceBytes));
      // A line counts from its first byte: the record may name a row too many, never one too few.
      const offered = start + (this.bytes - before);
      for (; line < lineLengths.length && lineStart < offered; line += 1) {
        lineStart += lineLengths[line] ?? 0;
        this.rows += 1;
      }
    }
  }

  /** Offers one piece and waits until the kernel has taken it. What was refused was not offered. */
  async offer(piece: Buffer): Promise<void> {
    await this.recheck();
    await this.askPatiently();
    if (this.isCut) return;
    this.hash.update(piece);
    this.bytes += piece.length;
    await this.settled(() => {
      this.raw.write(piece, () => this.release?.());
      // A process that was stopped between the question and this sends what it should not.
      if (!this.isCut && lapseOf(this.gate, this.answer.admission)) this.dropLate();
    });
  }

  /** Ends the answer as a whole one. */
  async finish(): Promise<void> {
    if (this.isCut) return;
    this.isEnding = true;
    await this.settled(() => this.raw.end(() => this.release?.()));
    if (!this.isCut) this.isWhole = true;
  }

  /** Resets the socket: no terminating chunk, nothing more of what waits to be sent. The first reason stays. */
  cut(why: string): void {
    if (this.isWhole || this.why !== undefined) return;
    this.why = why;
    resetAnswer(this.raw);
    this.release?.();
  }

  private dropLate(): void {
    this.isLate = true;
    resetConnection(this.raw);
    this.askGate();
  }

  private settled(start: () => void): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.cut('client-stalled'), this.answer.stallMs ?? stallMs);
      const taken = this.gate.queue();
      this.release = () => {
        taken();
        clearTimeout(timer);
        this.release = undefined;
        resolve();
      };
      start();
    });
  }

  /** Nothing is sent without a lease, and nothing given up for as long as a database that stumbles may be away. */
  private async askPatiently(): Promise<void> {
    const patience = performance.now() + (this.answer.frozenMs ?? frozenMs);
    for (;;) {
      const lapse = lapseOf(this.gate, this.answer.admission);
      if (lapse?.why !== 'access-state-unknown' || this.isCut || performance.now() >= patience) {
        if (lapse) this.cut(lapse.why);
        return;
      }
      await sleep(thawMs);
    }
  }

  private async recheck(): Promise<void> {
    if (this.isCut || performance.now() - this.recheckedAt < recheckMs) return;
    const because = await this.answer.standing();
    this.recheckedAt = performance.now();
    if (because !== undefined) this.cut(because);
  }
}
