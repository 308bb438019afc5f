import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { AreaPageQuery, AreaQuery } from '../geography/area.dto.js';
import { withTag } from '../../../http/versioned.js';
import { selectionExample as example } from './selection-example.js';
import { ChangeSelection, CreateSelection, Selection } from './selection.dto.js';
import { SelectionService } from './selection.service.js';

const reach = tool('contact-creator');

@Controller()
export class SelectionController {
  constructor(private readonly selections: SelectionService) {}

  @Route({
    method: 'GET',
    path: '/v1/selections',
    reach,
    action: 'selection.read',
    summary: 'The selections of a constituency, newest first',
    query: AreaPageQuery,
    response: pageOf(Selection, 'SelectionPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: AreaPageQuery): Promise<Page<Selection>> {
    return this.selections.list(access, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/selections',
    reach,
    action: 'selection.change',
    summary: 'Define a selection of electors',
    description: 'Every fault of the definition is named by a pointer. Who it finds is asked elsewhere.',
    status: 201,
    idempotent: true,
    request: CreateSelection,
    response: Selection,
    problems: ['not-found'],
    example: {
      request: {
        constituencyId: example.constituencyId,
        name: example.name,
        definition: example.definition,
      },
      response: example,
    },
  })
  async create(
    @CurrentAccess() access: Access,
    @Body() wanted: CreateSelection,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Selection> {
    return withTag(reply, await this.selections.create(access, wanted));
  }

  @Route({
    method: 'GET',
    path: '/v1/selections/:id',
    reach,
    action: 'selection.read',
    summary: 'One selection',
    etag: true,
    query: AreaQuery,
    response: Selection,
    example: { response: example },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Selection> {
    return withTag(reply, await this.selections.byId(access, query.constituencyId, id));
  }

  @Route({
    method: 'PATCH',
    path: '/v1/selections/:id',
    reach,
    action: 'selection.change',
    summary: 'Rename or redefine a selection that is not frozen',
    etag: true,
    query: AreaQuery,
    request: ChangeSelection,
    response: Selection,
    problems: ['conflict'],
    example: { request: { name: example.name }, response: example },
  })
  async change(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() change: ChangeSelection,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Selection> {
    return withTag(reply, await this.selections.change(access, query.constituencyId, id, ifMatch, change));
  }

  @Route({
    method: 'DELETE',
    path: '/v1/selections/:id',
    reach,
    action: 'selection.change',
    summary: 'Remove a selection, with what it kept if it is frozen',
    etag: true,
    query: AreaQuery,
    response: 'none',
  })
  delete(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    return this.selections.delete(access, query.constituencyId, id, ifMatch);
  }
}
