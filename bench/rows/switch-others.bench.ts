import { setTimeout as sleep } from 'node:timers/promises';
import {
  createElectorsAndMembers,
  createPerson,
  putney,
  type Person,
  type Standing,
} from '../../test/support/people.js';
import type { Measurement } from '../benchmark.js';
import { bodyOf, HttpConnection } from '../http-connection.js';
import { quantile } from '../quantile.js';
import { closeSwitchedReplicas, openSwitchedReplicas, timeUserFlips } from '../switched-replicas.js';

const flips = 200;
const readers = 4;
const pauseMs = 10;
const path = `/v1/electors?constituencyId=${putney}`;

/** People who read pages of electors while others are stopped and let go on, two hundred times. */
export const measurement: Measurement = {
  what: 'pages of others while 200 people are stopped',
  isLong: false,

  async measure(arena) {
    const switched = await openSwitchedReplicas(arena, 2);
    const { database, replicas } = switched;
    await createElectorsAndMembers(database.admin, putney, 200);
    await database.admin.query('ANALYZE');
    const standing: Standing = {
      role: 'organiser',
      constituencyId: putney,
      purposes: ['voter-contact'],
    };
    const clients: { connection: HttpConnection; person: Person }[] = [];
    for (let n = 0; n < readers; n += 1)
      clients.push({
        connection: await HttpConnection.open(replicas[n % replicas.length]?.url ?? ''),
        person: await createPerson(database, standing),
      });
    let failed = 0;
    /** How long pages take while something else is done. */
    const during = async (work: Promise<unknown>): Promise<number[]> => {
      const over = new AbortController();
      const ended = work.finally(() => over.abort());
      const ms: number[] = [];
      await Promise.all(
        clients.map(async ({ connection, person }) => {
          while (!over.signal.aborted) {
            const begunAt = performance.now();
            const answer = await connection.get(path, { ...person.headers, 'data-purpose': 'voter-contact' });
            ms.push(performance.now() - begunAt);
            if (!bodyOf(answer).includes('"electorNumber":"')) failed += 1;
            await sleep(pauseMs);
          }
        }),
      );
      await ended;
      return ms;
    };
    await during(sleep(5_000));
    const quiet = await during(sleep(8_000));
    const busy = await during(timeUserFlips(switched, flips));
    for (const { connection } of clients) connection.close();
    await closeSwitchedReplicas(switched);
    return [
      { what: 'pages of others that failed meanwhile', unit: 'pages', measured: failed, most: 0 },
      {
        what: 'p99 of their pages, as many times as in quiet',
        unit: 'times',
        measured: quantile(busy, 0.99) / quantile(quiet, 0.99),
        most: 2,
      },
    ];
  },
};
