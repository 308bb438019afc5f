/** A register sent to a server as a data officer sends it, until it is committed: every row of it, or it does not count. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPerson, putney } from '../test/support/people.js';
import type { BenchDatabase } from './arena.js';

const pollMs = 25;

/** Answers how many seconds it took, from the first byte sent. */
export async function importRegister(
  database: BenchDatabase,
  url: string,
  { file, electors }: { file: RequestInit['body']; electors: number },
  patienceMs: number,
): Promise<number> {
  const officer = await createPerson(database, {
    role: 'data-officer',
    constituencyId: putney,
    purposes: ['register-management'],
  });
  const query = new URLSearchParams({
    constituencyId: putney,
    publishedOn: '2026-12-01',
    gateway: 'constituency-party',
    registerType: 'revised',
    ero: 'Wandsworth',
    dryRun: 'false',
  });
  const begin = performance.now();
  const answer = await fetch(`${url}/v1/register-imports?${query.toString()}`, {
    method: 'POST',
    headers: {
      ...officer.headers,
      'content-type': 'application/octet-stream',
      'idempotency-key': randomUUID(),
    },
    body: file,
    // What has no end yet when it begins is sent as it comes.
    duplex: 'half',
  });
  const { id } = (await answer.json()) as { id?: string };
  if (answer.status !== 201 || id === undefined) throw new Error(`The upload was answered ${answer.status}.`);
  for (;;) {
    const { rows } = await database.admin.query<{ state: string; accepted: number; end: number }>(
      `SELECT state, (counts ->> 'accepted')::integer AS accepted, (counts ->> 'end')::integer AS "end"
       FROM contact_creator.register_import WHERE constituency_id = $1 AND id = $2`,
      [putney, id],
    );
    const elapsedMs = performance.now() - begin;
    const { state, accepted, end } = rows[0] ?? {};
    if (state === 'committed' && accepted === electors && end === electors) return elapsedMs / 1_000;
    if (state === 'committed' || state === 'failed' || elapsedMs > patienceMs)
      throw new Error(`The import is ${state}: ${accepted} of ${electors} rows taken, ${end} electors.`);
    await sleep(pollMs);
  }
}
