import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { until } from '../support/embedded-postgres-processes.js';
import { startTestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('Idempotency keys', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
  });

  afterEach(() => database.drop());

  const keep = (name: string, age: string, count = 1) =>
    database.admin.query(
      `INSERT INTO http.idempotency_key (account_id, key, route, body_hash, target_id, made_at)
       SELECT $1, $2::text || n, 'POST /v1/made-up', 'hash', 'id', now() - $3::interval
       FROM generate_series(1, $4::integer) n`,
      [randomUUID(), name, age, count],
    );
  const kept = async () =>
    (
      await database.admin.query<{ key: string }>('SELECT key FROM http.idempotency_key ORDER BY key')
    ).rows.map(({ key }) => key);
  const forget = async (limit: number) =>
    (await database.admin.query<{ n: number }>('SELECT http.forget_keys($1) AS n', [limit])).rows[0]?.n;

  it('are forgotten by a server after 24 hours, however many there are, and kept until then', async () => {
    await keep('old', '24 hours 1 minute', 20_001);
    await keep('fresh', '23 hours 59 minutes');
    const server = await startTestServer(database.environment);
    try {
      await until(async () => (await kept()).length === 1, 'only what still counts');
    } finally {
      await server.stop();
    }
    expect(await kept()).toEqual(['fresh1']);
  });

  it('are forgotten a bounded number at a time, oldest first, without what somebody holds', async () => {
    await keep('c', '25 hours');
    await keep('a', '3 days');
    await keep('b', '2 days');
    const holder = new Client({ connectionString: database.url('superuser') });
    await holder.connect();
    await holder.query(`BEGIN; UPDATE http.idempotency_key SET made_at = now() WHERE key = 'a1'`);
    expect(await forget(1)).toBe(1);
    await holder.query('COMMIT');
    await holder.end();
    expect(await kept()).toEqual(['a1', 'c1']);
    expect(await forget(10)).toBe(1);
    expect(await kept()).toEqual(['a1']);
  });

  it('are found by their age without reading those that still count', async () => {
    await keep('fresh', '1 hour', 20_000);
    await keep('old', '2 days', 10);
    await database.admin.query('ANALYZE http.idempotency_key');
    const { rows } = await database.admin.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT account_id, key FROM http.idempotency_key WHERE made_at <= now() - interval '24 hours'
       ORDER BY made_at LIMIT 10000 FOR UPDATE SKIP LOCKED`,
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('idempotency_key_by_age');
    expect(await forget(4)).toBe(4);
    expect(await kept()).toHaveLength(20_006);
  });
});
