import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';
import { createPerson, wimbledon, type Person } from '../support/people.js';
import type { TestDatabase } from '../support/test-database.js';
import type { Witness } from './witness.js';

const scopes: readonly ScopeKey[] = ['all:*', 'tool:organise', `area:${wimbledon}`];
const at = `?constituencyId=${wimbledon}`;
export const mailsPerSecond = 30;

/**
 * In charge of mail under way all the time: one mailing after the other to all members, to a real SMTP server. Nothing
 * stops who sends it: his own account is none of the scopes.
 */
export class Mailings {
  private isOver = false;
  private sending: Promise<void> | undefined;

  private constructor(
    readonly server: MailServer,
    private readonly secretary: Person,
    private readonly urls: () => readonly string[],
  ) {}

  static async prepare(
    database: TestDatabase,
    witness: Witness,
    urls: () => readonly string[],
  ): Promise<Mailings> {
    const server = await startMailServer();
    // Before it is taken: what was handed over after the answer counts, taken or not.
    server.beforeAccept = async (raw) => witness.saw('a message', scopes, -Infinity, raw.length);
    const secretary = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: wimbledon,
      purposes: ['member-communication'],
    });
    return new Mailings(server, secretary, urls);
  }

  start(): void {
    this.sending = this.send();
  }

  get handedOver(): number {
    return this.server.received.length;
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.sending;
    await this.server.stop();
  }

  private async send(): Promise<void> {
    let mailing: string | undefined;
    let isSent = false;
    while (!this.isOver) {
      const { state, id } =
        mailing === undefined
          ? await this.ask('POST', `/v1/mailings${at}`, this.draft())
          : isSent
            ? await this.ask('GET', `/v1/mailings/${mailing}${at}`)
            : await this.ask('POST', `/v1/mailings/${mailing}/send${at}`);
      if (mailing === undefined) mailing = id;
      else if (state !== undefined) isSent = true;
      if (state !== undefined && ['sent', 'failed', 'cancelled'].includes(state)) {
        mailing = undefined;
        isSent = false;
      }
      await sleep(100);
    }
  }

  private draft(): object {
    return { name: randomUUID(), subject: 'For {{forename}}', bodyText: 'We meet.', segment: { all: [] } };
  }

  /** Nothing where it is refused, or nobody is there. */
  private async ask(method: string, path: string, body?: object): Promise<{ id?: string; state?: string }> {
    const urls = this.urls();
    try {
      const answer = await fetch(`${urls[Math.floor(Math.random() * urls.length)] ?? ''}${path}`, {
        method,
        headers: {
          ...this.secretary.headers,
          'data-purpose': 'member-communication',
          'idempotency-key': randomUUID(),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(5_000),
      });
      return answer.ok ? ((await answer.json()) as { id?: string; state?: string }) : {};
    } catch {
      return {};
    }
  }
}
