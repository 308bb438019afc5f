/**
 * The server under test, in a process of its own over a database with a whole demonstration in it, and what has been
 * asked of it so far.
 */
import { rmSync } from 'node:fs';
import { createPerson } from '../support/people.js';
import { startReplicaProcess, type ReplicaProcess } from '../support/replica-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { ApiDocument } from './document.js';
import { Pool } from './pool.js';

export interface World {
  database: TestDatabase;
  server: ReplicaProcess;
  document: ApiDocument;
  pool: Pool;
  /** Lines that the server has logged as errors since they were last asked for. */
  newErrors(): string[];
  stop(): Promise<number | null>;
}

export async function createWorld(): Promise<World> {
  const database = await createTestDatabase();
  const environment = {
    ...database.environment,
    LOG_LEVEL: 'error' as const,
    AUTH_RATE_PER_MINUTE: 1_000_000,
    MAIL_PER_SECOND: 1_000,
    // Without it nobody could unsubscribe, and no mailing is sent.
    PUBLIC_URL: 'http://rosette.example.org',
    ROSETTE_DEMONSTRATION: 'true' as const,
    ROSETTE_DEMONSTRATION_ELECTORS: 100,
  };
  const server = await startReplicaProcess(environment);
  const until = performance.now() + 400_000;
  while (!server.output().includes('Try next:')) {
    if (performance.now() > until) throw new Error(`the demonstration was not loaded:\n${server.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  let read = server.output().length;
  const pool = new Pool(database.admin);
  // Somebody for an `accountId` to name, before anybody has asked anything.
  for (let n = 0; n < 3; n += 1) await createPerson(database);
  await pool.refresh();
  return {
    database,
    server,
    document: await ApiDocument.of(server.url),
    pool,
    newErrors() {
      const output = server.output();
      const lines = output
        .slice(read)
        .split('\n')
        .filter((line) => line.startsWith('{'));
      read = output.length;
      return lines;
    },
    async stop() {
      const code = await server.stop();
      await database.drop();
      rmSync(environment.ROSETTE_DATA_DIR, { recursive: true, force: true });
      return code;
    },
  };
}
