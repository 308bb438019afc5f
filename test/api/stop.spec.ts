import { startReplicaProcess } from '../support/replica-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('A server that is told to stop', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(async () => {
    await database.drop();
  });

  it('stops in order, right after its first line, though whoever read it has gone', async () => {
    const replica = await startReplicaProcess(database.environment);
    replica.stopReading();
    expect(await replica.stop()).toBe(0);
    const { rows } = await database.admin.query<{ running: number }>(
      'SELECT count(*)::integer AS running FROM ks.replica WHERE ended_at IS NULL',
    );
    expect(rows).toEqual([{ running: 0 }]);
  });
});
