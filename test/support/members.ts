import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { ApiClient } from './api.js';
import { createPerson, putney, type Person } from './people.js';
import { startTestServer, type TestServer } from './server.js';
import { flip } from './switch.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

/** A server with a membership secretary of Putney, and requests as she makes them. */
export interface Membership {
  database: TestDatabase;
  server: TestServer;
  secretary: Person;
  client: ApiClient;
  /** Changes a resource under the tag it has now. */
  change(method: 'PATCH' | 'PUT', path: string, body: unknown): ReturnType<ApiClient['send']>;
  /** A member in Putney, or elsewhere; answers the id. */
  addMember(more?: object): Promise<string>;
  /** Does something while a scope is suspended; afterwards it is lifted, and the gate knows. */
  whileSuspended(scope: ScopeKey, work: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** A refusal that points at one value, whatever else it says of it. */
export function faultAt(pointer: string): object {
  return {
    status: 400,
    body: { errors: expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown },
  };
}

export async function startMembership(): Promise<Membership> {
  const database = await createTestDatabase();
  const server = await startTestServer(database.environment);
  const secretary = await createPerson(database, {
    role: 'membership-secretary',
    constituencyId: putney,
    purposes: ['membership-administration'],
  });
  const client = new ApiClient(server.url, secretary, 'membership-administration');
  return {
    database,
    server,
    secretary,
    client,
    async change(method, path, body) {
      const { headers } = await client.get(path);
      return client.send(method, path, body, { 'if-match': headers.get('etag') ?? '' });
    },
    async addMember(more = {}) {
      const wanted = {
        constituencyId: putney,
        membershipNumber: randomUUID(),
        forename: 'Ada',
        surname: 'Example',
        ...more,
      };
      const { status, body } = await client.post<{ id: string }>('/v1/members', wanted);
      if (status !== 201) throw new Error(`a member was refused: ${JSON.stringify(body)}`);
      return body.id;
    },
    async whileSuspended(scope, work) {
      await flip(database.admin, [scope], true);
      try {
        await work();
      } finally {
        await flip(database.admin, [scope], false);
      }
      const isBack = async () => (await client.get(`/v1/branches?constituencyId=${putney}`)).status === 200;
      for (let tries = 0; tries < 100 && !(await isBack()); tries += 1) await setTimeout(100);
    },
    async stop() {
      await server.stop();
      await database.drop();
    },
  };
}
