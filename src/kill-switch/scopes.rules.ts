import type { ScopeKind } from '../config/vocabulary.js';
import type { Reach } from '../http/route.js';

/**
 * In charge of one question: to which scopes does a piece of work belong? Gate, fence, jobs and verifier all ask here;
 * ks.scopes_of is the twin in SQL, and a table test holds the two together. Denied is whoever has any scope suspended.
 */

/** `kind:id`, as in `tool:organise`, `user:6f0c…`, `all:*`. */
export type ScopeKey = `${ScopeKind}:${string}`;

/** Who works, as far as scopes are concerned. Absent before authentication and on routes without an actor. */
export interface ScopedActor {
  kind: 'person' | 'client';
  accountId: string;
  officeIds: readonly string[];
}

/** Work on more constituencies than this locks the one wide scope instead, which every area flip drains too. */
export const maxNamedAreas = 16;
export const wideArea = '0';

export function scopesOf(reach: Reach, actor?: ScopedActor, areaIds: readonly string[] = []): ScopeKey[] {
  const scopes: ScopeKey[] = [];
  if (reach.kind === 'tool' || reach.kind === 'public') scopes.push('all:*', `tool:${reach.tool}`);
  if (reach.kind === 'tool' || reach.kind === 'control' || reach.kind === 'rights') {
    if (actor) {
      scopes.push(`${actor.kind === 'person' ? 'user' : 'client'}:${actor.accountId}`);
      for (const officeId of actor.officeIds) scopes.push(`office:${officeId}`);
    }
  }
  if (reach.kind === 'tool') for (const areaId of areaIds) scopes.push(`area:${areaId}`);
  return scopes;
}
