import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';

/**
 * Lets go of what the test holds once so many of the application's transactions wait for it: a race is then no matter of
 * luck.
 */
export async function releaseOnceWaiting(
  admin: Client,
  transactions: number,
  release: () => Promise<unknown>,
): Promise<void> {
  try {
    await untilWaiting(admin, transactions);
  } finally {
    await release();
  }
}

/** Comes back once so many of the application's transactions wait for a lock. */
export async function untilWaiting(admin: Client, transactions: number): Promise<void> {
  for (let n = 0; n < 500; n += 1) {
    // A transaction goes on seeing the activity that it saw first.
    await admin.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await admin.query<{ n: number }>(
      `SELECT count(DISTINCT l.pid)::integer AS n FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE a.datname = current_database() AND a.usename = 'rosette_api' AND NOT l.granted`,
    );
    if (rows[0]!.n >= transactions) return;
    await delay(10);
  }
  throw new Error(`${transactions} transactions never waited at once`);
}
