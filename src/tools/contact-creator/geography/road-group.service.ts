import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import type { Tx } from '../../../database/tx.js';
import { requireIfMatch } from '../../../http/etag.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { PollingDistrictRepository } from './polling-district.repository.js';
import { cutIntoGroups } from './road-group-cut.rules.js';
import type { CreateRoadGroup, RoadGroup, RoadGroupQuery, RoadGroups } from './road-group.dto.js';
import { RoadGroupRepository } from './road-group.repository.js';
import { StreetRepository } from './street.repository.js';
import { found, refuse, tagged, withoutVersion, type Tagged } from '../../../http/versioned.js';

/** In charge of road groups: made by hand or cut by size, and filled with the streets of their district. */
@Injectable()
export class RoadGroupService {
  constructor(
    private readonly fence: Fence,
    private readonly groups: RoadGroupRepository,
    private readonly districts: PollingDistrictRepository,
    private readonly streets: StreetRepository,
  ) {}

  /** As they were made. */
  async list(access: Access, query: RoadGroupQuery): Promise<Page<RoadGroup>> {
    const { constituencyId, pollingDistrictId, limit } = query;
    const after = decodeCursor(query.after, ['id'])?.[0] as string | undefined;
    const ask = { action: 'geography.browse', constituencyIds: [constituencyId] } as const;
    const rows = await this.fence.consult(access, ask, (tx) =>
      this.groups.page(tx, constituencyId, pollingDistrictId, limit + 1, after),
    );
    return page(rows.map(withoutVersion), limit, ({ id }) => [id]);
  }

  /** Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<Tagged<RoadGroup>> {
    const ask = { action: 'geography.browse', constituencyIds: [constituencyId] } as const;
    return this.fence.consult(access, ask, (tx) => this.read(tx, constituencyId, id));
  }

  /** An empty group. Errors: `validation-failed` where there is no such district. */
  create(access: Access, constituencyId: string, wanted: CreateRoadGroup): Promise<Tagged<RoadGroup>> {
    const ask = { action: 'geography.change', constituencyIds: [constituencyId] } as const;
    const create = async (tx: Tx) => {
      const { pollingDistrictId, name } = wanted;
      if (!(await this.districts.byId(tx, constituencyId, pollingDistrictId)))
        refuse('/pollingDistrictId', 'there is no such polling district in the constituency');
      const [id = ''] = await this.groups.add(tx, constituencyId, pollingDistrictId, [name]);
      return { value: await this.read(tx, constituencyId, id), target: { kind: 'road-group', id } };
    };
    return this.fence.create(access, ask, create, (tx, id) => this.read(tx, constituencyId, id));
  }

  /** Errors: `not-found`, `precondition-failed`. */
  rename(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    name: string,
  ): Promise<Tagged<RoadGroup>> {
    const ask = { action: 'geography.change', constituencyIds: [constituencyId] } as const;
    return this.fence.change(access, ask, async (tx) => {
      requireIfMatch(ifMatch, found(await this.groups.lock(tx, constituencyId, id)).version);
      await this.groups.rename(tx, constituencyId, id, name);
      return { value: await this.read(tx, constituencyId, id), target: { kind: 'road-group', id } };
    });
  }

  /**
   * The streets of a group in walk order; those of another group of the district leave it.
   * Errors: `not-found`, `precondition-failed`, `validation-failed` naming each street that is not of the district.
   */
  placeStreets(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    streetIds: readonly string[],
  ): Promise<Tagged<RoadGroup>> {
    const ask = { action: 'geography.change', constituencyIds: [constituencyId] } as const;
    return this.fence.change(access, ask, async (tx) => {
      const group = found(await this.groups.lock(tx, constituencyId, id));
      requireIfMatch(ifMatch, group.version);
      const known = new Set(
        await this.streets.lockInDistrict(tx, constituencyId, group.pollingDistrictId, streetIds),
      );
      const errors = streetIds.flatMap((streetId, index) =>
        known.has(streetId)
          ? []
          : [{ pointer: `/streetIds/${index}`, detail: 'is no street of the polling district' }],
      );
      if (errors.length > 0) throw new Problem('validation-failed', { errors });
      const placed = streetIds.map((streetId, index) => ({ groupId: id, streetId, position: index + 1 }));
      await this.groups.placeStreets(tx, constituencyId, [id], placed);
      const value = await this.read(tx, constituencyId, id);
      return { value, target: { kind: 'road-group', id }, detail: { streets: streetIds.length } };
    });
  }

  /**
   * Cuts a district that has no groups yet into consecutive groups of about one size.
   * Errors: `not-found`, `conflict` where the district has groups or no streets.
   */
  cut(
    access: Access,
    constituencyId: string,
    districtId: string,
    doorsPerGroup: number,
  ): Promise<RoadGroups> {
    const ask = { action: 'geography.change', constituencyIds: [constituencyId] } as const;
    const reread = async (tx: Tx) => ({
      items: (await this.groups.inDistrict(tx, constituencyId, districtId)).map(withoutVersion),
    });
    const cut = async (tx: Tx) => {
      // The lock makes the second of two that cut at once find the groups of the first.
      const district = found(await this.districts.lock(tx, constituencyId, districtId));
      if ((await this.groups.inDistrict(tx, constituencyId, districtId)).length > 0)
        throw new Problem('conflict', { detail: 'the polling district has road groups already' });
      const parts = cutIntoGroups(
        await this.streets.sizesInDistrict(tx, constituencyId, districtId),
        doorsPerGroup,
      );
      if (parts.length === 0)
        throw new Problem('conflict', { detail: 'the polling district has no streets' });
      const names = parts.map((_, index) => `${district.code} ${index + 1}`);
      const ids = await this.groups.add(tx, constituencyId, districtId, names);
      const placed = parts.flatMap((part, group) =>
        part.map((streetId, index) => ({ groupId: ids[group] ?? '', streetId, position: index + 1 })),
      );
      await this.groups.placeStreets(tx, constituencyId, ids, placed);
      const target = { kind: 'polling-district', id: districtId };
      return { value: await reread(tx), target, detail: { groups: ids.length, doorsPerGroup } };
    };
    return this.fence.create(access, ask, cut, reread);
  }

  private async read(tx: Tx, constituencyId: string, id: string): Promise<Tagged<RoadGroup>> {
    return tagged(found(await this.groups.byId(tx, constituencyId, id)));
  }
}
