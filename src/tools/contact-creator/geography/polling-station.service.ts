import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import type { Tx } from '../../../database/tx.js';
import { requireIfMatch } from '../../../http/etag.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import type { AreaPageQuery } from './area.dto.js';
import type { ChangePollingStation, CreatePollingStation, PollingStation } from './polling-station.dto.js';
import { PollingStationRepository } from './polling-station.repository.js';
import { found, tagged, withoutVersion, type Tagged } from '../../../http/versioned.js';

/** In charge of polling stations, and of which districts vote where. */
@Injectable()
export class PollingStationService {
  constructor(
    private readonly fence: Fence,
    private readonly stations: PollingStationRepository,
  ) {}

  /** As they were made. */
  async list(access: Access, query: AreaPageQuery): Promise<Page<PollingStation>> {
    const after = decodeCursor(query.after, ['id'])?.[0] as string | undefined;
    const ask = { action: 'geography.browse', constituencyIds: [query.constituencyId] } as const;
    const rows = await this.fence.consult(access, ask, (tx) =>
      this.stations.page(tx, query.constituencyId, query.limit + 1, after),
    );
    return page(rows.map(withoutVersion), query.limit, ({ id }) => [id]);
  }

  /** Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<Tagged<PollingStation>> {
    const ask = { action: 'geography.browse', constituencyIds: [constituencyId] } as const;
    return this.fence.consult(access, ask, (tx) => this.read(tx, constituencyId, id));
  }

  /** Errors: `validation-failed` naming each district that is not of the constituency. */
  create(
    access: Access,
    constituencyId: string,
    wanted: CreatePollingStation,
  ): Promise<Tagged<PollingStation>> {
    const ask = { action: 'geography.change', constituencyIds: [constituencyId] } as const;
    const create = async (tx: Tx) => {
      await this.refuseUnknown(tx, constituencyId, wanted.pollingDistrictIds);
      const { place, address, room = null, ballotBoxNumbers, pollingDistrictIds } = wanted;
      const station = { place, address, room, ballotBoxNumbers, pollingDistrictIds };
      const id = await this.stations.add(tx, constituencyId, station);
      return { value: await this.read(tx, constituencyId, id), target: { kind: 'polling-station', id } };
    };
    return this.fence.create(access, ask, create, (tx, id) => this.read(tx, constituencyId, id));
  }

  /** Errors: `not-found`, `precondition-failed`, and as `create`. */
  change(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    change: ChangePollingStation,
  ): Promise<Tagged<PollingStation>> {
    const ask = { action: 'geography.change', constituencyIds: [constituencyId] } as const;
    return this.fence.change(access, ask, async (tx) => {
      requireIfMatch(ifMatch, found(await this.stations.lock(tx, constituencyId, id)));
      const held = found(await this.stations.byId(tx, constituencyId, id));
      await this.refuseUnknown(tx, constituencyId, change.pollingDistrictIds ?? []);
      const {
        place = held.place,
        address = held.address,
        room = held.room,
        ballotBoxNumbers = held.ballotBoxNumbers,
        pollingDistrictIds = held.pollingDistrictIds,
      } = change;
      const content = { place, address, room, ballotBoxNumbers, pollingDistrictIds };
      await this.stations.change(tx, constituencyId, id, content);
      const target = { kind: 'polling-station', id };
      return {
        value: await this.read(tx, constituencyId, id),
        target,
        detail: { fields: Object.keys(change) },
      };
    });
  }

  /** Errors: `not-found`, `precondition-failed`. */
  async close(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
  ): Promise<void> {
    const ask = { action: 'geography.change', constituencyIds: [constituencyId] } as const;
    await this.fence.change(access, ask, async (tx) => {
      requireIfMatch(ifMatch, found(await this.stations.lock(tx, constituencyId, id)));
      await this.stations.close(tx, constituencyId, id);
      return { value: undefined, target: { kind: 'polling-station', id }, detail: { removed: true } };
    });
  }

  private async refuseUnknown(tx: Tx, constituencyId: string, ids: readonly string[]): Promise<void> {
    const known = await this.stations.knownDistricts(tx, constituencyId, ids);
    const detail = 'is no polling district of the constituency';
    const errors = ids.flatMap((id, index) =>
      known.has(id) ? [] : [{ pointer: `/pollingDistrictIds/${index}`, detail }],
    );
    if (errors.length > 0) throw new Problem('validation-failed', { errors });
  }

  private async read(tx: Tx, constituencyId: string, id: string): Promise<Tagged<PollingStation>> {
    return tagged(found(await this.stations.byId(tx, constituencyId, id)));
  }
}
