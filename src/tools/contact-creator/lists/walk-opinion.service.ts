import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { Custody } from '../../../custody/custody.service.js';
import { page, type Page } from '../../../http/keyset.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import type { AreaPageQuery } from '../geography/area.dto.js';
import { found } from '../../../http/versioned.js';
import { positionAfter } from './position.js';
import type { DoorOpinions } from './walk-opinion.dto.js';
import { WalkOpinionRepository } from './walk-opinion.repository.js';

/**
 * In charge of what the electors of a walk said before, for the team at the door. Opinions are read for the purpose of the
 * list, which is looked up first; the database compares it again, and leaves everybody under 18 out.
 */
@Injectable()
export class WalkOpinionService {
  constructor(
    private readonly fence: Fence,
    private readonly custody: Custody,
    private readonly opinions: WalkOpinionRepository,
  ) {}

  /** For who works the walk now, and for organisers of the area. Errors: `not-found`. */
  async ofWalk(access: Access, id: string, query: AreaPageQuery): Promise<Page<DoorOpinions>> {
    const { constituencyId, limit } = query;
    const after = positionAfter(query.after);
    const ask = { action: 'walk.work', constituencyIds: [constituencyId] } as const;
    const purpose = await this.fence.consult(access, ask, async (tx) =>
      found(await this.opinions.purpose(tx, constituencyId, id)),
    );
    const sealed = { ...ask, purpose, classes: ['identity', 'opinion'] as const };
    return this.custody.disclose(access, sealed, async (tx) => {
      const doors = await this.opinions.page(tx, constituencyId, id, limit + 1, after);
      const value = page(doors, limit, ({ position }) => [position]);
      const subjectIds = value.items.flatMap(({ electors }) => electors.map((elector) => elector.id));
      return { value, subjectIds };
    });
  }
}
