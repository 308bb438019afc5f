import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { hasLeft } from '../http/connection.js';
import { faultForLog, LOGGER } from '../http/logger.js';
import { Problem } from '../http/problem.js';
import { lapseOf } from '../kill-switch/admission.rules.js';
import { CutRecords, isOfSwitch } from '../kill-switch/cut-records.service.js';
import { Gate, type Admission } from '../kill-switch/gate.js';
import { OpenAnswers } from '../kill-switch/open-answers.service.js';
import { Sentinel } from '../kill-switch/sentinel/sentinel.service.js';
import type { AnswerBlock, Delivery, LongAnswer, Reply } from './answer-block.js';
import { GuardedResponse } from './guarded-response.js';

/**
 * In charge of long answers: blocks are fetched ahead, sent in pieces, and cut as soon as the gate learns of a flip,
 * also while a slow client keeps one waiting. It knows nothing of what is in the blocks.
 */
@Injectable()
export class AnswerStreams implements BeforeApplicationShutdown {
  private readonly open = new Map<GuardedResponse, Promise<void>>();

  constructor(
    private readonly gate: Gate,
    private readonly sentinel: Sentinel,
    private readonly answers: OpenAnswers,
    private readonly cuts: CutRecords,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    gate.onNewEpoch(() => {
      for (const response of this.open.keys()) response.askGate();
    });
    gate.onLeaseLost(() => {
      for (const response of this.open.keys()) response.freeze();
    });
  }

  /**
   * Sends the answer; the last line of a whole one is the end marker. `ended` is called once, also when the client has
   * gone. Throws only before the first byte: then a problem can still be answered.
   */
  async send(
    reply: Reply,
    admit: () => LongAnswer,
    ended: (delivery: Delivery) => Promise<void>,
  ): Promise<void> {
    let first: AnswerBlock | undefined;
    let answer: LongAnswer | undefined;
    try {
      answer = admit();
      first = await answer.block(0);
      const lapse = lapseOf(this.gate, answer.admission);
      if (lapse) throw lapse.problem;
    } catch (error) {
      const delivery = { why: await this.reasonOf(error, answer?.admission), bytes: 0, rows: 0 };
      if (answer) this.note(reply, answer.admission, delivery);
      await ended(delivery);
      throw error;
    }
    reply.hijack();
    const { admission } = answer;
    const { raw } = reply;
    raw.writeHead(200, reply.getHeaders() as Record<string, string>);
    const response = new GuardedResponse(raw, this.gate, answer);
    const release = this.gate.hold(admission.scopes);
    // The client may have gone while the first block was read: its 'close' is past.
    if (hasLeft(raw) || raw.socket?.destroyed !== false) response.cut('client-left');
    // What fails on the way (the database, asked for the reader's standing) cuts: left open, the client would wait for ever.
    const sent = this.run(response, answer, first)
      .catch(async (error: unknown) => response.cut(await this.reasonOf(error, admission)))
      .then(() => {
        this.note(reply, admission, response.delivery);
        return ended(response.delivery);
      });
    this.open.set(response, sent);
    try {
      await sent;
    } catch (error) {
      this.logger.error({ event: 'answer-end-unrecorded', fault: faultForLog(error) });
    } finally {
      release();
      this.open.delete(response);
    }
  }

  /** A replica that stops cuts what it is sending: another cannot take over, and a long file would hold the stop up. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const response of this.open.keys()) response.cut('shutting-down');
    await Promise.allSettled(this.open.values());
  }

  private async run(
    response: GuardedResponse,
    answer: LongAnswer,
    first: AnswerBlock | undefined,
  ): Promise<void> {
    await response.offer(answer.heading);
    const ahead: Promise<AnswerBlock | undefined>[] = [this.fetch(response, answer, 1)];
    let rows = 0;
    let index = 2;
    for (let block = first; block !== undefined && !response.isCut; block = await ahead.shift()) {
      rows += block.lineLengths.length;
      await response.sendBlock(block);
      // The client has taken all there was: while it waits for the next block, the one after is begun.
      ahead.push(this.fetch(response, answer, index));
      index += 1;
    }
    // What was begun is committed or refused before the end is recorded.
    await Promise.all(ahead);
    // Neither is done to an answer that is cut.
    await response.offer(endMarker(rows, response.digest));
    await response.finish();
  }

  /** Whatever else ends an answer, as a client that leaves, is in its own record alone. */
  private note({ raw }: Reply, admission: Admission, { why, isLate, bytes, rows }: Delivery): void {
    const asker = this.answers.askerOf(raw);
    if (!asker || why === undefined || !isOfSwitch(why)) return;
    this.cuts.note({ asker, admission, what: 'stream', why, isLate: isLate === true, bytes, rows });
  }

  /** Never rejects: nobody may be waiting for it yet. A refusal cuts at once, the block being sent included. */
  private async fetch(
    response: GuardedResponse,
    answer: LongAnswer,
    index: number,
  ): Promise<AnswerBlock | undefined> {
    if (response.isCut) return undefined;
    try {
      return await answer.block(index);
    } catch (error) {
      response.cut(await this.reasonOf(error, answer.admission));
      return undefined;
    }
  }

  /**
   * A flip ends what runs in the database, and this replica may not have heard of it when a block breaks off by that: it
   * asks before it takes it for a fault.
   */
  private async reasonOf(thrown: unknown, admission: Admission | undefined): Promise<string> {
    let error = thrown;
    if (admission && !(error instanceof Problem)) {
      await this.sentinel.refresh();
      error = lapseOf(this.gate, admission)?.problem ?? thrown;
    }
    if (error instanceof Problem) return error.code;
    this.logger.error({ event: 'answer-block-failed', fault: faultForLog(error) });
    return 'internal';
  }
}

/** The last line of a whole file; a file without it was cut. The digest is of all bytes before it. */
export function endMarker(rows: number, sha256: string): Buffer {
  return Buffer.from(`"# end of export","rows=${rows}","sha256=${sha256}"\r\n`);
}
