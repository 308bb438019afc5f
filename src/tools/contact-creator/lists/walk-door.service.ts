import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { Custody } from '../../../custody/custody.service.js';
import { page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import type { AreaPageQuery } from '../geography/area.dto.js';
import { found } from '../../../http/versioned.js';
import { ListRepository } from './list.repository.js';
import { positionAfter } from './position.js';
import type { ListDoorQuery, WalkDoor } from './walk.dto.js';
import { heldByAnother } from './walk-refusals.js';
import { WalkWorkRepository } from './walk-work.repository.js';

/** What a list is read under: its own purpose, and whether being on it says an opinion. */
interface Terms {
  purpose: string;
  usesOpinions: boolean;
}

/**
 * In charge of the doors of a walk with whom to call on. They are read for the purpose of the list, which is looked up
 * first; the database compares it again with what the context was sealed for.
 */
@Injectable()
export class WalkDoorService {
  constructor(
    private readonly fence: Fence,
    private readonly custody: Custody,
    private readonly lists: ListRepository,
    private readonly work: WalkWorkRepository,
  ) {}

  /** For who works the walk now. Errors: `not-found`; `conflict` while somebody else holds it. */
  async ofMine(access: Access, id: string, query: AreaPageQuery): Promise<Page<WalkDoor>> {
    const ask = { action: 'walk.work', constituencyIds: [query.constituencyId] } as const;
    const terms = await this.fence.consult(access, ask, async (tx) =>
      found(await this.work.mineById(tx, query.constituencyId, id)),
    );
    if (terms.isHeldByAnother) throw new Problem('conflict', { detail: heldByAnother });
    return this.disclose(access, 'walk.work', terms, id, query);
  }

  /** For who reads the lists of the area. Errors: `not-found`. */
  async ofList(access: Access, listId: string, query: ListDoorQuery): Promise<Page<WalkDoor>> {
    const ask = { action: 'list.read', constituencyIds: [query.constituencyId] } as const;
    const terms = await this.fence.consult(access, ask, async (tx) =>
      found(await this.lists.termsOfWalk(tx, query.constituencyId, listId, query.walkId)),
    );
    return this.disclose(access, 'list.read', terms, query.walkId, query);
  }

  private disclose(
    access: Access,
    action: 'walk.work' | 'list.read',
    { purpose, usesOpinions }: Terms,
    id: string,
    { constituencyId, limit, after }: AreaPageQuery,
  ): Promise<Page<WalkDoor>> {
    const from = positionAfter(after);
    const ask = {
      action,
      purpose,
      classes: usesOpinions ? (['identity', 'opinion'] as const) : (['identity'] as const),
      constituencyIds: [constituencyId],
    };
    return this.custody.disclose(access, ask, async (tx) => {
      const doors = await this.work.doors(tx, constituencyId, id, limit + 1, from);
      const value = page(doors, limit, ({ position }) => [position]);
      const subjectIds = value.items.flatMap(({ electors }) => electors.map((elector) => elector.id));
      return { value, subjectIds };
    });
  }
}
