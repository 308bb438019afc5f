import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import type { AreaPageQuery } from '../geography/area.dto.js';
import { found } from '../../../http/versioned.js';
import { DepositTokens } from '../deposits/deposit-tokens.service.js';
import type { ClaimedWalk, MyWalk } from './walk.dto.js';
import { doorsHeld, heldByAnother } from './walk-refusals.js';
import { WalkWorkRepository, type WorkedWalk } from './walk-work.repository.js';

const refusals = { held: heldByAnother, 'doors-held': doorsHeld };

/**
 * In charge of walks as canvassers have them: their own, in the hours assigned, with one holder at a time. Somebody
 * else's walk is not there.
 */
@Injectable()
export class WalkWorkService {
  constructor(
    private readonly fence: Fence,
    private readonly work: WalkWorkRepository,
    private readonly tokens: DepositTokens,
  ) {}

  /** Assigned to the reader at this hour, or claimed. */
  async mine(access: Access, query: AreaPageQuery): Promise<Page<MyWalk>> {
    const { constituencyId, limit } = query;
    const cursor = decodeCursor(query.after, ['uuid', 'integer']);
    const after = cursor && { listId: cursor[0] as string, position: cursor[1] as number };
    const ask = { action: 'walk.work', constituencyIds: [constituencyId] } as const;
    const rows = await this.fence.consult(access, ask, (tx) =>
      this.work.mine(tx, constituencyId, limit + 1, after),
    );
    return page(rows.map(shown), limit, ({ listId, position }) => [listId, position]);
  }

  /**
   * Takes the walk for four hours, or for four more; never beyond the list, nor beyond the hours assigned. With it comes a
   * token to hand in by.
   * Errors: `not-found`; `conflict` where it or one of its doors is in other hands.
   */
  claim(access: Access, constituencyId: string, id: string): Promise<ClaimedWalk> {
    const ask = { action: 'walk.work', constituencyIds: [constituencyId] } as const;
    return this.fence.change(access, ask, async (tx) => {
      const outcome = await this.work.claim(tx, constituencyId, id);
      if (outcome === 'absent') throw new Problem('not-found');
      if (outcome !== 'claimed') throw new Problem('conflict', { detail: refusals[outcome] });
      const walk = shown(found(await this.work.mineById(tx, constituencyId, id)));
      const value = Object.assign(walk, { deposit: await this.tokens.issue(tx, constituencyId, id) });
      return { value, target: { kind: 'walk', id }, detail: { claimed: true } };
    });
  }

  /** Errors: `not-found` where the reader holds no such walk. */
  async release(access: Access, constituencyId: string, id: string): Promise<void> {
    const ask = { action: 'walk.work', constituencyIds: [constituencyId] } as const;
    await this.fence.change(access, ask, async (tx) => {
      if (!(await this.work.release(tx, constituencyId, id))) throw new Problem('not-found');
      return { value: undefined, target: { kind: 'walk', id }, detail: { claimed: false } };
    });
  }
}

function shown(worked: WorkedWalk): MyWalk {
  const { usesOpinions: _, ...walk } = worked;
  return walk;
}
