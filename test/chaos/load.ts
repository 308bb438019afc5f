import { randomInt, randomUUID } from 'node:crypto';
import { Agent, request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import type { Person } from '../support/people.js';
import type { Witness } from './witness.js';

/** One thing that a client asks for again and again, and the scopes of which what it is sent is. */
export interface Errand {
  what: string;
  method: 'GET' | 'POST';
  path: string;
  person: Person;
  purpose: string;
  scopes: readonly ScopeKey[];
  /** Bytes a second that the client takes; absent: all that comes. */
  takes?: number;
  body?: () => unknown;
}

const patienceMs = 15_000;
/** As people ask, and not as fast as the machine goes: what a flip takes would be the waiting for a processor. */
const pauseMs = 20;

/** In charge of clients: each runs its errand at one replica after another until it is told to stop. */
export class Load {
  private isOver = false;
  private readonly clients: Promise<void>[] = [];
  private readonly agent = new Agent({ keepAlive: true });

  constructor(
    private readonly witness: Witness,
    private readonly urls: () => readonly string[],
  ) {}

  run(errand: Errand): void {
    this.clients.push(this.go(errand));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    this.agent.destroy();
    await Promise.all(this.clients);
  }

  private async go(errand: Errand): Promise<void> {
    while (!this.isOver) {
      const urls = this.urls();
      const url = urls[randomInt(urls.length)] ?? '';
      const status = await this.ask(url, errand);
      if (status === 200 || status === 201) this.witness.answers += 1;
      else if (status === undefined) this.witness.broken += 1;
      else this.witness.refusals += 1;
      await sleep(pauseMs);
    }
  }

  /** The status of an answer that came whole; undefined for one that did not. */
  private ask(url: string, errand: Errand): Promise<number | undefined> {
    const askedAt = performance.now();
    return new Promise((resolve) => {
      const asked = request(`${url}${errand.path}`, {
        method: errand.method,
        // A slow client has a connection of its own, else it would hold up others.
        agent: errand.takes === undefined ? this.agent : false,
        timeout: patienceMs,
        headers: {
          ...errand.person.headers,
          'data-purpose': errand.purpose,
          ...(errand.body && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
        },
      });
      asked.on('timeout', () => asked.destroy());
      asked.on('error', () => resolve(undefined));
      asked.on('response', (response) => void this.read(response, errand, askedAt).then(resolve));
      asked.end(errand.body && JSON.stringify(errand.body()));
    });
  }

  private async read(
    response: IncomingMessage,
    errand: Errand,
    askedAt: number,
  ): Promise<number | undefined> {
    const status = response.statusCode ?? 0;
    let isFirst = true;
    try {
      for await (const piece of response) {
        const { length } = piece as Buffer;
        // What a slow client takes may have lain in its own kernel for long: of its bytes only the first tells when it came.
        if (status < 300 && (errand.takes === undefined || isFirst))
          this.witness.saw(errand.what, errand.scopes, askedAt, length);
        isFirst = false;
        if (errand.takes !== undefined) await sleep((length / errand.takes) * 1_000);
        if (this.isOver) response.destroy();
      }
      return response.complete ? status : undefined;
    } catch {
      // Cut: that it shows is what the client is there for.
      return undefined;
    }
  }
}
