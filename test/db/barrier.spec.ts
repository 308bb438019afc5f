import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Barrier } from '../../src/kill-switch/flip/barrier.service.js';
import { FlipFinisher } from '../../src/kill-switch/flip/flip-finisher.service.js';
import { Gate } from '../../src/kill-switch/gate.js';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { Sentinel } from '../../src/kill-switch/sentinel/sentinel.service.js';
import { DatabaseRelay } from '../support/database-relay.js';
import { until } from '../support/embedded-postgres-processes.js';
import { FenceClient } from '../support/fence-client.js';
import { createElectorsAndMembers, createPerson, putney, type Person } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const tool: ScopeKey = 'tool:contact-creator';
/** ⌈L(1 + ρ)/(1 − ρ)⌉ for a lease of two seconds and clocks that run within a thousandth of each other. */
const waitMs = 2_005;

describe('The barrier', () => {
  let database: TestDatabase;
  let organiser: Person;
  let barrier: Barrier;
  const endings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    await createElectorsAndMembers(database.admin, putney, 3);
    organiser = await createPerson(database, {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    });
    barrier = new Barrier(database.environment, pino({ level: 'silent' }));
  });

  afterEach(async () => {
    for (const end of endings.splice(0).toReversed()) await end();
    await database.admin.query(`UPDATE ks.replica SET ended_at = now() WHERE ended_at IS NULL`);
    await database.admin.query('UPDATE ks.scope SET suspended = false');
  });

  afterAll(async () => {
    await barrier.onApplicationShutdown();
    await database.drop();
  });

  /** A flip as ks.suspend makes it, without its author; answers its epoch. */
  const flip = async (...scopes: ScopeKey[]) => {
    const { rows } = await database.admin.query<{ epoch: number }>(
      `WITH changed AS (UPDATE ks.state SET epoch = epoch + 1 RETURNING epoch),
            flipped AS (UPDATE ks.scope s SET suspended = true, gen = s.gen + 1, since_epoch = changed.epoch
                        FROM changed WHERE s.kind || ':' || s.id = ANY ($1))
       SELECT epoch::integer AS epoch, ks.write_flip(epoch, 'suspend', $1, NULL) FROM changed`,
      [scopes],
    );
    return rows[0]!.epoch;
  };
  const replica = async () => {
    const gate = new Gate();
    const sentinel = new Sentinel(gate, database.environment, pino({ level: 'silent' }), []);
    await sentinel.onModuleInit();
    endings.push(() => sentinel.onApplicationShutdown());
    return { gate, sentinel };
  };
  const register = async () => {
    const incarnation = randomUUID();
    await database.admin.query(`SELECT ks.register_replica($1, 'test', 1, 'test')`, [incarnation]);
    return incarnation;
  };
  const isFenced = async (incarnation: string) => {
    const { rows } = await database.admin.query<{ fenced: boolean }>(
      'SELECT fenced FROM ks.replica WHERE incarnation = $1',
      [incarnation],
    );
    return rows[0]?.fenced;
  };
  const fenceClient = async () => {
    const client = await FenceClient.connect(database);
    client.client.on('error', () => undefined);
    endings.push(() => client.close().catch(() => undefined));
    return client;
  };
  const timed = async <Value>(work: Promise<Value>): Promise<[Value, number]> => {
    const begunAt = performance.now();
    return [await work, performance.now() - begunAt];
  };

  it('is passed as soon as every replica has ended what the flip stops, and says when each did', async () => {
    const replicas = [await replica(), await replica()];
    let ended = 0;
    for (const { gate } of replicas) {
      gate.onNewEpoch(async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        if (!gate.ask([tool]).admitted) ended += 1;
      });
    }
    const [report, tookMs] = await timed(barrier.complete(await flip(tool)));
    expect(ended).toBe(2);
    expect(tookMs).toBeLessThan(waitMs);
    expect(report).toMatchObject({
      database: { terminated: 0 },
      replicas: [{ how: 'drained' }, { how: 'drained' }],
      bound: { leaseMs: 2000, rhoPpm: 1000, waitMs },
    });
    for (const { closedMs, drainedMs } of report!.replicas) {
      expect(drainedMs).toBeGreaterThanOrEqual(30);
      expect(closedMs).toBeLessThanOrEqual(drainedMs!);
    }
  });

  it('waits for a silent replica until no lease can be left, and then fences it off with what it has begun', async () => {
    const silent = await fenceClient();
    await silent.enter(organiser);
    // Of another scope: the drain of the database leaves it alone.
    const epoch = await flip('tool:organise');
    const [report, tookMs] = await timed(barrier.complete(epoch));
    expect(tookMs).toBeGreaterThanOrEqual(waitMs - 5);
    expect(report?.replicas).toMatchObject([{ how: 'fenced', closedMs: null, drainedMs: null }]);
    expect(await isFenced(silent.incarnation)).toBe(true);
    await expect(silent.client.query('SELECT 1')).rejects.toThrow(/terminat|not queryable/i);
    const [next, nextMs] = await timed(barrier.complete(await flip(tool)));
    expect(next?.replicas).toEqual([]);
    expect(nextMs).toBeLessThan(waitMs);
  });

  it('does not fence who has renewed, though he never says that he has drained', async () => {
    const alive = await register();
    const epoch = await flip(tool);
    const renew = () => database.admin.query('SELECT ks.renew($1, 1, 0, 0, NULL)', [alive]);
    await renew();
    const [report, tookMs] = await timed(barrier.complete(epoch));
    expect(tookMs).toBeGreaterThanOrEqual(waitMs - 5);
    expect(report?.replicas).toMatchObject([{ how: 'lease-expired' }]);
    const { rows: fenced } = await database.admin.query('SELECT ks.fence_member($1, $2) AS done', [
      epoch,
      alive,
    ]);
    expect(fenced).toEqual([{ done: false }]);
    expect(await isFenced(alive)).toBe(false);
    const { rows } = await database.admin.query(`SELECT incarnation FROM ks.flip_members($1)`, [
      await flip('tool:organise'),
    ]);
    expect(rows).toEqual([{ incarnation: alive }]);
  });

  it('ends what runs in the scope in the database, and nothing else', async () => {
    const [inside, outside] = [await fenceClient(), await fenceClient()];
    const clerk = await createPerson(database, {
      role: 'membership-secretary',
      constituencyId: putney,
      purposes: ['membership-administration'],
    });
    await inside.enter(organiser);
    await outside.enter(clerk, {
      reach: { kind: 'tool', tool: 'organise' },
      action: 'member.read',
      purpose: 'membership-administration',
      classes: ['membership'],
    });
    await database.admin.query('UPDATE ks.replica SET ended_at = now()');
    const report = await barrier.complete(await flip(tool));
    expect(report?.database.terminated).toBe(1);
    await expect(inside.client.query('SELECT 1')).rejects.toThrow(/terminat|not queryable/i);
    expect(await outside.count('organise.member')).toBe(3);
  });

  it('ends work over every area where one area is stopped', async () => {
    const wide = await fenceClient();
    await wide.enter(await createPerson(database, { role: 'data-officer', purposes: ['voter-contact'] }));
    await database.admin.query('UPDATE ks.replica SET ended_at = now()');
    expect((await barrier.complete(await flip(`area:${putney}`)))?.database.terminated).toBe(1);
  });

  it('is passed once: who asks again is told the same', async () => {
    const epoch = await flip(tool);
    const report = await barrier.complete(epoch);
    expect(report?.completeAt).toBeDefined();
    expect(await barrier.complete(epoch)).toEqual(report);
  });

  it('is passed by all who wait here for one flip together', async () => {
    const epoch = await flip(tool);
    const [one, other] = [barrier.complete(epoch), barrier.complete(epoch)];
    expect(other).toBe(one);
    await one;
    expect(barrier.complete(epoch)).not.toBe(one);
  });

  it('believes of a replica only what the database knows', async () => {
    const incarnation = await register();
    const epoch = await flip(tool);
    const complete = async (how: string) => {
      const { rows } = await database.admin.query<{ report: unknown }>(
        'SELECT ks.complete_flip($1, $2) AS report',
        [epoch, JSON.stringify([{ incarnation, how, closedMs: 1, drainedMs: 1 }])],
      );
      return rows[0]!.report;
    };
    // Not before the database has drained, whatever is said.
    expect(await complete('lease-expired')).toBeNull();
    await database.admin.query('SELECT ks.drain_flip($1)', [epoch]);
    for (const untrue of ['drained', 'retired', 'fenced']) expect(await complete(untrue)).toBeNull();
    expect(await complete('lease-expired')).not.toBeNull();
  });

  it('is passed by another replica where the author of the flip is gone', async () => {
    await replica();
    const finisher = new FlipFinisher(barrier, pino({ level: 'silent' }));
    finisher.onApplicationBootstrap();
    endings.push(() => finisher.onApplicationShutdown());
    const epoch = await flip(tool);
    await until(async () => !(await barrier.unfinished()).includes(epoch), 'completion', 10_000);
    expect((await barrier.complete(epoch))?.replicas).toMatchObject([{ how: 'drained' }]);
  });

  it('goes on where it stood when the database is back, and gives no answer while it is away', async () => {
    const relay = await DatabaseRelay.before(database.url('api'));
    endings.push(() => relay.close());
    const away = new Barrier(
      { ...database.environment, DATABASE_DIRECT_URL: relay.url },
      pino({ level: 'silent' }),
    );
    endings.push(() => away.onApplicationShutdown());
    const epoch = await flip(tool);
    await relay.close();
    const waited = away.complete(epoch);
    expect(await Promise.race([waited, new Promise((resolve) => setTimeout(resolve, 700, 'waits'))])).toBe(
      'waits',
    );
    await relay.open();
    expect((await waited)?.completeAt).toBeDefined();
    const another = await flip(tool);
    await relay.close();
    const all = away.completeOpen();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await relay.open();
    await all;
    expect(await barrier.unfinished()).not.toContain(another);
    await relay.close();
    const [unfinished, tookMs] = await timed(away.complete(await flip('tool:organise')));
    expect(unfinished).toBeUndefined();
    expect(tookMs).toBeLessThan(10_000);
    await relay.open();
  });
});
