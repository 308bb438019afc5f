import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Gate } from '../../src/kill-switch/gate.js';
import { Sentinel } from '../../src/kill-switch/sentinel/sentinel.service.js';
import { createPerson } from '../../test/support/people.js';
import type { Measurement } from '../benchmark.js';
import { quantile } from '../quantile.js';

const flips = 50;

/** This process is the replica: its loop stands still, and asks the gate until the gate knows. */
export const measurement: Measurement = {
  what: 'a flip seen by the gate of a process whose loop is blocked',
  isLong: false,

  async measure(arena) {
    const database = await arena.database();
    const { accountId } = await createPerson(database, { role: 'organiser' });
    const gate = new Gate();
    const environment = { ...database.environment, DATABASE_DIRECT_URL: database.apiUrl };
    const sentinel = new Sentinel(gate, environment, pino({ enabled: false }), []);
    await sentinel.onModuleInit();
    const seenMs: number[] = [];
    for (let n = 0; n < flips; n += 1) {
      const isSuspended = n % 2 === 0;
      // It waits in the database, so that the loop stands still before it begins. Its moment is before its commit.
      const flipping = database.admin.query(
        `SELECT pg_sleep(0.1);
         BEGIN;
         WITH e AS (UPDATE ks.state SET epoch = epoch + 1 RETURNING epoch)
         UPDATE ks.scope s SET suspended = ${isSuspended}, gen = s.gen + 1, since_epoch = e.epoch FROM e
         WHERE s.kind = 'user' AND s.id = '${accountId}';
         SELECT extract(epoch FROM clock_timestamp())::double precision * 1000 AS at;
         COMMIT;
         NOTIFY rosette_flip`,
      );
      await sleep(20);
      const until = performance.now() + 5_000;
      while (gate.ask([`user:${accountId}`]).admitted === isSuspended && performance.now() < until);
      const seenAt = performance.timeOrigin + performance.now();
      const answers = (await flipping) as unknown as { rows: { at?: number }[] }[];
      seenMs.push(
        seenAt - (answers.flatMap(({ rows }) => rows).find(({ at }) => at !== undefined)?.at ?? Number.NaN),
      );
    }
    await sentinel.onApplicationShutdown();
    await database.drop();
    return [
      {
        what: 'a flip seen while the loop is blocked, p99',
        unit: 'ms',
        measured: quantile(seenMs, 0.99),
        most: 10,
      },
    ];
  },
};
