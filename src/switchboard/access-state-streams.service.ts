import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Access } from '../access/access.js';
import { PrincipalReadModel } from '../access/principal.read-model.js';
import { Database } from '../database/database.js';
import { faultForLog, LOGGER } from '../http/logger.js';
import { Problem } from '../http/problem.js';
import { Gate } from '../kill-switch/gate.js';
import { AccessStateStream } from './access-state-stream.js';
import { SessionEndReadModel } from './session-end.read-model.js';

/** On one replica. A frontend needs one; a person may have several at work. */
const mostOfSession = 5;
const mostOfAccount = 20;
const aliveMs = 15_000;
/** How soon a lease that is lost or there again is told of. */
const lookMs = 250;
/** So many sessions are asked about in one query. */
const atOnce = 200;

/**
 * In charge of all open streams of this replica. A flip is told from memory, in a turn of the loop of its own, so that it
 * holds no drain up. The database is asked only about readers whose own scopes were flipped, and every fifteen seconds
 * about all, since sessions and grants run out without a flip: many in one query, and one query at a time.
 */
@Injectable()
export class AccessStateStreams implements BeforeApplicationShutdown {
  private readonly streams = new Set<AccessStateStream>();
  private readonly doubted = new Set<AccessStateStream>();
  private isAsking = false;
  private isDue = false;
  private isStopping = false;
  private timer: NodeJS.Timeout | undefined;
  private aliveAt = 0;
  private wasLeased = false;

  constructor(
    private readonly gate: Gate,
    private readonly database: Database,
    private readonly principals: PrincipalReadModel,
    private readonly ends: SessionEndReadModel,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    gate.onNewEpoch(() => this.lookSoon());
    gate.onLeaseLost(() => this.lookSoon());
  }

  /** Errors: `rate-limited` where too many are open, `http-version-not-supported`, `shutting-down`. */
  open({ principal }: Access, request: FastifyRequest, reply: FastifyReply): void {
    // Without chunks nobody can tell an end from a broken connection.
    if (request.raw.httpVersion === '1.0') throw new Problem('http-version-not-supported');
    if (this.isStopping) throw new Problem('shutting-down');
    this.refuseTooMany(principal);
    void reply.headers({ 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
    if (request.method === 'HEAD') return void reply.send();
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, reply.getHeaders() as Record<string, string>);
    const stream = new AccessStateStream(raw, this.gate, principal);
    this.streams.add(stream);
    raw.once('close', () => this.forget(stream));
    if (raw.destroyed) return this.forget(stream);
    this.timer ??= this.startLooking();
    stream.tell();
    // The guard may have answered from what it had kept: a session that ended since is told by no later flip.
    this.doubt([stream]);
  }

  beforeApplicationShutdown(): void {
    this.isStopping = true;
    clearInterval(this.timer);
    for (const stream of this.streams) stream.end('shutting-down');
  }

  private refuseTooMany({ sessionId, accountId }: Access['principal']): void {
    const others = [...this.streams].map(({ principal }) => principal);
    const isTooMany =
      others.filter((one) => one.sessionId === sessionId).length >= mostOfSession ||
      others.filter((one) => one.accountId === accountId).length >= mostOfAccount;
    if (isTooMany) {
      const detail = `At most ${mostOfSession} streams of a session and ${mostOfAccount} of an account are open at once.`;
      throw new Problem('rate-limited', { detail, headers: { 'Retry-After': String(aliveMs / 1_000) } });
    }
  }

  private startLooking(): NodeJS.Timeout {
    this.aliveAt = performance.now();
    return setInterval(() => this.tick(), lookMs).unref();
  }

  private tick(): void {
    const isLeased = this.gate.ask([]).admitted;
    if (isLeased !== this.wasLeased) this.look();
    this.wasLeased = isLeased;
    if (performance.now() - this.aliveAt < aliveMs) return;
    this.aliveAt = performance.now();
    for (const stream of this.streams) stream.keepAlive();
    this.doubt(this.streams);
  }

  private lookSoon(): void {
    if (this.isDue || this.streams.size === 0) return;
    this.isDue = true;
    setImmediate(() => this.look());
  }

  private look(): void {
    this.isDue = false;
    for (const stream of this.streams) stream.tell();
    this.doubt([...this.streams].filter((stream) => stream.isInDoubt()));
  }

  private doubt(streams: Iterable<AccessStateStream>): void {
    for (const stream of streams) this.doubted.add(stream);
    if (!this.isAsking && this.doubted.size > 0) void this.ask();
  }

  /** Where the database does not answer they stay as they are, and are asked about in fifteen seconds at the latest. */
  private async ask(): Promise<void> {
    this.isAsking = true;
    try {
      while (this.doubted.size > 0) {
        const streams = [...this.doubted].slice(0, atOnce);
        for (const stream of streams) this.doubted.delete(stream);
        await this.askAbout(streams);
      }
    } catch (error) {
      this.logger.warn({ event: 'access-state-streams-unasked', fault: faultForLog(error) });
    } finally {
      this.isAsking = false;
    }
  }

  private async askAbout(streams: readonly AccessStateStream[]): Promise<void> {
    const sessionIds = streams.map(({ principal }) => principal.sessionId);
    const { live, ends } = await this.database.read(async (tx) => {
      const principals = await this.principals.loadAll(tx, sessionIds);
      const ended = sessionIds.filter((id) => !principals.has(id));
      return { live: principals, ends: ended.length === 0 ? undefined : await this.ends.whyOf(tx, ended) };
    });
    for (const stream of streams) {
      const { sessionId } = stream.principal;
      const principal = live.get(sessionId);
      if (!this.streams.has(stream)) continue;
      if (principal) stream.principal = principal;
      else stream.end(ends?.get(sessionId) ?? 'session-ended');
    }
  }

  private forget(stream: AccessStateStream): void {
    this.streams.delete(stream);
    this.doubted.delete(stream);
    if (this.streams.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
