import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { requireIfMatch } from '../../../http/etag.js';
import { page, type Page } from '../../../http/keyset.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import type { AreaPageQuery } from '../geography/area.dto.js';
import { found, refuse, tagged, withoutVersion, type Tagged } from '../../../http/versioned.js';
import { ListRepository } from './list.repository.js';
import { positionAfter } from './position.js';
import type { AssignWalk, Walk } from './walk.dto.js';
import { WalkRepository } from './walk.repository.js';

const refusals = {
  'not-live': 'has no live grant to work walks of the area',
  'not-for-the-purpose': 'has no live grant for the purpose of the list',
};

/** In charge of the walks of a list: how far they are given out, and to whom. Nobody's name is read here. */
@Injectable()
export class ListWalkService {
  constructor(
    private readonly fence: Fence,
    private readonly lists: ListRepository,
    private readonly walks: WalkRepository,
  ) {}

  /** In the order of the list. Errors: `not-found`, also once the list has expired. */
  async ofList(access: Access, listId: string, query: AreaPageQuery): Promise<Page<Walk>> {
    const { constituencyId, limit } = query;
    const after = positionAfter(query.after);
    const ask = { action: 'list.read', constituencyIds: [constituencyId] } as const;
    const rows = await this.fence.consult(access, ask, async (tx) => {
      found(await this.lists.terms(tx, constituencyId, listId));
      return this.walks.page(tx, constituencyId, listId, limit + 1, after);
    });
    return page(rows.map(withoutVersion), limit, ({ position }) => [position]);
  }

  /** Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<Tagged<Walk>> {
    const ask = { action: 'list.read', constituencyIds: [constituencyId] } as const;
    return this.fence.consult(access, ask, async (tx) =>
      tagged(found(await this.walks.byId(tx, constituencyId, id))),
    );
  }

  /**
   * Gives a walk to somebody for some hours, or takes it back; who else holds it loses it.
   * Errors: `not-found`, `precondition-failed`, `validation-failed` where the hours or the person will not do.
   */
  assign(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    { assignment }: AssignWalk,
  ): Promise<Tagged<Walk>> {
    const wanted = assignment && {
      accountId: assignment.accountId,
      from: new Date(assignment.from),
      until: new Date(assignment.until),
    };
    if (wanted && wanted.until <= wanted.from) refuse('/assignment/until', 'must lie after `from`');
    if (wanted && wanted.until <= new Date()) refuse('/assignment/until', 'must lie in the future');
    const ask = { action: 'list.assign', constituencyIds: [constituencyId] } as const;
    return this.fence.change(access, ask, async (tx) => {
      const { listId } = found(await this.walks.byId(tx, constituencyId, id));
      const { purpose } = found(await this.lists.terms(tx, constituencyId, listId));
      if (wanted) {
        const answer = await this.walks.mayBeAssigned(tx, constituencyId, wanted.accountId, purpose);
        if (answer !== 'yes') refuse('/assignment/accountId', refusals[answer]);
      }
      requireIfMatch(ifMatch, found(await this.walks.lock(tx, constituencyId, id)).version);
      await this.walks.assign(tx, constituencyId, id, wanted);
      const value = tagged(found(await this.walks.byId(tx, constituencyId, id)));
      const detail = { listId, accountId: wanted?.accountId ?? null };
      return { value, target: { kind: 'walk', id }, detail };
    });
  }
}
