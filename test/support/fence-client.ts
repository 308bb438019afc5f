import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { enterSql, type Entry } from '../../src/kill-switch/enter-sql.js';
import { tool } from '../../src/http/route.js';
import type { Person } from './people.js';
import type { TestDatabase } from './test-database.js';

/** A bare connection as the API role, which enters the fence by itself: what an attacker inside the process would have. */
export class FenceClient {
  readonly incarnation = randomUUID();

  private constructor(readonly client: Client) {}

  static async connect(database: TestDatabase): Promise<FenceClient> {
    const client = new Client({ connectionString: database.url('api') });
    await client.connect();
    const fenceClient = new FenceClient(client);
    await client.query('SELECT ks.register_replica($1, $2, 1, $3)', [
      fenceClient.incarnation,
      'test',
      'test',
    ]);
    return fenceClient;
  }

  /** As a replica that lives: a flip does not fence off who renews. */
  renewing(admin: Client): { stop(): void } {
    const timer = setInterval(() => {
      void admin.query('UPDATE ks.replica SET hb = hb + 1 WHERE incarnation = $1', [this.incarnation]);
    }, 100);
    return { stop: () => clearInterval(timer) };
  }

  async enter(person: Person, entry: Partial<Entry> = {}): Promise<void> {
    await this.client.query(
      `BEGIN; ${enterSql({
        incarnation: this.incarnation,
        sessionId: person.sessionId,
        reach: tool('contact-creator'),
        mode: 'read',
        action: 'elector.read',
        purpose: 'voter-contact',
        classes: ['identity'],
        admission: { epoch: 0n, scopes: [], generations: [] },
        ...entry,
      })}`,
    );
  }

  /** The SQLSTATE with which the fence refuses; 'entered' if it lets pass. Leaves no transaction open. */
  async tryToEnter(person: Person, entry: Partial<Entry> = {}): Promise<string> {
    return this.outcome(() => this.enter(person, entry));
  }

  async outcome(work: () => Promise<unknown>): Promise<string> {
    try {
      await work();
      return 'entered';
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await this.client.query('ROLLBACK');
    }
  }

  async count(table: string): Promise<number> {
    const { rows } = await this.client.query<{ n: number }>(`SELECT count(*)::integer AS n FROM ${table}`);
    return rows[0]!.n;
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
