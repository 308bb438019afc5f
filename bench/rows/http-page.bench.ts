import { Agent, request } from 'node:http';
import { encodeCursor } from '../../src/http/keyset.js';
import { putney, type Person } from '../../test/support/people.js';
import { startReplicaProcess, type ReplicaProcess } from '../../test/support/replica-process.js';
import type { BenchDatabase } from '../arena.js';
import type { Benchmark } from '../benchmark.js';
import { createElectorate, pageStarts, settle } from '../electorate.js';
import {
  canvassers,
  connections,
  createOrganisers,
  custodyPage,
  endAll,
  pageQueries,
  type Canvasser,
} from '../electoral-page.js';
import { throughput } from '../throughput.js';

const turnSeconds = 4;

interface Arranged {
  database: BenchDatabase;
  server: ReplicaProcess;
  agent: Agent;
  people: Person[];
  nextUrl: () => string;
  canvassers: Canvasser[];
  nextQuery: () => { sql: string; values: unknown[] };
}

/** What the server costs beside the transaction it runs: socket, token, gate, access, validation, problem-free answer. */
export const benchmark: Benchmark<Arranged> = {
  what: `page of 50 electors through HTTP, ${connections} connections`,
  against: 'the custody transaction of the same page by pg',
  target: 0.6,
  unit: 'pages/s',
  rounds: 5,

  async prepare(arena) {
    const database = await arena.database();
    await createElectorate(database.admin, putney);
    await settle(database.admin);
    const starts = await pageStarts(database.admin, putney);
    const server = await startReplicaProcess(database.environment);
    const people = await createOrganisers(database);
    let turn = 0;
    const nextUrl = () => {
      turn = (turn + 7_919) % starts.length;
      const after = encodeCursor([starts[turn] as string]);
      return `${server.url}/v1/electors?constituencyId=${putney}&after=${after}`;
    };
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const nextQuery = await pageQueries(database);
    return { database, server, agent, people, nextUrl, canvassers: await canvassers(database), nextQuery };
  },

  ours: ({ people, agent, nextUrl }) =>
    throughput(people, turnSeconds, (person) => pageThroughHttp(agent, nextUrl(), person)),

  reference: ({ canvassers: all, nextQuery }) =>
    throughput(all, turnSeconds, (canvasser) => custodyPage(canvasser, nextQuery())),

  async clear({ database, server, agent, canvassers: all }) {
    agent.destroy();
    await endAll(all.map(({ client }) => client));
    await server.stop();
    await database.drop();
  },
};

/** Node's own client, since a slower one would be measured along with the server. */
function pageThroughHttp(agent: Agent, url: string, person: Person): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { ...person.headers, 'data-purpose': 'voter-contact' };
    request(url, { agent, headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8');
        const items = answer.statusCode === 200 ? (JSON.parse(text) as { items: unknown[] }).items : [];
        if (items.length === 50) resolve();
        else reject(new Error(`${answer.statusCode}: ${text.slice(0, 200)}`));
      });
    })
      .on('error', reject)
      .end();
  });
}
