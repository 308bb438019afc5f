import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';
import type { Person } from '../support/people.js';
import { flip } from '../support/switch.js';
import type { TestDatabase } from '../support/test-database.js';

export interface Answered {
  id: string;
  inForceAt: string;
  completeAt: string;
}

/** Orders a suspension and waits until it is answered 201, with the same key through whoever is sound. */
export async function suspend(
  person: Person,
  scope: ScopeKey,
  urlOf: (attempt: number) => string,
): Promise<{ body: Answered; answerMs: number; attempts: number }> {
  const [kind = '', id = ''] = scope.split(':');
  const key = randomUUID();
  const askedAt = performance.now();
  for (let attempts = 1; attempts <= 20; attempts += 1) {
    try {
      const answer = await fetch(`${urlOf(attempts)}/v1/suspensions`, {
        method: 'POST',
        headers: { ...person.headers, 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ target: { kind, ...(kind === 'all' ? {} : { id }) }, reason: 'chaos' }),
        signal: AbortSignal.timeout(20_000),
      });
      if (answer.status === 201)
        return { body: (await answer.json()) as Answered, answerMs: performance.now() - askedAt, attempts };
      if (answer.status !== 202 && answer.status !== 503)
        throw new Error(`a suspension was answered ${answer.status}: ${await answer.text()}`);
      await sleep(20);
    } catch (error) {
      // A replica that was killed while it took the order: the next is asked with the same key.
      if (!(error instanceof TypeError)) throw error;
    }
  }
  throw new Error(`the suspension of ${scope} was never answered 201`);
}

/** By the database, so that no second person is needed; gates hear of it as of any flip. Answers when. */
export async function lift(database: TestDatabase, id: string, scope: ScopeKey): Promise<Date> {
  const { rows } = await database.admin.query<{ at: Date }>('SELECT clock_timestamp() AS at');
  await database.admin.query(
    'UPDATE ks.suspension SET lifted_at = now(), lifted_by = ordered_by, lift_epoch = epoch WHERE id = $1',
    [id],
  );
  await flip(database.admin, [scope], false);
  await database.admin.query('NOTIFY rosette_flip');
  return rows[0]!.at;
}
