import { putney } from '../../test/support/people.js';
import type { Arena } from '../arena.js';
import type { Benchmark } from '../benchmark.js';
import { settle } from '../electorate.js';
import { disclosing, type Canvasser } from '../electoral-page.js';
import { clearSides, others, sideOf, type Side } from '../nation.js';
import { throughput } from '../throughput.js';
import { createWalks } from '../walked-lists.js';

const turnSeconds = 4;
const pageSize = 50;
const firstId = '00000000-0000-0000-0000-000000000000';

type Walker = Canvasser & { next: () => string };
type WalkedSide = Omit<Side, 'canvassers'> & { canvassers: Walker[] };

/** As the page, for what a canvasser's telephone asks: his walks, and the doors of one with whom to call on. */
export const benchmark: Benchmark<{ one: WalkedSide; twenty: WalkedSide }> = {
  what: `custody transaction, own walks and the doors of one, with ${others + 1} constituencies loaded`,
  against: 'the same with one constituency loaded',
  target: 0.85,
  unit: 'walks/s',
  rounds: 5,

  async prepare(arena) {
    return { one: await walkedSide(arena, 0), twenty: await walkedSide(arena, others) };
  },

  ours: ({ twenty }) => walks(twenty),
  reference: ({ one }) => walks(one),
  clear: ({ one, twenty }) => clearSides([one, twenty]),
};

async function walkedSide(arena: Arena, more: number): Promise<WalkedSide> {
  const side = await sideOf(arena, more);
  const { database, canvassers } = side;
  const accounts = canvassers.map(({ person }) => person.accountId);
  const ofEach = await createWalks(database, putney, accounts);
  await settle(database.admin);
  return {
    database,
    canvassers: canvassers.map((canvasser, n) => {
      let turn = 0;
      const own = ofEach[n] ?? [];
      return { ...canvasser, next: () => own[(turn += 1) % own.length] as string };
    }),
  };
}

function walks({ canvassers: all }: WalkedSide): Promise<number> {
  return throughput(all, turnSeconds, readWalk);
}

function readWalk(walker: Walker): Promise<void> {
  const ask = { action: 'walk.work', classes: ['identity'], keepsPlans: false } as const;
  return disclosing(walker, ask, async (client) => {
    const mine = await client.query('SELECT id, name FROM contact_creator.my_walks($1, $2, $3, $4)', [
      putney,
      firstId,
      0,
      pageSize + 1,
    ]);
    const { rows } = await client.query<{ electors: { id: string }[] }>(
      'SELECT position, door_id, street, electors FROM contact_creator.walk_doors($1, $2, $3, $4)',
      [putney, walker.next(), 0, pageSize + 1],
    );
    if (mine.rows.length !== 20 || rows.length !== 20)
      throw new Error(`${mine.rows.length} walks, and ${rows.length} doors.`);
    const subjectIds = rows.flatMap(({ electors }) => electors.map(({ id }) => id));
    return { rows: subjectIds.length, subjectIds };
  });
}
