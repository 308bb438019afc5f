import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CommitUncertain, Database } from '../../src/database/database.js';
import type { Tx } from '../../src/database/tx.js';
import { ApiClient, type Answer } from '../support/api.js';
import { DatabaseRelay } from '../support/database-relay.js';
import { createPerson } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('When PostgreSQL fails', () => {
  let testDatabase: TestDatabase;
  let relay: DatabaseRelay;
  let server: TestServer;
  let database: Database;
  let asSecretary: ApiClient;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    await testDatabase.admin.query(`
      CREATE SCHEMA tally;
      CREATE TABLE tally.count (id integer PRIMARY KEY, n integer NOT NULL);
      GRANT USAGE ON SCHEMA tally TO rosette_api;
      GRANT SELECT, INSERT, UPDATE ON tally.count TO rosette_api;
      CREATE FUNCTION tally.dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(20); RETURN NULL; END $$;`);
    relay = await DatabaseRelay.before(testDatabase.environment.DATABASE_URL ?? testDatabase.url('api'));
    server = await startTestServer({ ...testDatabase.environment, DATABASE_URL: relay.url });
    database = server.app.get(Database);
    asSecretary = new ApiClient(server.url, await createPerson(testDatabase, { role: 'general-secretary' }));
  });

  beforeEach(async () => {
    await testDatabase.admin.query(
      'TRUNCATE tally.count; INSERT INTO tally.count VALUES (1, 0), (2, 0); DELETE FROM ledger.action',
    );
  });

  afterEach(async () => {
    await testDatabase.admin.query('ROLLBACK');
    await testDatabase.admin.query('DROP TRIGGER IF EXISTS dawdle ON access.office');
  });

  afterAll(async () => {
    await server.stop();
    await relay.close();
    await testDatabase.drop();
  });

  const counts = async () =>
    (await testDatabase.admin.query<{ n: number }>('SELECT n FROM tally.count ORDER BY id')).rows.map(
      ({ n }) => n,
    );
  const add = (tx: Tx, id: number) => tx.run('UPDATE tally.count SET n = n + 1 WHERE id = $1', [id]);
  const backendOf = async (tx: Tx) =>
    (await tx.first<{ pid: number }>('SELECT pg_backend_pid() AS pid'))!.pid;
  const terminate = (pid: number) => testDatabase.admin.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
  /** The application's backend that does what the condition on pg_stat_activity says, once there is one. */
  const backendThat = async (does: string) => {
    for (let n = 0; n < 500; n += 1) {
      // A transaction goes on seeing the activity that it saw first.
      await testDatabase.admin.query('SELECT pg_stat_clear_snapshot()');
      const { rows } = await testDatabase.admin.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = 'rosette_api' AND ${does}`,
      );
      if (rows[0]) return rows[0].pid;
      await delay(10);
    }
    throw new Error(`no backend ever was one with ${does}`);
  };
  const openOffice = (name: string, key: string = randomUUID()) =>
    asSecretary.post<{ id: string }>('/v1/offices', { name, kind: 'party' }, { 'idempotency-key': key });
  const officesNamed = async (name: string) =>
    (await testDatabase.admin.query('SELECT FROM access.office WHERE name = $1', [name])).rowCount;
  const recorded = async () =>
    (await testDatabase.admin.query(`SELECT FROM ledger.action WHERE action = 'office.manage'`)).rowCount;
  const unavailable = (answer: Answer<object>) => {
    expect(answer).toMatchObject({ status: 503, body: { code: 'database-unavailable' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  };

  describe('by ending a backend before COMMIT', () => {
    it('the work is done again, once', async () => {
      let tries = 0;
      await database.write(async (tx) => {
        tries += 1;
        await add(tx, 1);
        if (tries === 1) await terminate(await backendOf(tx));
        await add(tx, 2);
      });
      expect([tries, await counts()]).toEqual([2, [1, 1]]);
    });

    it('the work is given up the second time, and nothing of it stays', async () => {
      let tries = 0;
      const work = database.write(async (tx) => {
        tries += 1;
        await add(tx, 1);
        await terminate(await backendOf(tx));
        await add(tx, 2);
      });
      await expect(work).rejects.toThrow(/terminat|not queryable/i);
      expect([tries, await counts()]).toEqual([2, [0, 0]]);
    });

    it('a request is answered as if nothing had been, done and recorded once', async () => {
      await testDatabase.admin.query('BEGIN; LOCK TABLE access.office IN EXCLUSIVE MODE');
      const opened = openOffice('Once');
      await terminate(await backendThat(`wait_event_type = 'Lock'`));
      await backendThat(`wait_event_type = 'Lock'`);
      await testDatabase.admin.query('COMMIT');
      expect((await opened).status).toBe(201);
      expect([await officesNamed('Once'), await recorded()]).toEqual([1, 1]);
    });

    it('a request that loses its second backend too is told to come back, and finds nothing done', async () => {
      await testDatabase.admin.query('BEGIN; LOCK TABLE access.office IN EXCLUSIVE MODE');
      const opened = openOffice('Never');
      for (let n = 0; n < 2; n += 1) await terminate(await backendThat(`wait_event_type = 'Lock'`));
      unavailable(await opened);
      await testDatabase.admin.query('COMMIT');
      expect([await officesNamed('Never'), await recorded()]).toEqual([0, 0]);
    });
  });

  describe('at COMMIT', () => {
    it('nobody can say what happened, so nothing is done again', async () => {
      let tries = 0;
      const lost = relay.swallowCommitAfter('tally.count');
      const work = database.write(async (tx) => {
        tries += 1;
        await add(tx, 1);
      });
      await expect(work).rejects.toBeInstanceOf(CommitUncertain);
      await lost;
      // It had taken effect: doing it again would have counted two.
      expect([tries, await counts()]).toEqual([1, [1, 0]]);
    });

    it('a request whose change was made is told to come back, and its repeat makes no second', async () => {
      const key = randomUUID();
      const lost = relay.swallowCommitAfter('access.open_office');
      const opened = openOffice('Made', key);
      await lost;
      unavailable(await opened);
      expect([await officesNamed('Made'), await recorded()]).toEqual([1, 1]);
      expect((await openOffice('Made', key)).status).toBe(201);
      expect([await officesNamed('Made'), await recorded()]).toEqual([1, 1]);
    });

    it('a request whose backend ended in the midst of it is told to come back, and its repeat does it', async () => {
      const key = randomUUID();
      await testDatabase.admin.query(
        `CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON access.office DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION tally.dawdle()`,
      );
      const opened = openOffice('Later', key);
      const pid = await backendThat(`wait_event = 'PgSleep'`);
      await terminate(pid);
      unavailable(await opened);
      await testDatabase.admin.query('DROP TRIGGER dawdle ON access.office');
      expect([await officesNamed('Later'), await recorded()]).toEqual([0, 0]);
      expect((await openOffice('Later', key)).status).toBe(201);
      expect([await officesNamed('Later'), await recorded()]).toEqual([1, 1]);
    });
  });

  describe('by a deadlock', () => {
    it('both who caused it are done in the end, each once', async () => {
      let tries = 0;
      const has = { first: false, second: false };
      const work = (own: keyof typeof has, ids: [number, number]) =>
        database.write(async (tx) => {
          tries += 1;
          await add(tx, ids[0]);
          has[own] = true;
          // Of the first attempts alone: whoever is made to go again finds both signs set.
          while (!(has.first && has.second)) await delay(5);
          await add(tx, ids[1]);
        });
      await Promise.all([work('first', [1, 2]), work('second', [2, 1])]);
      expect([tries, await counts()]).toEqual([3, [2, 2]]);
    });

    it('that comes again and again the work is given up, and nothing of it stays', async () => {
      let tries = 0;
      const work = database.write(async (tx) => {
        tries += 1;
        await add(tx, 1);
        await tx.run(`DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$`);
      });
      await expect(work).rejects.toThrow(/40P01|deadlock/);
      expect([tries, await counts()]).toEqual([4, [0, 0]]);
    });
  });

  it('and cannot be reached, requests are told to come back, and are answered once it can', async () => {
    await relay.close();
    try {
      unavailable(await asSecretary.get('/v1/offices'));
      unavailable(await openOffice('Unreached'));
      expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    } finally {
      await relay.open();
    }
    expect((await asSecretary.get('/v1/offices')).status).toBe(200);
    expect(await officesNamed('Unreached')).toBe(0);
  });
});
