import { Client } from 'pg';
import type { Person } from '../../test/support/people.js';
import type { Bound, Measurement } from '../benchmark.js';
import { fenceOf } from '../electoral-page.js';
import { quantile } from '../quantile.js';
import {
  closeSwitchedReplicas,
  openSwitchedReplicas,
  timeUserFlips,
  type SwitchedReplicas,
} from '../switched-replicas.js';

const flips = 100;
const busyFlips = 20;
const backends = 40;

/** The promises of docs/kill-switch.md about time, while nothing is broken. */
export const measurement: Measurement = {
  what: 'a person stopped on 4 and on 16 idle replicas',
  isLong: false,

  async measure(arena) {
    const bounds: Bound[] = [];
    for (const count of [4, 16]) {
      const switched = await openSwitchedReplicas(arena, count);
      try {
        const timings = await timeUserFlips(switched, flips);
        const of = (what: 'barrierMs' | 'answerMs', q: number) =>
          quantile(
            timings.map((timing) => timing[what]),
            q,
          );
        const bound = (what: string, measured: number, most: number): Bound => ({
          what: `${what}, ${count} replicas`,
          unit: 'ms',
          measured,
          most,
        });
        if (count === 4) {
          bounds.push(bound('commit to proof, p50', of('barrierMs', 0.5), 10));
          bounds.push(bound('order to answer, p50', of('answerMs', 0.5), 60));
          const busy = await timeUserFlips(switched, busyFlips, (person) => holdBackends(switched, person));
          const answers = busy.map(({ answerMs }) => answerMs);
          bounds.push(bound(`order to answer over ${backends} that read, p99`, quantile(answers, 0.99), 250));
        } else bounds.push(bound('commit to proof, p99', of('barrierMs', 0.99), 150));
      } finally {
        await closeSwitchedReplicas(switched);
      }
    }
    return bounds;
  },
};

/** Transactions of his under way, as many as the pools of all replicas may hold, which a flip has to end. */
async function holdBackends({ database }: SwitchedReplicas, person: Person): Promise<() => Promise<unknown>> {
  const { rows } = await database.admin.query<{ incarnation: string; gen: number }>(
    `SELECT r.incarnation, s.gen FROM ks.replica r, ks.scope s
     WHERE r.ended_at IS NULL AND NOT r.fenced AND s.kind = 'user' AND s.id = $1 LIMIT 1`,
    [person.accountId],
  );
  const [{ incarnation, gen }] = rows as [(typeof rows)[0]];
  const fence = fenceOf({ person, incarnation }, undefined, gen);
  const clients = Array.from({ length: backends }, () => new Client({ connectionString: database.apiUrl }));
  const work = clients.map(async (client) => {
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`BEGIN; ${fence}`);
    return {
      reading: client.query('SELECT pg_sleep(10)').then(
        () => 'went on',
        () => 'ended',
      ),
    };
  });
  const held = await Promise.all(work);
  return async () => {
    const ends = await Promise.all(held.map(({ reading }) => reading));
    if (ends.includes('went on')) throw new Error('A transaction of his outlived the flip.');
  };
}
