import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { draftExample, mailingContent, mailingExample } from './mailing-example.js';
import { ConstituencyPageQuery, ConstituencyQuery } from '../area.dto.js';
import { ChangeMailing, CreateMailing, Mailing } from './mailing.dto.js';
import { MailingService, type TaggedMailing } from './mailing.service.js';

const params = { id: 'Id of the mailing' };
const reach = tool('organise');

@Controller()
export class MailingController {
  constructor(private readonly mailings: MailingService) {}

  @Route({
    method: 'GET',
    path: '/v1/mailings',
    reach,
    action: 'mailing.read',
    summary: 'The mailings of a constituency with what became of them, newest first',
    query: ConstituencyPageQuery,
    response: pageOf(Mailing, 'MailingPage'),
    problems: ['not-found'],
    example: { response: { items: [mailingExample], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: ConstituencyPageQuery): Promise<Page<Mailing>> {
    return this.mailings.list(access, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/mailings',
    reach,
    action: 'mailing.change',
    summary: 'Write a mailing to members',
    status: 201,
    idempotent: true,
    query: ConstituencyQuery,
    request: CreateMailing,
    response: Mailing,
    problems: ['not-found'],
    example: { request: mailingContent, response: draftExample },
  })
  async create(
    @CurrentAccess() access: Access,
    @Query() query: ConstituencyQuery,
    @Body() wanted: CreateMailing,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Mailing> {
    return withTag(reply, await this.mailings.create(access, query.constituencyId, wanted));
  }

  @Route({
    method: 'GET',
    path: '/v1/mailings/:id',
    reach,
    action: 'mailing.read',
    summary: 'One mailing with what became of it',
    etag: true,
    query: ConstituencyQuery,
    response: Mailing,
    params,
    example: { response: mailingExample },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Mailing> {
    return withTag(reply, await this.mailings.byId(access, query.constituencyId, id));
  }

  @Route({
    method: 'PATCH',
    path: '/v1/mailings/:id',
    reach,
    action: 'mailing.change',
    summary: 'Change a draft',
    etag: true,
    query: ConstituencyQuery,
    request: ChangeMailing,
    response: Mailing,
    problems: ['conflict'],
    params,
    example: { request: { name: 'Summer meeting' }, response: draftExample },
  })
  async change(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() change: ChangeMailing,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Mailing> {
    return withTag(reply, await this.mailings.change(access, query.constituencyId, id, ifMatch, change));
  }

  @Route({
    method: 'DELETE',
    path: '/v1/mailings/:id',
    reach,
    action: 'mailing.change',
    summary: 'Throw a draft away',
    etag: true,
    query: ConstituencyQuery,
    response: 'none',
    problems: ['conflict'],
    params,
  })
  discard(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    return this.mailings.discard(access, query.constituencyId, id, ifMatch);
  }
}

function withTag(reply: FastifyReply, { value, etag }: TaggedMailing): Mailing {
  void reply.header('ETag', etag);
  return value;
}
