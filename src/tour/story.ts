/**
 * In charge of what the reader of the tour sees: numbered sentences, the server's answers below them, and every wait said
 * aloud. Also of how the tour stops: a fault names the step at which the server did otherwise, and a tour that is broken
 * off ends at its next word.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { components } from '../../test/golden/openapi.js';

/** The bodies of the API, as its document describes them. */
export type Schemas = components['schemas'];

const width = 110;
const sayEveryMs = 5_000;

/** What happened was not what the step expected. */
export class TourFault extends Error {
  override readonly name = 'TourFault';

  constructor(
    message: string,
    /** As the server sent it. */
    readonly problem?: unknown,
  ) {
    super(message);
  }
}

export class Story {
  private number = 0;
  private sentence = '';
  private end = new AbortController();

  constructor(private readonly write: (line: string) => void) {}

  /** The step that is being taken, for whoever has to say that it failed. */
  get step(): string {
    return `${this.number}. ${this.sentence}`;
  }

  /** The telling ends: its next word throws, and so does a wait that goes on. */
  breakOff(): void {
    this.end.abort(new Error('The tour was broken off.'));
  }

  /** For what has to be said after a telling that was broken off. */
  resume(): void {
    this.end = new AbortController();
  }

  chapter(title: string): void {
    this.end.signal.throwIfAborted();
    this.write(`\n${title}\n${'-'.repeat(title.length)}`);
  }

  takeStep(sentence: string): void {
    this.end.signal.throwIfAborted();
    this.number += 1;
    this.sentence = sentence;
    this.write(`\n${folded(`${String(this.number).padStart(2)}. `, sentence)}`);
  }

  /** What the server answered, in words. */
  answered(line: string): void {
    this.end.signal.throwIfAborted();
    this.write(folded('      ', line));
  }

  /** Says why, and every five seconds how long still. */
  async wait(ms: number, why: string): Promise<void> {
    const until = performance.now() + ms;
    for (;;) {
      const left = until - performance.now();
      if (left <= 0) return;
      this.answered(`… ${why}: ${Math.ceil(left / 1_000)} s`);
      await this.rest(Math.min(left, sayEveryMs));
    }
  }

  /** Asks until the answer will do, and says each few seconds how far it is. */
  async until<Answer>(
    ask: () => Promise<Answer>,
    isEnough: (answer: Answer) => boolean,
    progress: (answer: Answer) => string,
    mostMs = 120_000,
  ): Promise<Answer> {
    const began = performance.now();
    let saidAt = began;
    for (;;) {
      const answer = await ask();
      if (isEnough(answer)) return answer;
      const now = performance.now();
      if (now - began > mostMs) throw new TourFault(`It took too long: ${progress(answer)}`);
      if (now - saidAt >= sayEveryMs) {
        this.answered(`… ${progress(answer)}`);
        saidAt = now;
      }
      await this.rest(250);
    }
  }

  private async rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.end.signal });
  }
}

export function pause(ms: number): Promise<void> {
  return sleep(ms);
}

/** What comes in time, or that it did not. No timer stays behind, which would keep the process waiting. */
export async function within<Value>(ms: number, coming: Promise<Value>): Promise<Value | 'late'> {
  const spare = new AbortController();
  const late = sleep(ms, 'late' as const, { signal: spare.signal });
  return Promise.race([coming, late]).finally(() => spare.abort());
}

/** Ends the tour where something does not hold. */
export function expect(holds: boolean, otherwise: string, problem?: unknown): asserts holds {
  if (!holds) throw new TourFault(otherwise, problem);
}

/** `72,611`. */
export function count(number: number): string {
  return number.toLocaleString('en-GB');
}

/** `1 row`, `29 rows`. */
export function several(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? '' : 's'}`;
}

/** The text behind its lead, its further lines below its first. */
function folded(lead: string, text: string): string {
  const lines: string[] = [];
  let line = lead;
  for (const word of text.split(' ')) {
    if (line.length + word.length > width && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = ' '.repeat(lead.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join('\n');
}
