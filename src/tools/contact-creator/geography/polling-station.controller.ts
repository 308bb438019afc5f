import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { AreaPageQuery, AreaQuery, NumberedPath } from './area.dto.js';
import { ChangePollingStation, CreatePollingStation, PollingStation } from './polling-station.dto.js';
import { PollingStationService } from './polling-station.service.js';
import { withTag } from '../../../http/versioned.js';

const content = {
  place: 'Example Primary School',
  address: 'Example Road, London SW15 9ZZ',
  room: 'Main hall',
  ballotBoxNumbers: ['12'],
  pollingDistrictIds: ['2041'],
};
const example = { id: '6003', constituencyId: 'E14001434', ...content };
const params = { id: 'Id of the polling station' };
const reach = tool('contact-creator');

@Controller()
export class PollingStationController {
  constructor(private readonly stations: PollingStationService) {}

  @Route({
    method: 'GET',
    path: '/v1/polling-stations',
    reach,
    action: 'geography.browse',
    summary: 'The polling stations of a constituency, as they were made',
    query: AreaPageQuery,
    response: pageOf(PollingStation, 'PollingStationPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: AreaPageQuery): Promise<Page<PollingStation>> {
    return this.stations.list(access, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/polling-stations',
    reach,
    action: 'geography.change',
    summary: 'Make a polling station',
    status: 201,
    idempotent: true,
    query: AreaQuery,
    request: CreatePollingStation,
    response: PollingStation,
    problems: ['not-found'],
    example: { request: content, response: example },
  })
  async create(
    @CurrentAccess() access: Access,
    @Query() query: AreaQuery,
    @Body() wanted: CreatePollingStation,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PollingStation> {
    return withTag(reply, await this.stations.create(access, query.constituencyId, wanted));
  }

  @Route({
    method: 'GET',
    path: '/v1/polling-stations/:id',
    reach,
    action: 'geography.browse',
    summary: 'One polling station',
    etag: true,
    query: AreaQuery,
    response: PollingStation,
    params,
    example: { response: example },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param() path: NumberedPath,
    @Query() query: AreaQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PollingStation> {
    return withTag(reply, await this.stations.byId(access, query.constituencyId, path.id));
  }

  @Route({
    method: 'PATCH',
    path: '/v1/polling-stations/:id',
    reach,
    action: 'geography.change',
    summary: 'Change a polling station, or which districts vote there',
    etag: true,
    query: AreaQuery,
    request: ChangePollingStation,
    response: PollingStation,
    params,
    example: { request: { room: 'Main hall' }, response: example },
  })
  async change(
    @CurrentAccess() access: Access,
    @Param() path: NumberedPath,
    @Query() query: AreaQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() change: ChangePollingStation,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PollingStation> {
    return withTag(reply, await this.stations.change(access, query.constituencyId, path.id, ifMatch, change));
  }

  @Route({
    method: 'DELETE',
    path: '/v1/polling-stations/:id',
    reach,
    action: 'geography.change',
    summary: 'Remove a polling station',
    etag: true,
    query: AreaQuery,
    response: 'none',
    params,
  })
  close(
    @CurrentAccess() access: Access,
    @Param() path: NumberedPath,
    @Query() query: AreaQuery,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    return this.stations.close(access, query.constituencyId, path.id, ifMatch);
  }
}
