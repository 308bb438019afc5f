import type { ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { LOGGER } from '../http/logger.js';
import { problemAsAnswer } from '../http/problem-reply.js';
import { hasLeft } from '../http/connection.js';
import { resetAnswer, resetConnection } from '../http/reset-answer.js';
import { lapseOf } from './admission.rules.js';
import { Gate, type Admission } from './gate.js';
import { wideArea, type ScopeKey } from './scopes.rules.js';

interface OpenAnswer {
  raw: ServerResponse;
  scopes: ScopeKey[];
  generations: number[];
  /** It is whole and on its way; before that there is nothing to take back. */
  isSent: boolean;
}

/**
 * In charge of answers that leave in one piece: what was admitted before a flip is not sent after it, however long its rows
 * were in coming. Asked before an answer is sent: it becomes a problem. Told of a flip: what a slow client has not taken
 * yet is reset, and so it is without a lease. Long answers see to themselves (src/exports).
 */
@Injectable()
export class OpenAnswers {
  private readonly open = new Map<string, OpenAnswer>();

  constructor(
    private readonly gate: Gate,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    gate.onNewEpoch(() => {
      for (const answer of this.open.values())
        if (answer.isSent && lapseOf(gate, answer)) resetAnswer(answer.raw);
    });
    gate.onLeaseLost(() => {
      for (const answer of this.open.values()) if (answer.isSent) resetAnswer(answer.raw);
    });
  }

  /** Before any row is read for it. What belongs to no scope no flip stops: people sign out while the database is away. */
  admit({ id }: FastifyRequest, { raw }: FastifyReply, { scopes, generations }: Admission): void {
    if (hasLeft(raw) || scopes.length === 0) return;
    this.open.set(id, { raw, scopes: [...scopes], generations: [...generations], isSent: false });
    raw.once('close', () => this.open.delete(id));
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
      if (lapse) return done(null, problemAsAnswer(reply, lapse.problem));
      answer.isSent = true;
      answer.raw.once('close', this.gate.hold(answer.scopes)).once('close', this.gate.queue());
      done(null, payload);
      // It was handed to the kernel in between: a process that was stopped just there sends what it should not.
      if (!lapseOf(this.gate, answer)) return;
      resetConnection(answer.raw);
      this.logger.error({ event: 'late-release', requestId: request.id });
    });
  }
}
