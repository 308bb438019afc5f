import { randomUUID } from 'node:crypto';
import { makeCertificate, type TestCertificate } from './certificate.js';
import type { Begun, FetchingClient } from './clients.js';
import { createPerson, putney, type Person } from './people.js';
import { createRegister } from './register.js';
import { startReplicaProcess, type ReplicaProcess } from './replica-process.js';
import { flip } from './switch.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const pageRows = 500;
/** A page and a file, each larger than any kernel takes for a client that does not read; and a short page. */
const paths = (exportId: string) => ({
  short: `/v1/electors?constituencyId=${putney}&limit=5`,
  page: `/v1/electors?constituencyId=${putney}&limit=${pageRows}`,
  file: `/v1/exports/${exportId}/file.csv?constituencyId=${putney}`,
});

/** Two replicas over one database, one of which speaks TLS, and somebody who fetches what is too large to be sent at once. */
export class TruncationWorld {
  private constructor(
    readonly database: TestDatabase,
    readonly certificate: TestCertificate,
    readonly officer: Person,
    private readonly exportId: string,
    readonly plain: ReplicaProcess,
    readonly secure: ReplicaProcess,
  ) {}

  /** `weight`: of each line, in units of 16 bytes. A proxy and its sockets take more before anything waits. */
  static async start(settings: object = {}, weight = 800): Promise<TruncationWorld> {
    const database = await createTestDatabase();
    await createRegister(database.admin, putney, 'KA', 5, 50);
    await database.admin.query(
      `UPDATE contact_creator.door SET address_lines = ARRAY[repeat('A Long Building ', ${weight})] || address_lines`,
    );
    await database.admin.query(
      `UPDATE access.role_limit SET export_day = 10000000 WHERE role = 'data-officer'`,
    );
    await database.admin.query('ANALYZE');
    const certificate = await makeCertificate();
    const { TLS_CERT_FILE, TLS_KEY_FILE } = certificate;
    const environment = { ...database.environment, ...settings };
    const [plain, secure, officer] = await Promise.all([
      startReplicaProcess(environment),
      startReplicaProcess({ ...environment, TLS_CERT_FILE, TLS_KEY_FILE }),
      createPerson(database, { role: 'data-officer', constituencyId: putney, purposes: ['voter-contact'] }),
    ]);
    const made = await fetch(`${plain.url}/v1/exports`, {
      method: 'POST',
      headers: {
        ...officer.headers,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        'data-purpose': 'voter-contact',
      },
      body: JSON.stringify({
        constituencyId: putney,
        source: { kind: 'constituency' },
        columns: ['electorId', 'surname', 'address'],
        reason: 'a fetch that will be cut',
      }),
    });
    const { id } = (await made.json()) as { id: string };
    return new TruncationWorld(database, certificate, officer, id, plain, secure);
  }

  begin(client: FetchingClient, what: 'short' | 'page' | 'file', origin?: string): Promise<Begun> {
    const from =
      origin ?? (client.isSecure ? this.secure.url.replace('127.0.0.1', 'localhost') : this.plain.url);
    const headers = { ...this.officer.headers, 'data-purpose': 'voter-contact' };
    return client.begin(new URL(paths(this.exportId)[what], from), headers, this.certificate.cert);
  }

  /** Stops the officer, and lets him go on once both replicas know. */
  async suspendAndLift(): Promise<void> {
    const scope = `user:${this.officer.accountId}` as const;
    await flip(this.database.admin, [scope], true);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await flip(this.database.admin, [scope], false);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }

  async stop(): Promise<void> {
    await Promise.all([this.plain.stop(), this.secure.stop()]);
    await this.database.drop();
  }
}

/** The last line of a whole file. */
export const endOfFile = /"# end of export","rows=\d+","sha256=[0-9a-f]{64}"\r\n(\r\n)?$/;
