import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { decodeCursor, encodeCursor } from '../../../http/keyset.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import type { DoorQuery, RoadGroupDoors } from './road-group.dto.js';
import { RoadGroupRepository } from './road-group.repository.js';
import { found } from '../../../http/versioned.js';
import { WalkReadModel } from './walk.read-model.js';

/**
 * In charge of the doors of a road group in walk order: addresses and counts, nobody's name. Other and anonymous
 * electors have no door, so they are in no walk.
 */
@Injectable()
export class WalkService {
  constructor(
    private readonly fence: Fence,
    private readonly groups: RoadGroupRepository,
    private readonly walk: WalkReadModel,
  ) {}

  /** A page, with the doors and electors of the whole walk. Errors: `not-found`. */
  doors(access: Access, id: string, query: DoorQuery): Promise<RoadGroupDoors> {
    const { constituencyId, sideMode, limit } = query;
    const from = (decodeCursor(query.after, ['integer'])?.[0] as number | undefined) ?? 0;
    const ask = { action: 'geography.browse', constituencyIds: [constituencyId] } as const;
    return this.fence.consult(access, ask, async (tx) => {
      found(await this.groups.byId(tx, constituencyId, id));
      const ids = await this.walk.doorIds(tx, constituencyId, id, sideMode);
      const electors = await this.walk.electorsAt(tx, constituencyId, ids);
      const doors = await this.walk.doors(tx, constituencyId, ids.slice(from, from + limit));
      return {
        items: doors.map((door, index) => ({
          position: from + index + 1,
          ...door,
          electors: electors.get(door.id) ?? 0,
        })),
        next: from + limit < ids.length ? encodeCursor([from + limit]) : null,
        doors: ids.length,
        electors: [...electors.values()].reduce((sum, count) => sum + count, 0),
      };
    });
  }
}
