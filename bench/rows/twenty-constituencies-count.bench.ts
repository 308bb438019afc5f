import { readDefinition } from '../../src/targeting/definition.rules.js';
import { electorFields } from '../../src/tools/contact-creator/selections/elector-fields.js';
import { countSql } from '../../src/tools/contact-creator/selections/selection-statement.read-model.js';
import { putney } from '../../test/support/people.js';
import type { Benchmark } from '../benchmark.js';
import { disclosing, type Canvasser } from '../electoral-page.js';
import { clearSides, others, sideOf, type Side } from '../nation.js';
import { throughput } from '../throughput.js';

const turnSeconds = 6;
const everybody = readDefinition({ unit: 'household', base: { all: [] }, for: 'any' }, electorFields, '');

/** As the page, for what reads a whole constituency: how many electors, doors and households a selection finds. */
export const benchmark: Benchmark<{ one: Side; twenty: Side }> = {
  what: `custody transaction, count of a selection of everybody, with ${others + 1} constituencies loaded`,
  against: 'the same with one constituency loaded',
  target: 0.85,
  unit: 'counts/s',
  rounds: 5,

  async prepare(arena) {
    return { one: await sideOf(arena, 0), twenty: await sideOf(arena, others) };
  },

  ours: ({ twenty }) => counts(twenty),
  reference: ({ one }) => counts(one),
  clear: ({ one, twenty }) => clearSides([one, twenty]),
};

/** Of two people at once: a count is work for a whole core. */
function counts({ canvassers: all }: Side): Promise<number> {
  return throughput(all.slice(0, 2), turnSeconds, count);
}

function count(canvasser: Canvasser): Promise<void> {
  const { sql, values } = countSql({ constituencyId: putney, definition: everybody });
  const ask = { action: 'selection.read', classes: everybody.classes, keepsPlans: false } as const;
  return disclosing(canvasser, ask, async (client) => {
    const { rows } = await client.query<{ reason: string | null; electors: number }>(sql, values);
    const found = rows.find(({ reason }) => reason === null)?.electors ?? 0;
    if (found < 70_000) throw new Error(`A count of ${found} electors.`);
    return { rows: found, subjectIds: [] };
  });
}
