import { randomUUID } from 'node:crypto';
import { ApiClient } from './api.js';
import { until } from './embedded-postgres-processes.js';
import { createPerson, type Person } from './people.js';
import type { TestServer } from './server.js';
import type { TestDatabase } from './test-database.js';

export interface RegisterImport {
  id: string;
  state: string;
  layout: string;
  counts: Record<string, number>;
  droppedColumns: string[];
  errorCode: string | null;
  errorDetail: string | null;
}

/** What comes with a file, where it is not as usual. */
export interface Dispatch {
  publishedOn?: string;
  gateway?: string;
  registerType?: string;
  electionOn?: string;
  dryRun?: string;
  mapping?: object;
}

/** A data officer's desk: files go through the importer's API, and what came of them is awaited. */
export class RegisterDesk {
  private constructor(
    private readonly server: TestServer,
    readonly officer: Person,
    private readonly constituencyId: string,
    readonly client: ApiClient,
  ) {}

  static async open(
    database: TestDatabase,
    server: TestServer,
    constituencyId: string,
  ): Promise<RegisterDesk> {
    const purposes = ['register-management'];
    const officer = await createPerson(database, { role: 'data-officer', constituencyId, purposes });
    const client = new ApiClient(server.url, officer, 'register-management');
    return new RegisterDesk(server, officer, constituencyId, client);
  }

  /** The import when it has been committed, or has failed. */
  async import(file: string, dispatch: Dispatch = {}, state = 'committed'): Promise<RegisterImport> {
    const { status, body } = await this.send(file, dispatch);
    if (status !== 201) throw new Error(`the file was answered ${status}: ${JSON.stringify(body)}`);
    return this.reached(body.id, state);
  }

  /** What the upload was answered. */
  async send(
    file: string,
    { mapping, ...others }: Dispatch = {},
  ): Promise<{ status: number; body: RegisterImport }> {
    const query = new URLSearchParams({
      constituencyId: this.constituencyId,
      publishedOn: '2026-12-01',
      gateway: 'constituency-party',
      registerType: 'revised',
      ero: 'Example',
      dryRun: 'false',
      ...others,
      ...(mapping ? { mapping: JSON.stringify(mapping) } : {}),
    });
    const answer = await fetch(`${this.server.url}/v1/register-imports?${query.toString()}`, {
      method: 'POST',
      headers: {
        ...this.officer.headers,
        'content-type': 'application/octet-stream',
        'idempotency-key': randomUUID(),
      },
      body: file,
    });
    return { status: answer.status, body: (await answer.json()) as RegisterImport };
  }

  async undo(id: string): Promise<RegisterImport> {
    const { status } = await this.client.post(`/v1/register-imports/${id}/undo`);
    if (status !== 202) throw new Error(`the undo was answered ${status}`);
    return this.reached(id, 'undone');
  }

  /** The import when it has come so far, or has failed. */
  async reached(id: string, state: string): Promise<RegisterImport> {
    let seen: RegisterImport | undefined;
    await until(async () => {
      seen = (await this.client.get<RegisterImport>(`/v1/register-imports/${id}`)).body;
      return seen.state === state || seen.state === 'failed';
    }, state);
    return seen as RegisterImport;
  }
}
