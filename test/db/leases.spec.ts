import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { createPerson } from '../support/people.js';
import { flip } from '../support/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const scope: ScopeKey = 'tool:organise';

/** What the database grants to replicas, and what it believes of them. */
describe('A replica is told by the database', () => {
  let database: TestDatabase;
  let other: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    other = new Client({ connectionString: database.url('superuser') });
    await other.connect();
  });

  afterAll(async () => {
    await other.end();
    await database.drop();
  });

  const register = async (client = database.admin) => {
    const incarnation = randomUUID();
    await client.query(`SELECT ks.register_replica($1, 'test', 1, 'test')`, [incarnation]);
    return incarnation;
  };
  const renew = async (incarnation: string, closed: number, drained: number, stamp: string | null) => {
    const { rows } = await database.admin.query<{
      request: string;
      stamp: string;
      scopes: unknown;
      since: string | null;
      notices: unknown;
    }>('SELECT * FROM ks.renew($1, 7, $2, $3, $4)', [incarnation, closed, drained, stamp]);
    return rows[0];
  };
  const said = async (incarnation: string) => {
    const { rows } = await database.admin.query<{ closed: number; drained: number }>(
      'SELECT closed_epoch::integer AS closed, drained_epoch::integer AS drained FROM ks.replica WHERE incarnation = $1',
      [incarnation],
    );
    return rows[0]!;
  };

  it('nothing where it is unknown, fenced or retired', async () => {
    expect(await renew(randomUUID(), 0, 0, null)).toBeUndefined();
    for (const end of ['fenced = true', 'ended_at = now()']) {
      const incarnation = await register();
      expect(await renew(incarnation, 0, 0, null)).toMatchObject({ incarnation, request: '7' });
      await database.admin.query(`UPDATE ks.replica SET ${end} WHERE incarnation = $1`, [incarnation]);
      expect(await renew(incarnation, 0, 0, null)).toBeUndefined();
    }
  });

  it('what is in force only where it is not what it knows', async () => {
    const incarnation = await register();
    const first = await renew(incarnation, 0, 0, null);
    expect(first?.scopes).not.toBeNull();
    expect((await renew(incarnation, 0, 0, first!.stamp))?.scopes).toBeNull();
    await flip(database.admin, [scope], true);
    const next = await renew(incarnation, 0, 0, first!.stamp);
    expect(next?.scopes).toContainEqual([scope, true, expect.any(Number)]);
  });

  describe('of a flip', () => {
    const others: ScopeKey = 'tool:contact-creator';
    const keys = (told: { scopes: unknown } | undefined) =>
      (told!.scopes as [string, boolean, number][]).map(([key]) => key).sort();

    it('what is new since the state that it knows', async () => {
      const incarnation = await register();
      await flip(database.admin, [others], true);
      await flip(database.admin, [others], false);
      const { stamp } = (await renew(incarnation, 0, 0, null))!;
      for (const isSuspended of [true, false, true]) await flip(database.admin, [scope], isSuspended);
      const told = await renew(incarnation, 0, 0, stamp);
      expect(keys(told)).toEqual([scope]);
      expect(told?.since).not.toBeNull();
      const all = await renew(incarnation, 0, 0, null);
      expect(keys(all)).toEqual(expect.arrayContaining([scope, others]));
      expect(all?.since).toBeNull();
      await flip(database.admin, [scope], false);
    });

    it('every notice in force, also of what was flipped before', async () => {
      const incarnation = await register();
      const { accountId } = await createPerson(database);
      await database.admin.query(
        `INSERT INTO ks.suspension (id, target_kind, target_id, reason, notice, epoch, ordered_by)
         VALUES (gen_random_uuid(), 'tool', 'organise', 'a test', 'Call the office.', 1, $1)`,
        [accountId],
      );
      await flip(database.admin, [scope], true);
      const { stamp } = (await renew(incarnation, 0, 0, null))!;
      await flip(database.admin, [others], true);
      const told = await renew(incarnation, 0, 0, stamp);
      expect(keys(told)).toEqual([others]);
      expect(told?.notices).toMatchObject([{ scope, notice: 'Call the office.' }]);
    });

    it.each<[string, () => Promise<unknown>]>([
      [
        'the state that it knows is too long ago',
        () => database.admin.query('UPDATE ks.state SET epoch = epoch + 1001'),
      ],
      ['the epoch has gone back', () => database.admin.query('UPDATE ks.state SET epoch = epoch - 1')],
      [
        'somebody has changed a scope by hand',
        () => database.admin.query(`UPDATE ks.scope SET gen = gen + 1 WHERE kind = 'tool'`),
      ],
    ])('all where %s', async (_, change) => {
      const incarnation = await register();
      const { stamp } = (await renew(incarnation, 0, 0, null))!;
      await flip(database.admin, [scope], true);
      await change();
      await flip(database.admin, [scope], true);
      const told = await renew(incarnation, 0, 0, stamp);
      expect(told?.since).toBeNull();
      expect(keys(told)).toEqual(expect.arrayContaining([scope, others]));
    });
  });

  it('and believed about itself only of the state it speaks of, never ahead of it and never back', async () => {
    const incarnation = await register();
    await flip(database.admin, [scope], true);
    const { stamp } = (await renew(incarnation, 0, 0, null))!;
    const { rows } = await database.admin.query<{ epoch: number }>(
      'SELECT epoch::integer AS epoch FROM ks.state',
    );
    const { epoch } = rows[0]!;
    await renew(incarnation, epoch, epoch, randomUUID());
    expect(await said(incarnation)).toEqual({ closed: 0, drained: 0 });
    await renew(incarnation, epoch, 0, stamp);
    expect(await said(incarnation)).toEqual({ closed: epoch, drained: 0 });
    await renew(incarnation, epoch + 5, epoch + 5, stamp);
    expect(await said(incarnation)).toEqual({ closed: epoch, drained: epoch });
    await renew(incarnation, 0, 0, stamp);
    expect(await said(incarnation)).toEqual({ closed: epoch, drained: epoch });
  });

  it('to wait with registering while a flip is being written, and a flip waits for who registers', async () => {
    const known = await register();
    const overtakes = async (first: () => Promise<unknown>, second: () => Promise<unknown>) => {
      let isOver = false;
      await database.admin.query('BEGIN');
      await first();
      const waiting = second().then(() => (isOver = true));
      await sleep(200);
      const hasOvertaken = isOver;
      await database.admin.query('COMMIT');
      await waiting;
      return hasOvertaken;
    };
    expect(
      await overtakes(
        () => flip(database.admin, [scope], true),
        () => register(other),
      ),
    ).toBe(false);
    expect(await overtakes(register, () => flip(other, [scope], false))).toBe(false);
    expect(await overtakes(register, () => register(other))).toBe(true);
    expect(
      await overtakes(
        () => renew(known, 0, 0, null),
        () => flip(other, [scope], false),
      ),
    ).toBe(true);
  });

  it('no terms under which a lease could outlast what it is counted on to outlast', async () => {
    await expect(database.admin.query('UPDATE ks.config SET lease_ms = 1800')).rejects.toMatchObject({
      constraint: 'config_lease_outlasts_drain',
    });
  });
});
