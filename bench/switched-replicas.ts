/** Several replicas over one database, and a general secretary who stops people there and lets them go on again. */
import { randomUUID } from 'node:crypto';
import { createPerson, putney, type Person } from '../test/support/people.js';
import { startReplicaProcess, type ReplicaProcess } from '../test/support/replica-process.js';
import { flip } from '../test/support/switch.js';
import type { Arena, BenchDatabase } from './arena.js';

export interface SwitchedReplicas {
  database: BenchDatabase;
  replicas: ReplicaProcess[];
  secretary: Person;
}

/** Milliseconds: from the commit to the last replica's drain, by the database's clock; and from the order to its answer. */
export interface Timing {
  barrierMs: number;
  answerMs: number;
}

/** They are idle. */
const poolSize = 2;
/** A server runs for weeks; the first orders of one that has just started still compile what it will run. */
const warmUpFlips = 5;

export async function openSwitchedReplicas(arena: Arena, count: number): Promise<SwitchedReplicas> {
  const database = await arena.database();
  const secretary = await createPerson(database, { role: 'general-secretary' });
  const replicas: ReplicaProcess[] = [];
  // Not all at once: a start works for a second.
  for (let n = 0; n < count; n += 1)
    replicas.push(await startReplicaProcess({ ...database.environment, DATABASE_POOL_SIZE: poolSize }));
  const switched = { database, replicas, secretary };
  await timeUserFlips(switched, warmUpFlips);
  return switched;
}

export async function closeSwitchedReplicas({ database, replicas }: SwitchedReplicas): Promise<void> {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await database.drop();
}

/**
 * Stops somebody, through one replica after another, and lets him go on, again and again. `begin` is called before each order,
 * and what it answers after it.
 */
export async function timeUserFlips(
  { database, replicas, secretary }: SwitchedReplicas,
  flips: number,
  begin?: (person: Person) => Promise<() => Promise<unknown>>,
): Promise<Timing[]> {
  const person = await createPerson(database, {
    role: 'organiser',
    constituencyId: putney,
    purposes: ['voter-contact'],
  });
  const { accountId } = person;
  const timings: Timing[] = [];
  for (let n = 0; n < flips; n += 1) {
    const end = await begin?.(person);
    const begunAt = performance.now();
    const answer = await fetch(`${replicas[n % replicas.length]?.url}/v1/suspensions`, {
      method: 'POST',
      headers: {
        ...secretary.headers,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify({ target: { kind: 'user', id: accountId }, reason: 'a measurement' }),
    });
    const body = (await answer.json()) as { id: string; epoch: number };
    if (answer.status !== 201) throw new Error(`${answer.status}: ${JSON.stringify(body)}`);
    timings.push({ answerMs: performance.now() - begunAt, barrierMs: await barrierMs(database, body.epoch) });
    await end?.();
    await database.admin.query(
      'UPDATE ks.suspension SET lifted_at = now(), lifted_by = ordered_by, lift_epoch = epoch WHERE id = $1',
      [body.id],
    );
    await flip(database.admin, [`user:${accountId}`], false);
    await database.admin.query('NOTIFY rosette_flip');
  }
  return timings;
}

async function barrierMs({ admin }: BenchDatabase, epoch: number): Promise<number> {
  const { rows } = await admin.query<{ ms: number }>(
    `SELECT (extract(epoch FROM completed_at - at) * 1000)::double precision AS ms FROM ks.flip WHERE epoch = $1`,
    [epoch],
  );
  return rows[0]?.ms ?? Number.NaN;
}
