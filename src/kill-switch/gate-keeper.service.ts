import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { Database } from '../database/database.js';
import { LOGGER } from '../http/logger.js';
import { Gate, type Snapshot } from './gate.js';

const pollMs = 1_000;
const channel = 'rosette_flip';

/**
 * In charge of keeping the gate's copy young: at start, on a notification over a connection of its own, at once after a
 * flip made here, and each second in any case, since through a transaction pooler LISTEN succeeds and never delivers.
 */
@Injectable()
export class GateKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private listener: Client | undefined;
  private refreshing: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly gate: Gate,
    private readonly database: Database,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.refresh();
    await this.listen();
    this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.listener?.end();
  }

  /** Reads the snapshot and installs it. Calls that overlap share one read that began after the last of them. */
  async refresh(): Promise<void> {
    const previous = this.refreshing;
    const current = (async () => {
      await previous?.catch(() => undefined);
      this.gate.install(await this.database.read(readSnapshot));
    })();
    this.refreshing = current;
    await current;
  }

  /** Tells the other replicas; in a transaction of its own, since NOTIFY takes a database-wide lock at commit. */
  async announce(): Promise<void> {
    await this.database.write(async (tx) => {
      await tx.run(`SELECT pg_notify($1, '')`, [channel]);
    });
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.poll(), pollMs);
  }

  private async poll(): Promise<void> {
    try {
      await this.refresh();
      if (!this.listener) await this.listen();
    } catch (error) {
      this.logger.warn({ event: 'gate-refresh-failed', error: (error as Error).name });
    }
    this.schedule();
  }

  private async listen(): Promise<void> {
    const client = new Client({
      connectionString: this.environment.DATABASE_DIRECT_URL,
      application_name: 'rosette-gate',
      keepAlive: true,
    });
    const dropped = () => {
      if (this.listener === client) this.listener = undefined;
    };
    client.on('error', dropped).on('end', dropped);
    client.on('notification', () => {
      this.refresh().catch((error: Error) =>
        this.logger.warn({ event: 'gate-refresh-failed', error: error.name }),
      );
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      this.listener = client;
    } catch (error) {
      this.logger.warn({ event: 'gate-listen-failed', error: (error as Error).name });
      await client.end().catch(dropped);
    }
  }
}

async function readSnapshot(tx: Parameters<Parameters<Database['read']>[0]>[0]): Promise<Snapshot> {
  // One statement, so that epoch, scopes and notices are of one moment. Index: suspension_in_force.
  const row = await tx.first<{ epoch: string } & Omit<Snapshot, 'epoch'>>(
    `SELECT s.epoch, s.scopes,
            (SELECT coalesce(json_agg(json_build_object('scope', n.scope, 'suspensionId', n.suspension_id, 'notice', n.notice)), '[]')
             FROM ks.notices(ARRAY(SELECT e ->> 0 FROM jsonb_array_elements(s.scopes) e WHERE (e ->> 1)::boolean)) n) AS notices
     FROM ks.snapshot() s`,
  );
  if (!row) throw new Error('ks.state is empty');
  return { epoch: BigInt(row.epoch), scopes: row.scopes, notices: row.notices };
}
