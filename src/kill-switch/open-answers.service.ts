import type { ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { LOGGER } from '../http/logger.js';
import { problemAsAnswer } from '../http/problem-reply.js';
import { hasLeft, waitingIn } from '../http/connection.js';
import { resetAnswer, resetConnection } from '../http/reset-answer.js';
import { lapseOf } from './admission.rules.js';
import { CutRecords, type Asker } from './cut-records.service.js';
import { Gate, type Admission } from './gate.js';
import { wideArea, type ScopeKey } from './scopes.rules.js';

interface OpenAnswer {
  raw: ServerResponse;
  asker: Asker;
  epoch: bigint;
  scopes: ScopeKey[];
  generations: number[];
  /** It is whole and on its way; before that there is nothing to take back. */
  isSent: boolean;
  /** Of its body, once it is sent. */
  length: number;
}

/**
 * In charge of answers that leave in one piece: what was admitted before a flip is not sent after it, however long its rows
 * were in coming. Asked before an answer is sent: it becomes a problem. Told of a flip: what a slow client has not taken
 * yet is reset, and so it is without a lease. Long answers see to themselves (src/exports).
 */
@Injectable()
export class OpenAnswers {
  private readonly open = new Map<string, OpenAnswer>();
  private readonly askers = new WeakMap<ServerResponse, Asker>();

  constructor(
    private readonly gate: Gate,
    private readonly cuts: CutRecords,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    gate.onNewEpoch(() => {
      for (const answer of this.open.values()) {
        const lapse = answer.isSent ? lapseOf(gate, answer) : undefined;
        if (lapse) this.reset(answer, lapse.why);
      }
    });
    gate.onLeaseLost(() => {
      for (const answer of this.open.values()) if (answer.isSent) this.reset(answer, 'access-state-unknown');
    });
  }

  /** Before any row is read for it. What belongs to no scope no flip stops: people sign out while the database is away. */
  admit({ raw }: Pick<FastifyReply, 'raw'>, { epoch, scopes, generations }: Admission, asker: Asker): void {
    if (hasLeft(raw) || scopes.length === 0) return;
    const { requestId } = asker;
    const admission = { epoch, scopes: [...scopes], generations: [...generations] };
    this.open.set(requestId, { raw, asker, ...admission, isSent: false, length: 0 });
    this.askers.set(raw, asker);
    raw.once('close', () => this.open.delete(requestId));
  }

  /** Whose request an answer that was admitted here is to. */
  askerOf(raw: ServerResponse): Asker | undefined {
    return this.askers.get(raw);
  }

  /** The areas that the next rows are of join the scopes; absent: any area may be among them. */
  widen(requestId: string, constituencyIds: readonly string[] = [wideArea]): void {
    const answer = this.open.get(requestId);
    if (!answer) return;
    for (const id of constituencyIds) {
      const scope: ScopeKey = `area:${id}`;
      if (answer.scopes.includes(scope)) continue;
      answer.scopes.push(scope);
      answer.generations.push(this.gate.generationOf(scope));
    }
  }

  addTo(instance: FastifyInstance): void {
    instance.addHook('onSend', (request, reply, payload, done) => {
      const answer = this.open.get(request.id);
      // A refusal holds nothing of anybody's.
      if (!answer || reply.statusCode >= 400) return done(null, payload);
      const lapse = lapseOf(this.gate, answer);
      if (lapse) {
        this.note(answer, lapse.why, 0);
        return done(null, problemAsAnswer(reply, lapse.problem));
      }
      answer.isSent = true;
      answer.length = lengthOf(payload);
      answer.raw.once('close', this.gate.hold(answer.scopes)).once('close', this.gate.queue());
      done(null, payload);
      // It was handed to the kernel in between: a process that was stopped just there sends what it should not.
      const late = lapseOf(this.gate, answer);
      if (!late) return;
      this.note(answer, late.why, answer.length, true);
      resetConnection(answer.raw);
      this.logger.error({ event: 'late-release', requestId: request.id });
    });
  }

  private reset(answer: OpenAnswer, why: string): void {
    this.note(answer, why, Math.max(0, answer.length - waitingIn(answer.raw)));
    resetAnswer(answer.raw);
  }

  /** Once: what is noted is no longer open. */
  private note(answer: OpenAnswer, why: string, bytes: number, isLate = false): void {
    const { asker } = answer;
    if (!this.open.delete(asker.requestId)) return;
    this.cuts.note({
      asker: answer.asker,
      admission: answer,
      what: 'answer',
      why,
      isLate,
      bytes,
      rows: null,
    });
  }
}

function lengthOf(payload: unknown): number {
  return typeof payload === 'string' || Buffer.isBuffer(payload) ? Buffer.byteLength(payload) : 0;
}
