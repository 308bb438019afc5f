import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { WardReadModel } from '../../../geography/ward.read-model.js';
import { requireIfMatch } from '../../../http/etag.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import type { AreaPageQuery } from './area.dto.js';
import type { ChangePollingDistrict, PollingDistrict } from './polling-district.dto.js';
import { PollingDistrictRepository } from './polling-district.repository.js';
import { found, refuse, tagged, withoutVersion, type Tagged } from '../../../http/versioned.js';

/** In charge of polling districts as geography: their names and wards. Which there are, the register says. */
@Injectable()
export class PollingDistrictService {
  constructor(
    private readonly fence: Fence,
    private readonly districts: PollingDistrictRepository,
    private readonly wards: WardReadModel,
  ) {}

  /** By code. */
  async list(access: Access, query: AreaPageQuery): Promise<Page<PollingDistrict>> {
    const after = decodeCursor(query.after, ['string']);
    const ask = { action: 'geography.browse', constituencyIds: [query.constituencyId] } as const;
    const rows = await this.fence.consult(access, ask, (tx) =>
      this.districts.page(tx, query.constituencyId, query.limit + 1, after?.[0] as string | undefined),
    );
    return page(rows.map(withoutVersion), query.limit, ({ code }) => [code]);
  }

  /** Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<Tagged<PollingDistrict>> {
    const ask = { action: 'geography.browse', constituencyIds: [constituencyId] } as const;
    return this.fence.consult(access, ask, async (tx) =>
      tagged(found(await this.districts.byId(tx, constituencyId, id))),
    );
  }

  /** Errors: `not-found`, `precondition-failed`, `validation-failed` for a ward that lies elsewhere. */
  change(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    change: ChangePollingDistrict,
  ): Promise<Tagged<PollingDistrict>> {
    const ask = { action: 'geography.change', constituencyIds: [constituencyId] } as const;
    return this.fence.change(access, ask, async (tx) => {
      const held = found(await this.districts.lock(tx, constituencyId, id));
      requireIfMatch(ifMatch, held.version);
      if (change.wardId != null && !(await this.wards.isInConstituency(tx, change.wardId, constituencyId)))
        refuse('/wardId', 'is no ward of the constituency');
      const value = tagged(await this.districts.change(tx, held, change));
      return { value, target: { kind: 'polling-district', id }, detail: { fields: Object.keys(change) } };
    });
  }
}
