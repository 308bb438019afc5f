import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { pino } from 'pino';
import { Barrier } from '../../src/kill-switch/flip/barrier.service.js';
import { DueOrders } from '../../src/kill-switch/flip/due-orders.service.js';
import { Gate } from '../../src/kill-switch/gate.js';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { Sentinel } from '../../src/kill-switch/sentinel/sentinel.service.js';
import { until } from '../support/embedded-postgres-processes.js';
import { createPerson, putney, wimbledon, type Person } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const silent = pino({ level: 'silent' });
const tool: ScopeKey = 'tool:contact-creator';

interface Row {
  epoch: string | null;
  starts_at: Date | null;
  lifted_at: Date | null;
  lifted_by: string | null;
  lift_epoch: string | null;
  is_expired: boolean;
}

describe('Orders whose time has come', () => {
  let database: TestDatabase;
  let secretary: Person;
  let barriers: Barrier[];
  const endings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    secretary = await createPerson(database, { role: 'general-secretary' });
    barriers = [1, 2].map(() => new Barrier(database.environment, silent));
  });

  afterEach(async () => {
    for (const end of endings.splice(0).toReversed()) await end();
    await database.admin.query(
      'TRUNCATE ks.cut, ks.refusal_count, ks.drill, ks.flip_member, ks.flip, ks.suspension, ledger.action',
    );
    await database.admin.query('UPDATE ks.scope SET suspended = false');
  });

  afterAll(async () => {
    for (const barrier of barriers) await barrier.onApplicationShutdown();
    await database.drop();
  });

  /** Written down, not begun; hours from now. */
  const schedule = async (scope: ScopeKey, startsIn: number, expiresIn: number | null = null) => {
    const id = randomUUID();
    const [kind, target] = scope.split(':');
    await database.admin.query(
      `INSERT INTO ks.suspension (id, target_kind, target_id, reason, ordered_by, in_force_at, ordered_at, starts_at, expires_at)
       VALUES ($1, $2, $3, 'x', $4, NULL, now() - interval '100 days', now() + $5 * interval '1 hour', now() + $6 * interval '1 hour')`,
      [id, kind, target, secretary.accountId, startsIn, expiresIn],
    );
    return id;
  };
  const begin = async (id: string) => {
    await database.admin.query('SELECT ks.begin_suspension($1)', [id]);
    return id;
  };
  const row = async (id: string) =>
    (await database.admin.query<Row>('SELECT * FROM ks.suspension WHERE id = $1', [id])).rows[0]!;
  const isSuspended = async (scope: ScopeKey) => {
    const { rows } = await database.admin.query<{ suspended: boolean }>(
      `SELECT suspended FROM ks.scope WHERE kind || ':' || id = $1`,
      [scope],
    );
    return rows[0]!.suspended;
  };
  const epoch = async () =>
    Number((await database.admin.query<{ epoch: string }>('SELECT epoch FROM ks.state')).rows[0]!.epoch);
  const performAll = async (barrier = barriers[0]!) => {
    const done: string[] = [];
    for (let due = await barrier.performDue(); due; due = await barrier.performDue()) done.push(due.what);
    return done;
  };

  it('are done once, whoever asks at the same moment, each by a flip and with its row in the ledger', async () => {
    const ids: string[] = [];
    for (const hour of [1, 2, 3, 4, 5]) {
      ids.push(await schedule(`area:${putney}`, -hour));
      ids.push(await begin(await schedule(`area:${wimbledon}`, -30 - hour, -hour)));
    }
    const before = await epoch();
    const more = [1, 2].map(() => new Barrier(database.environment, silent));
    const done = (await Promise.all([...barriers, ...more].map(performAll))).flat();
    for (const barrier of more) await barrier.onApplicationShutdown();
    expect(done.toSorted()).toEqual([
      ...Array<string>(5).fill('suspension.begin'),
      ...Array<string>(5).fill('suspension.expire'),
    ]);
    expect(await epoch()).toBe(before + ids.length);
    expect([await isSuspended(`area:${putney}`), await isSuspended(`area:${wimbledon}`)]).toEqual([
      true,
      false,
    ]);
    const { rows } = await database.admin.query<{ target_id: string; account_id: string | null }>(
      `SELECT target_id, account_id FROM ledger.action WHERE action IN ('suspension.begin', 'suspension.expire')`,
    );
    expect(rows.map(({ target_id }) => target_id).toSorted()).toEqual(ids.toSorted());
    expect(rows.every(({ account_id }) => account_id === null)).toBe(true);
    const flips = await database.admin.query('SELECT FROM ks.flip WHERE epoch > $1', [before]);
    expect(flips.rowCount).toBe(ids.length);
  });

  it('end their own suspension and no other', async () => {
    const brief = await begin(await schedule(tool, -30, -1));
    const lasting = await begin(await schedule(tool, -20));
    expect(await performAll()).toEqual(['suspension.expire']);
    expect(await row(brief)).toMatchObject({ is_expired: true, lifted_by: null });
    expect(await row(lasting)).toMatchObject({ lifted_at: null });
    expect(await isSuspended(tool)).toBe(true);
  });

  it('are left alone before their time, and when they have been lifted', async () => {
    const later = await schedule(tool, 1, 40);
    const lasting = await begin(await schedule(tool, -1, 30));
    const cancelled = await schedule(tool, -1);
    await database.admin.query(`SELECT ks.end_suspension($1, $2, 'x', false)`, [
      cancelled,
      secretary.accountId,
    ]);
    expect(await performAll()).toEqual([]);
    expect(await row(later)).toMatchObject({ epoch: null, lifted_at: null });
    expect(await row(lasting)).toMatchObject({ lifted_at: null });
    expect(await row(cancelled)).toMatchObject({ epoch: null, lift_epoch: null, is_expired: false });
  });

  it('never begin where their end came first, as after a long failure', async () => {
    const missed = await schedule(tool, -30, -1);
    const before = await epoch();
    expect(await performAll()).toEqual(['suspension.expire']);
    expect(await row(missed)).toMatchObject({ epoch: null, lift_epoch: null, is_expired: true });
    expect([await epoch(), await isSuspended(tool)]).toEqual([before, false]);
  });

  it.each([
    ['tool:organise', 23.9, 24.1],
    ['all:*', 23.9, 24.1],
    [`area:${putney}`, 0.9, 1.1],
  ] as const)('of %s last as long as nobody alone may go below', async (scope, tooShort, longEnough) => {
    await expect(schedule(scope, 5, 5 + tooShort)).rejects.toThrow('suspension_expiry_not_near');
    const id = await schedule(scope, 5, 5 + longEnough);
    await expect(
      database.admin.query(
        `UPDATE ks.suspension SET expires_at = starts_at + interval '1 minute' WHERE id = $1`,
        [id],
      ),
    ).rejects.toThrow('suspension_expiry_not_near');
  });

  it('are done by the watch of any replica, which waits until each replica has', async () => {
    const gate = new Gate();
    const sentinel = new Sentinel(gate, database.environment, silent, []);
    await sentinel.onModuleInit();
    endings.push(() => sentinel.onApplicationShutdown());
    for (const barrier of barriers) {
      const watch = new DueOrders(barrier, silent);
      watch.onApplicationBootstrap();
      endings.push(() => watch.onApplicationShutdown());
    }
    const id = await schedule(tool, 1, 40);
    expect(gate.ask([tool]).admitted).toBe(true);
    await database.admin.query(`UPDATE ks.suspension SET starts_at = now() WHERE id = $1`, [id]);
    const { rows: reports } = await database.admin.query<{ at: Date }>('SELECT now() AS at');
    await until(
      async () => {
        const { epoch: begun } = await row(id);
        const { rows } = await database.admin.query<{ report: object | null }>(
          'SELECT ks.flip_report($1) AS report',
          [begun],
        );
        return begun !== null && rows[0]!.report !== null;
      },
      'the proof',
      5_000,
    );
    expect(gate.ask([tool])).toMatchObject({ admitted: false, because: 'suspended' });
    const { rows } = await database.admin.query<{ how: string }>('SELECT how FROM ks.flip_member');
    expect(rows).toEqual([{ how: 'drained' }]);
    expect((await row(id)).starts_at!.getTime()).toBeLessThanOrEqual(reports[0]!.at.getTime());

    await database.admin.query(
      `UPDATE ks.suspension SET starts_at = starts_at - interval '3 days', expires_at = now() WHERE id = $1`,
      [id],
    );
    await until(() => Promise.resolve(gate.ask([tool]).admitted), 'the end', 5_000);
    expect(await row(id)).toMatchObject({ is_expired: true });
  });

  it.each([
    ['what is proved', false, 1],
    ['nothing that was lifted before it was proved', true, 0],
  ])('certify %s', async (_, isLifted, certified) => {
    const id = await begin(await schedule(tool, -1));
    if (isLifted)
      await database.admin.query(
        'UPDATE ks.suspension SET lifted_at = now(), lifted_by = ordered_by, lift_epoch = epoch WHERE id = $1',
        [id],
      );
    expect(await barriers[0]!.complete(Number((await row(id)).epoch))).toBeDefined();
    const { rows } = await database.admin.query(
      `SELECT FROM ledger.action WHERE action = 'suspension.certify' AND target_id = $1`,
      [id],
    );
    expect(rows).toHaveLength(certified);
  });

  it('leave a scope suspended exactly while any suspension of it is in force, in whichever order they come', async () => {
    const scopes: ScopeKey[] = ['all:*', tool, `area:${putney}`];
    const step = fc.record({
      does: fc.constantFrom('order', 'schedule', 'end', 'end', 'due'),
      scope: fc.nat(scopes.length - 1),
      pick: fc.nat(20),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        await database.admin.query(
          'TRUNCATE ks.cut, ks.refusal_count, ks.drill, ks.flip_member, ks.flip, ks.suspension',
        );
        await database.admin.query('UPDATE ks.scope SET suspended = false');
        const all: { id: string; scope: ScopeKey; isBegun: boolean; isOver: boolean }[] = [];
        for (const { does, scope: at, pick } of steps) {
          const scope = scopes[at]!;
          const one = all.filter(({ isOver }) => !isOver)[pick % Math.max(1, all.length)];
          if (does === 'order') {
            all.push({ id: await begin(await schedule(scope, -1)), scope, isBegun: true, isOver: false });
          } else if (does === 'schedule') {
            all.push({ id: await schedule(scope, -1), scope, isBegun: false, isOver: false });
          } else if (does === 'due') {
            await performAll();
            for (const made of all) made.isBegun ||= !made.isOver;
          } else if (one) {
            await database.admin.query(`SELECT ks.end_suspension($1, NULL, NULL, true)`, [one.id]);
            one.isOver = true;
          }
          const { rows } = await database.admin.query<{ key: string }>(
            `SELECT kind || ':' || id AS key FROM ks.scope WHERE suspended ORDER BY 1`,
          );
          const inForce = all.filter(({ isBegun, isOver }) => isBegun && !isOver).map((made) => made.scope);
          expect(rows.map(({ key }) => key)).toEqual([...new Set(inForce)].toSorted());
        }
      }),
      { numRuns: 60 },
    );
  });
});
