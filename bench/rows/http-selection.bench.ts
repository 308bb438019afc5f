import { randomUUID } from 'node:crypto';
import { readDefinition } from '../../src/targeting/definition.rules.js';
import { electorFields } from '../../src/tools/contact-creator/selections/elector-fields.js';
import { pageSql } from '../../src/tools/contact-creator/selections/selection-statement.read-model.js';
import { encodeCursor } from '../../src/http/keyset.js';
import { putney } from '../../test/support/people.js';
import type { Benchmark } from '../benchmark.js';
import { connections, disclosing, pageOf, type Canvasser } from '../electoral-page.js';
import { bodyOf } from '../http-connection.js';
import {
  closePagedServer,
  openPagedServer,
  pageThroughHttp,
  warmUp,
  type HttpReader,
  type PagedServer,
} from '../http-reader.js';
import { throughput } from '../throughput.js';

const turnSeconds = 4;
const limit = 50;

/** Whom nobody has met at the door these ninety days, and who may be asked there. */
const definition = {
  unit: 'person',
  base: { all: [{ field: 'contacted', op: 'notWithinDays', value: 90 }] },
  for: 'doorstep',
};
const read = readDefinition(definition, electorFields, '');

type Arranged = PagedServer & { nextPath: () => string };

/** A page of people whom a selection finds: definition, exclusions, fatigue and objections with everything else. */
export const benchmark: Benchmark<Arranged> = {
  what: `page of ${limit} targeted electors through HTTP, ${connections} connections`,
  against: 'the custody transaction of the same page by pg',
  target: 0.6,
  unit: 'pages/s',
  rounds: 5,

  async prepare(arena) {
    const paged = await openPagedServer(arena);
    const selectionId = await keepSelection(paged.readers[0] as HttpReader);
    const nextPath = () =>
      `/v1/selections/${selectionId}/electors?constituencyId=${putney}&after=${encodeCursor([paged.nextStart()])}`;
    await warmUp(paged, nextPath);
    return { ...paged, nextPath };
  },

  ours: ({ readers, nextPath }) =>
    throughput(readers, turnSeconds, (reader) => pageThroughHttp(reader, nextPath())),

  reference: ({ canvassers: all, nextStart }) =>
    throughput(all, turnSeconds, (canvasser) => custodyPage(canvasser, nextStart())),

  async plan({ database, nextStart }) {
    const { sql, values } = statement(nextStart());
    const explain = `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) ${sql}`;
    const { rows } = await database.admin.query<{ 'QUERY PLAN': string }>(explain, values);
    return rows.map((row) => row['QUERY PLAN']);
  },

  clear: closePagedServer,
};

function statement(afterId: string) {
  return pageSql({ constituencyId: putney, definition: read }, limit + 1, afterId, false);
}

function custodyPage(canvasser: Canvasser, afterId: string): Promise<void> {
  const ask = { action: 'selection.read', classes: read.classes } as const;
  return disclosing(canvasser, ask, async (client) => {
    const { sql, values } = statement(afterId);
    return pageOf((await client.query<{ id: string }>(sql, values)).rows);
  });
}

async function keepSelection({ connection, person }: HttpReader): Promise<string> {
  const headers = { ...person.headers, 'idempotency-key': randomUUID() };
  const wanted = JSON.stringify({ constituencyId: putney, name: 'Not met this quarter', definition });
  const answer = bodyOf(await connection.post('/v1/selections', headers, wanted)).toString('utf8');
  const { id } = JSON.parse(answer) as { id?: string };
  if (id === undefined) throw new Error(`No selection: ${answer.slice(0, 1_200)}`);
  return id;
}
