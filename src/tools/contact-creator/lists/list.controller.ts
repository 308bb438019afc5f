import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { AreaQuery } from '../geography/area.dto.js';
import { withTag } from '../../../http/versioned.js';
import { ChangeList, CreateList, List, ListQuery } from './list.dto.js';
import { ListService } from './list.service.js';

const example = {
  id: '8f14e45f-ceea-467f-a8d1-3f3b0b1f7c11',
  constituencyId: 'E14001434',
  name: 'Saturday morning',
  selectionId: '3c59dc04-8e88-4024-9b8d-7f0e1a2b3c4d',
  purpose: 'voter-contact',
  cutBy: 'road-group',
  maxDoorsPerWalk: 60,
  sideMode: null,
  fatigueDays: 30,
  selected: 1204,
  walks: 12,
  doors: 641,
  electors: 1187,
  createdBy: '6f4922f4-5568-4a1f-8c2b-0a1b2c3d4e5f',
  createdAt: '2026-03-01T10:00:00Z',
  expiresAt: '2026-03-31T10:00:00Z',
};
const wanted = {
  constituencyId: 'E14001434',
  name: 'Saturday morning',
  selectionId: '3c59dc04-8e88-4024-9b8d-7f0e1a2b3c4d',
  cutBy: 'road-group',
  maxDoorsPerWalk: 60,
  purpose: 'voter-contact',
};
const params = { id: 'Id of the list' };
const reach = tool('contact-creator');

@Controller()
export class ListController {
  constructor(private readonly lists: ListService) {}

  @Route({
    method: 'GET',
    path: '/v1/lists',
    reach,
    action: 'list.read',
    summary: 'The lists of a constituency',
    query: ListQuery,
    response: pageOf(List, 'ListPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: ListQuery): Promise<Page<List>> {
    return this.lists.list(access, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/lists',
    reach,
    action: 'list.change',
    summary: 'Cut a frozen selection into walks',
    description:
      'Walks follow the walk order of the road groups and never leave their polling district; their sizes differ by one door at most within a group or district. Who objected, has died or moved, asked not to be called on or was tried lately is left out now; whenever a walk is read, so is whom somebody has spoken with since.',
    status: 201,
    idempotent: true,
    purpose: 'resource',
    request: CreateList,
    response: List,
    problems: ['not-found', 'conflict', 'purpose-not-authorised', 'undertaking-required'],
    example: { request: wanted, response: example },
  })
  async create(
    @CurrentAccess() access: Access,
    @Body() body: CreateList,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<List> {
    return withTag(reply, await this.lists.create(access, body));
  }

  @Route({
    method: 'GET',
    path: '/v1/lists/:id',
    reach,
    action: 'list.read',
    summary: 'One list, expired or not',
    etag: true,
    query: AreaQuery,
    response: List,
    params,
    example: { response: example },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<List> {
    return withTag(reply, await this.lists.byId(access, query.constituencyId, id));
  }

  @Route({
    method: 'PATCH',
    path: '/v1/lists/:id',
    reach,
    action: 'list.change',
    summary: 'Rename a list, or move its end',
    etag: true,
    query: AreaQuery,
    request: ChangeList,
    response: List,
    params,
    example: { request: { expiresAt: '2026-03-31T10:00:00Z' }, response: example },
  })
  async change(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: ChangeList,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<List> {
    return withTag(reply, await this.lists.change(access, query.constituencyId, id, ifMatch, body));
  }

  @Route({
    method: 'DELETE',
    path: '/v1/lists/:id',
    reach,
    action: 'list.change',
    summary: 'Remove a list with its walks, whoever holds them',
    etag: true,
    query: AreaQuery,
    response: 'none',
    params,
  })
  delete(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    return this.lists.delete(access, query.constituencyId, id, ifMatch);
  }
}
