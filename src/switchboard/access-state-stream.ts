import type { ServerResponse } from 'node:http';
import type { Principal } from '../access/access.js';
import { resetAnswer } from '../http/reset-answer.js';
import type { Gate } from '../kill-switch/gate.js';
import { scopesOf } from '../kill-switch/scopes.rules.js';
import { control } from '../http/route.js';
import type { AccessState } from './access-state.dto.js';
import { concernOf, concerns, stateOf, type Concern } from './access-state.rules.js';

/** Why a stream ends; its last event says so. */
export type StreamEnd = 'session-ended' | 'departed' | 'shutting-down';

const retryMs = 1_000;

/**
 * In charge of one stream of events on one connection: what is suspended for its reader, told once each time it changes.
 * It computes that from what the gate knows, so that it asks nobody. A reader who takes nothing is dropped: what waits for
 * him is never more than Node lets wait for one socket.
 */
export class AccessStateStream {
  private concern: Concern;
  private told = '';
  private isFull = false;
  private ownGenerations: string;

  constructor(
    private readonly raw: ServerResponse,
    private readonly gate: Gate,
    private known: Principal,
  ) {
    this.concern = concernOf(known);
    this.ownGenerations = this.generations();
    raw.on('drain', () => (this.isFull = false));
    // A reader who has gone is told by 'close'.
    raw.on('error', () => undefined);
    this.write(`retry: ${retryMs}\n\n`);
  }

  get principal(): Principal {
    return this.known;
  }

  /** His grants or offices may be others by now. */
  set principal(principal: Principal) {
    this.known = principal;
    this.concern = concernOf(principal);
    this.tell();
  }

  /**
   * Whether a flip of the reader's own scopes has come since this was last asked: his session may have ended with it, or his
   * grants have changed.
   */
  isInDoubt(): boolean {
    const before = this.ownGenerations;
    this.ownGenerations = this.generations();
    return this.ownGenerations !== before;
  }

  /** Sends what holds now, if it is not what was sent last. Without a lease nobody knows what holds. */
  tell(): void {
    if (!this.gate.ask([]).admitted) {
      this.send('unknown', '{}');
      return;
    }
    this.send('state', JSON.stringify(this.state()));
  }

  keepAlive(): void {
    this.write(': keep-alive\n\n');
  }

  end(why: StreamEnd): void {
    this.write(`event: end\ndata: ${JSON.stringify({ why })}\n\n`);
    this.raw.end();
  }

  private state(): AccessState {
    const suspended = this.gate.inForce
      .filter(({ scope }) => concerns(this.concern, scope))
      .map(({ scope, suspensionId, notice, appealNote, inForceAt }) => {
        const [kind, id] = scope.split(':') as [AccessState['suspended'][number]['kind'], string];
        return { suspensionId, kind, id, notice, appealNote, inForceAt: new Date(inForceAt).toISOString() };
      });
    return stateOf(this.concern, suspended);
  }

  private send(event: string, data: string): void {
    const text = `event: ${event}\ndata: ${data}\n\n`;
    if (text === this.told) return;
    this.told = text;
    this.write(`id: ${this.gate.currentEpoch}\n${text}`);
  }

  private write(text: string): void {
    if (this.isFull) {
      resetAnswer(this.raw);
      return;
    }
    if (!this.raw.writableEnded) this.isFull = !this.raw.write(text);
  }

  private generations(): string {
    return scopesOf(control, this.known)
      .map((scope) => `${scope} ${this.gate.generationOf(scope)}`)
      .join();
  }
}
