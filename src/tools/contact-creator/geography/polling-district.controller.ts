import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { AreaPageQuery, AreaQuery, NumberedPath } from './area.dto.js';
import { ChangePollingDistrict, PollingDistrict } from './polling-district.dto.js';
import { PollingDistrictService } from './polling-district.service.js';

const example = {
  id: '2041',
  constituencyId: 'E14001434',
  code: 'KA',
  name: 'Roehampton North',
  wardId: 'E05014014',
};
const params = { id: 'Id of the polling district' };

@Controller()
export class PollingDistrictController {
  constructor(private readonly districts: PollingDistrictService) {}

  @Route({
    method: 'GET',
    path: '/v1/polling-districts',
    reach: tool('contact-creator'),
    action: 'geography.browse',
    summary: 'The polling districts of a constituency, by code',
    query: AreaPageQuery,
    response: pageOf(PollingDistrict, 'PollingDistrictPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: AreaPageQuery): Promise<Page<PollingDistrict>> {
    return this.districts.list(access, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/polling-districts/:id',
    reach: tool('contact-creator'),
    action: 'geography.browse',
    summary: 'One polling district',
    etag: true,
    query: AreaQuery,
    response: PollingDistrict,
    params,
    example: { response: example },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param() path: NumberedPath,
    @Query() query: AreaQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PollingDistrict> {
    const { value, etag } = await this.districts.byId(access, query.constituencyId, path.id);
    void reply.header('ETag', etag);
    return value;
  }

  @Route({
    method: 'PATCH',
    path: '/v1/polling-districts/:id',
    reach: tool('contact-creator'),
    action: 'geography.change',
    summary: 'Name a polling district, or say in which ward it lies',
    etag: true,
    query: AreaQuery,
    request: ChangePollingDistrict,
    response: PollingDistrict,
    params,
    example: { request: { name: 'Roehampton North', wardId: 'E05014014' }, response: example },
  })
  async change(
    @CurrentAccess() access: Access,
    @Param() path: NumberedPath,
    @Query() query: AreaQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() change: ChangePollingDistrict,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PollingDistrict> {
    const { value, etag } = await this.districts.change(
      access,
      query.constituencyId,
      path.id,
      ifMatch,
      change,
    );
    void reply.header('ETag', etag);
    return value;
  }
}
