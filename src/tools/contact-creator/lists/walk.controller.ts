import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { AreaPageQuery, AreaQuery } from '../geography/area.dto.js';
import { withTag } from '../../../http/versioned.js';
import { ListWalkService } from './list-walk.service.js';
import { WalkDoorService } from './walk-door.service.js';
import { walkDoorExample, walkExample } from './walk-example.js';
import { AssignWalk, ListDoorQuery, Walk, WalkDoor } from './walk.dto.js';

const reach = tool('contact-creator');

/** Walks as organisers have them: all those of their area. */
@Controller()
export class WalkController {
  constructor(
    private readonly walks: ListWalkService,
    private readonly doors: WalkDoorService,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/lists/:id/walks',
    reach,
    action: 'list.read',
    summary: 'The walks of a list: how large, assigned to whom, held by whom',
    query: AreaPageQuery,
    response: pageOf(Walk, 'WalkPage'),
    params: { id: 'Id of the list' },
    example: { response: { items: [walkExample], next: null } },
  })
  ofList(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaPageQuery,
  ): Promise<Page<Walk>> {
    return this.walks.ofList(access, id, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/lists/:id/doors',
    reach,
    action: 'list.read',
    classes: ['identity', 'opinion'],
    purpose: 'resource',
    summary: 'The doors of a walk of the list with whom to call on, in walk order',
    description:
      'Read for the purpose of the list. The class of opinions is recorded where the selection asked for opinions.',
    query: ListDoorQuery,
    response: pageOf(WalkDoor, 'ListDoorPage'),
    params: { id: 'Id of the list' },
    example: { response: { items: [walkDoorExample], next: null } },
  })
  doorsOfList(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ListDoorQuery,
  ): Promise<Page<WalkDoor>> {
    return this.doors.ofList(access, id, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/walks/:id',
    reach,
    action: 'list.read',
    summary: 'One walk',
    etag: true,
    query: AreaQuery,
    response: Walk,
    params: { id: 'Id of the walk' },
    example: { response: walkExample },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Walk> {
    return withTag(reply, await this.walks.byId(access, query.constituencyId, id));
  }

  @Route({
    method: 'PATCH',
    path: '/v1/walks/:id',
    reach,
    action: 'list.assign',
    summary: 'Give a walk to somebody for some hours, or take it back',
    description: 'Whoever else holds the walk loses it.',
    etag: true,
    query: AreaQuery,
    request: AssignWalk,
    response: Walk,
    params: { id: 'Id of the walk' },
    example: { request: { assignment: walkExample.assignment }, response: walkExample },
  })
  async assign(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: AssignWalk,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Walk> {
    return withTag(reply, await this.walks.assign(access, query.constituencyId, id, ifMatch, body));
  }
}
