/**
 * In charge of what the control room is tried on: two real replicas over one database, the first of which reaches the switch's
 * own connections by a relay that can be cut; a register large enough that a file of it is still under way; and people who
 * sign in with password and code.
 */
import type { Browser, Page } from 'playwright-core';
import { putney } from '../support/people.js';
import { ApiClient } from '../support/api.js';
import { DatabaseRelay } from '../support/database-relay.js';
import { download, type Download } from '../support/download.js';
import { createPerson, type Person } from '../support/people.js';
import { createRegister } from '../support/register.js';
import { startReplicaProcess, type ReplicaProcess } from '../support/replica-process.js';
import { codeOf, createHolder, enrol, goodPassword, passTime, type Holder } from '../support/sign-in.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { openPage, type WatchedPage } from './chromium.js';

/** Somebody who signs in with a code as well. */
export interface Controller extends Holder {
  secret: string;
  name: string;
}

export class ControlRoomWorld {
  private constructor(
    readonly database: TestDatabase,
    readonly relay: DatabaseRelay,
    readonly replicas: [ReplicaProcess, ReplicaProcess],
    private readonly browser: Browser,
  ) {}

  static async create(browser: Browser): Promise<ControlRoomWorld> {
    const database = await createTestDatabase();
    await createRegister(database.admin, putney, 'KA', 100, 100);
    // Ten megabytes: more than any kernel takes for a client that does not read.
    await database.admin.query(
      `UPDATE contact_creator.door SET address_lines = ARRAY[repeat('A Long Building ', 32)] || address_lines`,
    );
    await database.admin.query('ANALYZE');
    const relay = await DatabaseRelay.before(database.url('api'));
    const environment = { ...database.environment, AUTH_RATE_PER_MINUTE: 1_000_000 };
    const replicas = await Promise.all([
      startReplicaProcess({ ...environment, DATABASE_DIRECT_URL: relay.url }),
      startReplicaProcess(environment),
    ]);
    return new ControlRoomWorld(database, relay, replicas, browser);
  }

  async end(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await this.relay.close();
    await this.database.drop();
  }

  get url(): string {
    return this.replicas[0].url;
  }

  async controller(role: 'general-secretary' | 'administrator' | 'data-protection-officer', name: string) {
    const holder = await createHolder(this.database, role);
    await this.database.admin.query('UPDATE identity.account SET display_name = $2 WHERE id = $1', [
      holder.accountId,
      name,
    ]);
    const { secret } = await enrol(this.replicas[1].url, holder);
    return { ...holder, secret, name };
  }

  /** The code of now, as if none had been used. */
  async code(person: Controller): Promise<string> {
    await passTime(this.database, person.accountId);
    return codeOf(person.secret);
  }

  open(options: Parameters<typeof openPage>[2] = {}): Promise<WatchedPage> {
    return openPage(this.browser, this.url, options);
  }

  async signIn(page: Page, person: Controller): Promise<void> {
    await page.getByLabel('E-mail address').fill(person.username);
    await page.getByLabel('Password').fill(goodPassword);
    await page.getByLabel('Code').fill(await this.code(person));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  }

  /** Somebody who works with electors, and has just seen some. */
  async organiser(name: string): Promise<Person & { client: ApiClient }> {
    const person = await createPerson(this.database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    await this.database.admin.query('UPDATE identity.account SET display_name = $2 WHERE id = $1', [
      person.accountId,
      name,
    ]);
    const client = new ApiClient(this.replicas[1].url, person, 'voter-contact');
    return { ...person, client };
  }

  async office(name: string, memberId: string): Promise<void> {
    await this.database.admin.query(
      `WITH office AS (INSERT INTO access.office (id, name, kind) VALUES (gen_random_uuid(), $1, 'party') RETURNING id)
       INSERT INTO access.office_member (office_id, account_id, from_at) SELECT id, $2, now() FROM office`,
      [name, memberId],
    );
  }

  /** A file of all electors that somebody fetches and does not read yet. */
  async beginExport(): Promise<Download> {
    const officer = await createPerson(this.database, {
      role: 'data-officer',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    const made = await new ApiClient(this.replicas[1].url, officer, 'voter-contact').post<{ id: string }>(
      '/v1/exports',
      {
        constituencyId: putney,
        source: { kind: 'constituency' },
        columns: ['electorId', 'forename', 'surname', 'address', 'postcode'],
        reason: 'a fetch that will be cut',
      },
    );
    const address = `/v1/exports/${made.body.id}/file.csv?constituencyId=${putney}`;
    return download(`${this.replicas[1].url}${address}`, officer.headers, true);
  }

  /** Whatever is in force is lifted, past the rules: the next test begins anew. */
  async liftAll(): Promise<void> {
    await this.database.admin.query(
      `WITH e AS (UPDATE ks.state SET epoch = epoch + 1 RETURNING epoch),
            lifted AS (UPDATE ks.suspension SET lifted_at = clock_timestamp(), lifted_by = ordered_by, lift_epoch = e.epoch
                       FROM e WHERE lifted_at IS NULL)
       UPDATE ks.scope s SET suspended = false, since_epoch = e.epoch FROM e WHERE s.suspended`,
    );
  }
}
