import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { requireIfMatch } from '../../../http/etag.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import type { DistrictPageQuery } from './area.dto.js';
import type { ChangeStreet, Street } from './street.dto.js';
import { StreetRepository, type VersionedStreet } from './street.repository.js';
import { found, tagged, type Tagged } from '../../../http/versioned.js';

/** In charge of how a street is walked: which side when, and where in its group. */
@Injectable()
export class StreetService {
  constructor(
    private readonly fence: Fence,
    private readonly streets: StreetRepository,
  ) {}

  /** By name. A district of another constituency has no streets. */
  async list(access: Access, query: DistrictPageQuery): Promise<Page<Street>> {
    const { constituencyId, pollingDistrictId, limit } = query;
    const after = decodeCursor(query.after, ['string']);
    const ask = { action: 'geography.browse', constituencyIds: [constituencyId] } as const;
    const rows = await this.fence.consult(access, ask, (tx) =>
      this.streets.page(tx, constituencyId, pollingDistrictId, limit + 1, after?.[0] as string | undefined),
    );
    const { items, next } = page(rows, limit, ({ nameFolded }) => [nameFolded]);
    return { items: items.map(shown), next };
  }

  /** Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<Tagged<Street>> {
    const ask = { action: 'geography.browse', constituencyIds: [constituencyId] } as const;
    return this.fence.consult(access, ask, async (tx) =>
      taggedStreet(found(await this.streets.byId(tx, constituencyId, id))),
    );
  }

  /** Errors: `not-found`, `precondition-failed`. */
  change(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    change: ChangeStreet,
  ): Promise<Tagged<Street>> {
    const ask = { action: 'geography.change', constituencyIds: [constituencyId] } as const;
    return this.fence.change(access, ask, async (tx) => {
      const held = found(await this.streets.lock(tx, constituencyId, id));
      requireIfMatch(ifMatch, held.version);
      // `null` takes the street out of the order; for the side mode there is no such thing.
      const { sideMode, walkPosition } = change;
      const wanted = {
        ...(sideMode == null ? {} : { sideMode }),
        ...(walkPosition === undefined ? {} : { walkPosition }),
      };
      const value = taggedStreet(await this.streets.change(tx, held, wanted));
      return { value, target: { kind: 'street', id }, detail: wanted };
    });
  }
}

function shown({ version: _version, nameFolded: _nameFolded, ...street }: VersionedStreet): Street {
  return street;
}

function taggedStreet(street: VersionedStreet): Tagged<Street> {
  return { value: shown(street), etag: tagged(street).etag };
}
