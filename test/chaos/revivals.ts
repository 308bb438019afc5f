import { setTimeout as sleep } from 'node:timers/promises';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import { download } from '../support/download.js';
import { startReplicaProcess } from '../support/replica-process.js';
import { flip } from '../support/switch.js';
import { createTestDatabase } from '../support/test-database.js';
import { errandsOf, fill } from './errands.js';

const patienceMs = 10_000;

/**
 * In charge of a tool that is suspended and lifted within a millisecond while a file of it is being fetched, again and
 * again: what was admitted before never goes on, lifted or not. Answers how many did.
 */
export async function runRevivals(times: number, say?: (line: string) => void): Promise<number> {
  const database = await createTestDatabase();
  let revived = 0;
  try {
    await fill(database);
    // More than a kernel takes for a client that does not read.
    await database.admin.query(
      `UPDATE contact_creator.door SET address_lines = ARRAY[repeat('A Long Building ', 32)] || address_lines`,
    );
    const replica = await startReplicaProcess(database.environment);
    try {
      const errands = await errandsOf(database, replica.url);
      const { path, person } = errands.find(({ what }) => what === 'a file of electors')!;
      const tool: ScopeKey = 'tool:contact-creator';
      for (let n = 1; n <= times; n += 1) {
        const file = await admitted(() => download(`${replica.url}${path}`, person.headers, true));
        await flip(database.admin, [tool], true);
        await sleep(1);
        await flip(database.admin, [tool], false);
        // Some learn of both only when they next ask.
        if (n % 10 !== 0) await database.admin.query('NOTIFY rosette_flip');
        else await sleep(500);
        file.resume();
        const isWhole = await Promise.race([file.ended, sleep(patienceMs, true, { ref: false })]);
        if (isWhole) revived += 1;
        if (n % 100 === 0)
          say?.(`${n} of ${times} suspended and lifted within a millisecond, ${revived} went on`);
      }
    } finally {
      await replica.stop();
    }
  } finally {
    await database.drop();
  }
  return revived;
}

/** The replica learns of the lift a moment after it. */
async function admitted(
  begin: () => ReturnType<typeof download>,
): Promise<Awaited<ReturnType<typeof download>>> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const file = await begin();
    if (file.status === 200) return file;
    file.leave();
    await sleep(10);
  }
  throw new Error('a file was never admitted again');
}
