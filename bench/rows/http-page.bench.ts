import { encodeCursor } from '../../src/http/keyset.js';
import { putney } from '../../test/support/people.js';
import type { Benchmark } from '../benchmark.js';
import { connections, custodyPage, pageQuery } from '../electoral-page.js';
import {
  closePagedServer,
  openPagedServer,
  pageThroughHttp,
  warmUp,
  type PagedServer,
} from '../http-reader.js';
import { throughput } from '../throughput.js';

const turnSeconds = 4;

type Arranged = PagedServer & { nextPath: () => string };

/** What the server costs beside the transaction it runs: socket, token, gate, access, validation, problem-free answer. */
export const benchmark: Benchmark<Arranged> = {
  what: `page of 50 electors through HTTP, ${connections} connections`,
  against: 'the custody transaction of the same page by pg',
  target: 0.6,
  unit: 'pages/s',
  rounds: 5,

  async prepare(arena) {
    const paged = await openPagedServer(arena);
    const nextPath = () => `/v1/electors?constituencyId=${putney}&after=${encodeCursor([paged.nextStart()])}`;
    await warmUp(paged, nextPath);
    return { ...paged, nextPath };
  },

  ours: ({ readers, nextPath }) =>
    throughput(readers, turnSeconds, (reader) => pageThroughHttp(reader, nextPath())),

  reference: ({ canvassers: all, nextStart }) =>
    throughput(all, turnSeconds, (canvasser) => custodyPage(canvasser, pageQuery(nextStart()))),

  clear: closePagedServer,
};
