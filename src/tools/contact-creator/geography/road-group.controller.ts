import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { AreaQuery, NumberedPath } from './area.dto.js';
import {
  ChangeRoadGroup,
  CreateRoadGroup,
  CutRoadGroups,
  DoorQuery,
  PlaceStreets,
  RoadGroup,
  RoadGroupDoors,
  RoadGroupQuery,
  RoadGroups,
} from './road-group.dto.js';
import { RoadGroupService } from './road-group.service.js';
import { withTag } from '../../../http/versioned.js';
import { WalkService } from './walk.service.js';

const example = {
  id: '4007',
  constituencyId: 'E14001434',
  pollingDistrictId: '2041',
  name: 'KA 1',
  streetIds: ['3051', '3052'],
  doors: 87,
};
const door = {
  position: 1,
  id: '5101',
  streetId: '3051',
  street: 'Example Road',
  addressLines: ['Flat 1', '9 Example Road'],
  postcode: 'SW15 9ZZ',
  electors: 2,
};
const params = { id: 'Id of the road group' };
const reach = tool('contact-creator');

@Controller()
export class RoadGroupController {
  constructor(
    private readonly groups: RoadGroupService,
    private readonly walk: WalkService,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/road-groups',
    reach,
    action: 'geography.browse',
    summary: 'The road groups of a constituency or polling district, as they were made',
    query: RoadGroupQuery,
    response: pageOf(RoadGroup, 'RoadGroupPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: RoadGroupQuery): Promise<Page<RoadGroup>> {
    return this.groups.list(access, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/road-groups',
    reach,
    action: 'geography.change',
    summary: 'Make an empty road group',
    status: 201,
    idempotent: true,
    query: AreaQuery,
    request: CreateRoadGroup,
    response: RoadGroup,
    problems: ['not-found'],
    example: {
      request: { pollingDistrictId: '2041', name: 'KA 1' },
      response: { ...example, streetIds: [], doors: 0 },
    },
  })
  async create(
    @CurrentAccess() access: Access,
    @Query() query: AreaQuery,
    @Body() wanted: CreateRoadGroup,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RoadGroup> {
    return withTag(reply, await this.groups.create(access, query.constituencyId, wanted));
  }

  @Route({
    method: 'POST',
    path: '/v1/polling-districts/:id/road-groups',
    reach,
    action: 'geography.change',
    summary: 'Cut a polling district without road groups into groups of about one size',
    description: 'Streets stay whole and in their order, so a group is larger where one street is.',
    status: 201,
    idempotent: true,
    query: AreaQuery,
    request: CutRoadGroups,
    response: RoadGroups,
    params: { id: 'Id of the polling district' },
    problems: ['conflict'],
    example: { request: { doorsPerGroup: 90 }, response: { items: [example] } },
  })
  cut(
    @CurrentAccess() access: Access,
    @Param() path: NumberedPath,
    @Query() query: AreaQuery,
    @Body() body: CutRoadGroups,
  ): Promise<RoadGroups> {
    return this.groups.cut(access, query.constituencyId, path.id, body.doorsPerGroup);
  }

  @Route({
    method: 'GET',
    path: '/v1/road-groups/:id',
    reach,
    action: 'geography.browse',
    summary: 'One road group',
    etag: true,
    query: AreaQuery,
    response: RoadGroup,
    params,
    example: { response: example },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param() path: NumberedPath,
    @Query() query: AreaQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RoadGroup> {
    return withTag(reply, await this.groups.byId(access, query.constituencyId, path.id));
  }

  @Route({
    method: 'PATCH',
    path: '/v1/road-groups/:id',
    reach,
    action: 'geography.change',
    summary: 'Rename a road group',
    etag: true,
    query: AreaQuery,
    request: ChangeRoadGroup,
    response: RoadGroup,
    params,
    example: { request: { name: 'KA 1' }, response: example },
  })
  async rename(
    @CurrentAccess() access: Access,
    @Param() path: NumberedPath,
    @Query() query: AreaQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: ChangeRoadGroup,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RoadGroup> {
    return withTag(
      reply,
      await this.groups.rename(access, query.constituencyId, path.id, ifMatch, body.name),
    );
  }

  @Route({
    method: 'PUT',
    path: '/v1/road-groups/:id/streets',
    reach,
    action: 'geography.change',
    summary: 'The streets of a road group, in walk order',
    etag: true,
    query: AreaQuery,
    request: PlaceStreets,
    response: RoadGroup,
    params,
    example: { request: { streetIds: ['3051', '3052'] }, response: example },
  })
  async placeStreets(
    @CurrentAccess() access: Access,
    @Param() path: NumberedPath,
    @Query() query: AreaQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: PlaceStreets,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RoadGroup> {
    const { constituencyId } = query;
    return withTag(
      reply,
      await this.groups.placeStreets(access, constituencyId, path.id, ifMatch, body.streetIds),
    );
  }

  @Route({
    method: 'GET',
    path: '/v1/road-groups/:id/doors',
    reach,
    action: 'geography.browse',
    summary: 'The doors of a road group in walk order, without names',
    description: 'Doors and electors are counted apart. Who has no address is at no door.',
    query: DoorQuery,
    response: RoadGroupDoors,
    params,
    example: { response: { items: [door], next: null, doors: 1, electors: 2 } },
  })
  doors(
    @CurrentAccess() access: Access,
    @Param() path: NumberedPath,
    @Query() query: DoorQuery,
  ): Promise<RoadGroupDoors> {
    return this.walk.doors(access, path.id, query);
  }
}
