import { randomUUID } from 'node:crypto';
import { SentinelConnection } from './sentinel-connection.js';
import { flipChannel } from './sentinel-message.js';

const proofMs = 500;
const againMs = 30_000;

/**
 * In charge of hearing of flips at once. Through a transaction pooler LISTEN succeeds and never delivers, so a connection
 * proves itself with a notification that another one sends to it; until it has, the beat alone finds flips.
 */
export class SentinelListener {
  private connection: SentinelConnection | undefined;
  private timer: NodeJS.Timeout | undefined;
  private proven: (() => void) | undefined;
  private isClosed = false;
  isHearing = false;

  constructor(
    private readonly url: string,
    private readonly sender: SentinelConnection,
    private readonly events: { flipped(): void; deaf(): void; failed(error: unknown): void },
  ) {}

  open(): void {
    if (this.isClosed || this.connection) return;
    const self = `rosette_self_${randomUUID().replaceAll('-', '')}`;
    this.connection = new SentinelConnection(this.url, {
      connected: (connection) => void this.prove(connection, self),
      failed: (error) => {
        this.isHearing = false;
        this.events.failed(error);
      },
      notified: (channel) => {
        if (channel === self) this.proven?.();
        else this.events.flipped();
      },
    });
    this.connection.open();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.connection?.close();
  }

  private async prove(connection: SentinelConnection, self: string): Promise<void> {
    this.isHearing = false;
    try {
      await connection.query(`LISTEN ${flipChannel}`, [], proofMs);
      await connection.query(`LISTEN ${self}`, [], proofMs);
      const heard = new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), proofMs);
        this.proven = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
      await this.sender.query(`SELECT pg_notify($1, '')`, [self], proofMs);
      this.isHearing = await heard;
    } catch (error) {
      this.events.failed(error);
    }
    // What was notified before this connection listened was missed.
    if (this.isHearing) this.events.flipped();
    else this.giveUp(connection);
  }

  /** A connection that hears nothing is not kept; a later one may be a direct one again. */
  private giveUp(connection: SentinelConnection): void {
    connection.close();
    this.connection = undefined;
    if (this.isClosed) return;
    this.events.deaf();
    this.timer = setTimeout(() => this.open(), againMs);
  }
}
