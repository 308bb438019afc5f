import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { register } from 'prom-client';
import type { ReadinessCheck } from '../../src/http/readiness.js';
import { Gate } from '../../src/kill-switch/gate.js';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { Sentinel } from '../../src/kill-switch/sentinel/sentinel.service.js';
import { until } from '../support/embedded-postgres-processes.js';
import { flip } from '../support/switch.js';
import { DatabaseRelay } from '../support/database-relay.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const scope: ScopeKey = 'tool:organise';

interface Watched {
  gate: Gate;
  sentinel: Sentinel;
  checks: ReadinessCheck[];
  log: { event: string }[];
}

describe('The sentinel', () => {
  let database: TestDatabase;
  const running: Sentinel[] = [];
  const relays: DatabaseRelay[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterEach(async () => {
    for (const sentinel of running.splice(0)) await sentinel.onApplicationShutdown();
    for (const relay of relays.splice(0)) await relay.close();
    await flip(database.admin, [scope], false);
  });

  afterAll(async () => {
    await database.drop();
  });

  const start = async (url = database.environment.DATABASE_DIRECT_URL): Promise<Watched> => {
    const gate = new Gate();
    const checks: ReadinessCheck[] = [];
    const log: { event: string }[] = [];
    const logger = pino({}, { write: (line: string) => log.push(JSON.parse(line) as { event: string }) });
    const environment = { ...database.environment, DATABASE_DIRECT_URL: url };
    const sentinel = new Sentinel(gate, environment, logger, checks);
    running.push(sentinel);
    await sentinel.onModuleInit();
    return { gate, sentinel, checks, log };
  };
  const throughRelay = async (isDeaf = false) => {
    const relay = await DatabaseRelay.before(database.url('api'), isDeaf);
    relays.push(relay);
    return { relay, ...(await start(relay.url)) };
  };
  const verdict = (gate: Gate) => {
    const answer = gate.ask([scope]);
    return answer.admitted ? 'admitted' : answer.because;
  };
  const untilVerdict = (gate: Gate, wanted: string) => until(() => verdict(gate) === wanted, wanted, 10_000);
  const rowOf = async ({ sentinel }: Watched) => {
    const { rows } = await database.admin.query<{
      hb: string;
      closed: number;
      drained: number;
      epoch: number;
      fenced: boolean;
      ended: boolean;
    }>(
      `SELECT r.hb, r.closed_epoch::integer AS closed, r.drained_epoch::integer AS drained, s.epoch::integer AS epoch,
              r.fenced, r.ended_at IS NOT NULL AS ended
       FROM ks.replica r, ks.state s WHERE r.incarnation = $1`,
      [sentinel.incarnation],
    );
    return rows[0]!;
  };
  const hears = () =>
    until(async () => {
      const { rowCount } = await database.admin.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN rosette_self%'`,
      );
      return (rowCount ?? 0) > 0;
    }, 'a listener');

  it('admits nothing before the first lease, and is not ready', async () => {
    const gate = new Gate();
    expect(verdict(gate)).toBe('unknown');
    const watched = await start();
    expect(verdict(watched.gate)).toBe('admitted');
    const [check] = watched.checks;
    expect(check?.name).toBe('access-state');
    await check?.check();
    const shown = await register.metrics();
    expect(Number(/^rosette_lease_remaining_seconds (.+)$/m.exec(shown)?.[1])).toBeGreaterThan(1);
    expect(shown).toContain(`rosette_epoch ${watched.gate.currentEpoch}\n`);
    await watched.sentinel.onApplicationShutdown();
    await expect(check?.check()).rejects.toThrow('no lease');
    expect(verdict(watched.gate)).toBe('unknown');
    expect(await rowOf(watched)).toMatchObject({ ended: true });
  });

  it('shows the gate a flip while the main loop is blocked', async () => {
    const { gate } = await start();
    await hears();
    await sleep(300);
    const delays: number[] = [];
    for (let attempt = 1; attempt <= 5 && !delays.some((delay) => delay <= 50); attempt += 1) {
      const isSuspended = attempt % 2 === 1;
      const flipped = database.admin.query<{ at: number }>(
        `SELECT pg_sleep(0.1);
         UPDATE ks.state SET epoch = epoch + 1;
         UPDATE ks.scope SET suspended = ${isSuspended}, gen = gen + ${isSuspended ? 1 : 0} WHERE kind = 'tool' AND id = 'organise';
         NOTIFY rosette_flip;
         SELECT (extract(epoch FROM clock_timestamp()) * 1000)::double precision AS at`,
      );
      await sleep(20);
      const wanted = isSuspended ? 'suspended' : 'admitted';
      const began = Date.now();
      // Nothing of this thread runs meanwhile: no timer, no message, no socket.
      while (verdict(gate) !== wanted && Date.now() - began < 1_000);
      const seenAt = Date.now();
      expect(verdict(gate)).toBe(wanted);
      const results = (await flipped) as unknown as { rows: { at: number }[] }[];
      delays.push(seenAt - results.at(-1)!.rows[0]!.at);
      await sleep(50);
    }
    expect(Math.min(...delays)).toBeLessThanOrEqual(50);
  });

  it('has the gate refuse by itself when the database is out of reach, and admit when it is back', async () => {
    const { relay, gate, sentinel, log } = await throughRelay();
    const { incarnation } = sentinel;
    let freezes = 0;
    gate.onLeaseLost(() => (freezes += 1));
    relay.pause();
    const pausedAt = performance.now();
    const refreshed = sentinel.refresh();
    while (verdict(gate) === 'admitted') await sleep(10);
    // Not by a failed renewal: the lease is used to its end, and no longer.
    expect(performance.now() - pausedAt).toBeGreaterThan(1_000);
    expect(performance.now() - pausedAt).toBeLessThan(2_500);
    expect(verdict(gate)).toBe('unknown');
    expect(await refreshed).toBe(false);
    await until(() => freezes > 0, 'that what waits is to be dropped');
    relay.resume();
    await untilVerdict(gate, 'admitted');
    expect(freezes).toBe(1);
    expect(sentinel.incarnation).toBe(incarnation);
    expect(log.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['sentinel-unanswered', 'sentinel-lease-lost']),
    );
  });

  it('that is fenced cuts everything and begins a new incarnation', async () => {
    const watched = await start();
    const { gate, sentinel } = watched;
    const verdicts: string[] = [];
    gate.onNewEpoch(() => void verdicts.push(verdict(gate)));
    const { incarnation } = sentinel;
    await database.admin.query('UPDATE ks.replica SET fenced = true WHERE incarnation = $1', [incarnation]);
    await until(() => sentinel.incarnation !== incarnation, 'a new incarnation');
    expect(verdicts).toEqual(['unknown']);
    await untilVerdict(gate, 'admitted');
    expect(await rowOf(watched)).toMatchObject({ fenced: false, ended: false });
  });

  it('finds flips where no notification is ever delivered', async () => {
    const { gate, log } = await throughRelay(true);
    await until(() => log.some(({ event }) => event === 'sentinel-polls'), 'that it polls');
    await flip(database.admin, [scope], true);
    await database.admin.query('NOTIFY rosette_flip');
    const flippedAt = performance.now();
    await untilVerdict(gate, 'suspended');
    expect(performance.now() - flippedAt).toBeLessThan(2_000);
  });

  it('says of itself what it has closed and drained, and that it is alive', async () => {
    const watched = await start();
    await flip(database.admin, [scope], true);
    await until(async () => {
      const { closed, drained, epoch } = await rowOf(watched);
      return closed === epoch && drained === epoch;
    }, 'a drain');
    const { hb } = await rowOf(watched);
    await until(async () => (await rowOf(watched)).hb > hb, 'a heartbeat');
    expect(await rowOf(watched)).toMatchObject({ fenced: false, ended: false });
  });

  it('says that it has drained when all has been cut, and its lease ends if that is never', async () => {
    const watched = await start();
    const { gate } = watched;
    let finish = () => {};
    const cutting = new Promise<void>((resolve) => (finish = resolve));
    let cuts = 0;
    gate.onNewEpoch(() => {
      cuts += 1;
      return cuts === 1 ? cutting : undefined;
    });
    const { epoch: before } = await rowOf(watched);
    await until(async () => (await rowOf(watched)).drained === before, 'the first drain');
    // The second is cut at once, and says nothing of the first.
    for (const isSuspended of [true, false]) {
      await flip(database.admin, ['tool:contact-creator'], isSuspended);
      await until(async () => {
        const { closed, epoch } = await rowOf(watched);
        return closed === epoch;
      }, 'the flip');
    }
    const { epoch } = await rowOf(watched);
    expect(cuts).toBe(2);
    await untilVerdict(gate, 'unknown');
    expect((await rowOf(watched)).drained).toBe(before);
    finish();
    await untilVerdict(gate, 'admitted');
    await until(async () => (await rowOf(watched)).drained === epoch, 'the drain');
  });

  it('refuses all where the database has lost a flip, though another has its number', async () => {
    const { gate, log } = await start();
    await flip(database.admin, [scope], true);
    await untilVerdict(gate, 'suspended');
    await database.admin.query(
      `BEGIN; UPDATE ks.scope SET suspended = false, gen = gen - 1 WHERE kind = 'tool' AND id = 'organise';
       UPDATE ks.state SET epoch = epoch; COMMIT`,
    );
    await untilVerdict(gate, 'unknown');
    await sleep(600);
    expect(verdict(gate)).toBe('unknown');
    expect(log.map(({ event }) => event)).toContain('sentinel-epoch-regressed');
    await flip(database.admin, [scope], true);
    await untilVerdict(gate, 'suspended');
  });

  it('answers those who ask at once, each with what was in force after he asked', async () => {
    const { gate, sentinel } = await start();
    for (const isSuspended of [true, false, true]) {
      const before = [sentinel.refresh(), sentinel.refresh()];
      await flip(database.admin, [scope], isSuspended);
      const after = Array.from({ length: 20 }, () => sentinel.refresh());
      expect(await Promise.all([...before, ...after])).not.toContain(false);
      expect(verdict(gate)).toBe(isSuspended ? 'suspended' : 'admitted');
    }
  });

  it('whose thread dies grants nothing more, and is started again', async () => {
    const { gate, sentinel } = await start();
    const thread = Reflect.get(sentinel, 'thread') as { terminate(): Promise<number> };
    await thread.terminate();
    expect(verdict(gate)).toBe('unknown');
    await untilVerdict(gate, 'admitted');
  });

  it('ends a process that does not cut what was flipped, and no other', async () => {
    const [DATABASE_URL, tool]: [string, ScopeKey] = [database.url('api'), 'tool:contact-creator'];
    const ended = [tool, scope].map(async (held) => {
      const child = spawn(
        process.execPath,
        ['dist/test/support/blocked-sentinel-child.js', tool, 'all:*', held],
        {
          env: { PATH: process.env['PATH'], DATABASE_URL },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      let complaint = '';
      child.stderr.on('data', (piece: Buffer) => (complaint += piece.toString('utf8')));
      const exit = once(child, 'close') as Promise<[number | null, string | null]>;
      await once(child.stdout, 'data');
      return { exit, complaint: () => complaint };
    });
    const [holder, other] = await Promise.all(ended);
    await flip(database.admin, [tool], true);
    await database.admin.query('NOTIFY rosette_flip');
    expect(await holder?.exit).toEqual([null, 'SIGKILL']);
    expect(holder?.complaint()).toContain('sentinel-kills');
    expect(await other?.exit).toEqual([0, null]);
    expect(other?.complaint()).toBe('');
    await flip(database.admin, [tool], false);
  });

  it('ends a process that would send something though its lease has run out, and no other', async () => {
    const relay = await DatabaseRelay.before(database.url('api'));
    relays.push(relay);
    const children = ['all:queue', scope].map((held) => {
      const child = spawn(process.execPath, ['dist/test/support/blocked-sentinel-child.js', scope, held], {
        env: { PATH: process.env['PATH'], DATABASE_URL: relay.url },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exit = once(child, 'close') as Promise<[number | null, string | null]>;
      return { exit, said: once(child.stdout, 'data') };
    });
    await Promise.all(children.map(({ said }) => said));
    relay.pause();
    expect(await Promise.all(children.map(({ exit }) => exit))).toEqual([
      [null, 'SIGKILL'],
      [0, null],
    ]);
  });

  it('does not start on a database that was not migrated', async () => {
    const empty = await createTestDatabase('template0');
    const gate = new Gate();
    const environment = { ...empty.environment, DATABASE_DIRECT_URL: empty.url('superuser') };
    const sentinel = new Sentinel(gate, environment, pino({ enabled: false }), []);
    await expect(sentinel.onModuleInit()).rejects.toThrow('the database grants no lease');
    await empty.drop();
  });
});
