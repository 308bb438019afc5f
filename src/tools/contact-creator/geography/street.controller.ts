import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { AreaQuery, DistrictPageQuery, NumberedPath } from './area.dto.js';
import { ChangeStreet, Street } from './street.dto.js';
import { StreetService } from './street.service.js';

const example = {
  id: '3051',
  constituencyId: 'E14001434',
  pollingDistrictId: '2041',
  name: 'Example Road',
  roadGroupId: '4007',
  sideMode: 'loop',
  walkPosition: 1,
  doors: 42,
};
const params = { id: 'Id of the street' };

@Controller()
export class StreetController {
  constructor(private readonly streets: StreetService) {}

  @Route({
    method: 'GET',
    path: '/v1/streets',
    reach: tool('contact-creator'),
    action: 'geography.browse',
    summary: 'The streets of a polling district, by name',
    query: DistrictPageQuery,
    response: pageOf(Street, 'StreetPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: DistrictPageQuery): Promise<Page<Street>> {
    return this.streets.list(access, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/streets/:id',
    reach: tool('contact-creator'),
    action: 'geography.browse',
    summary: 'One street',
    etag: true,
    query: AreaQuery,
    response: Street,
    params,
    example: { response: example },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param() path: NumberedPath,
    @Query() query: AreaQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Street> {
    const { value, etag } = await this.streets.byId(access, query.constituencyId, path.id);
    void reply.header('ETag', etag);
    return value;
  }

  @Route({
    method: 'PATCH',
    path: '/v1/streets/:id',
    reach: tool('contact-creator'),
    action: 'geography.change',
    summary: 'Say how a street is walked, and where in its road group',
    etag: true,
    query: AreaQuery,
    request: ChangeStreet,
    response: Street,
    params,
    example: { request: { sideMode: 'loop' }, response: example },
  })
  async change(
    @CurrentAccess() access: Access,
    @Param() path: NumberedPath,
    @Query() query: AreaQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() change: ChangeStreet,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Street> {
    const { value, etag } = await this.streets.change(access, query.constituencyId, path.id, ifMatch, change);
    void reply.header('ETag', etag);
    return value;
  }
}
