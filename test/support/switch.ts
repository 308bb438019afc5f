import type { Client } from 'pg';
import type { ScopeKey } from '../../src/kill-switch/scopes.rules.js';

/** Flips scopes as the switch does, in one transaction, and tells nobody: gates learn of it when they next ask. */
export async function flip(admin: Client, scopes: readonly ScopeKey[], isSuspended: boolean): Promise<void> {
  await admin.query(
    `WITH e AS (UPDATE ks.state SET epoch = epoch + 1 RETURNING epoch)
     UPDATE ks.scope s SET suspended = $2, gen = s.gen + CASE WHEN $2 THEN 1 ELSE 0 END, since_epoch = e.epoch
     FROM e WHERE s.kind || ':' || s.id = ANY ($1)`,
    [scopes, isSuspended],
  );
}
