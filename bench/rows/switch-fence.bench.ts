import { median, type Measurement } from '../benchmark.js';
import { canvassers, endAll, fenceOf, type Canvasser } from '../electoral-page.js';

const rounds = 7;
const transactions = 400;

/** What a transaction costs more for asking the database whether it may, on one connection. */
export const measurement: Measurement = {
  what: 'a transaction with the fence, and without',
  isLong: false,

  async measure(arena) {
    const database = await arena.database();
    const all = await canvassers(database);
    const [canvasser] = all as [Canvasser];
    const entered = `BEGIN; ${fenceOf(canvasser)}; SELECT 1; COMMIT`;
    const bare = 'BEGIN; SELECT 1; COMMIT';
    const ms: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const fenced = await each(canvasser, entered);
      const plain = await each(canvasser, bare);
      // The first warms what is kept in the connection.
      if (round > 0) ms.push(fenced - plain);
    }
    await endAll(all.map(({ client }) => client));
    await database.drop();
    return [{ what: 'the fence in a transaction', unit: 'ms', measured: median(ms), most: 0.2 }];
  },
};

async function each({ client }: Canvasser, sql: string): Promise<number> {
  const begunAt = performance.now();
  for (let n = 0; n < transactions; n += 1) await client.query(sql);
  return (performance.now() - begunAt) / transactions;
}
