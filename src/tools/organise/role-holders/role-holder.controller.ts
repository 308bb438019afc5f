import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { withTag } from '../../../http/versioned.js';
import { ConstituencyQuery } from '../area.dto.js';
import {
  AddRoleHolder,
  EndRoleHolder,
  RoleHolder,
  RoleHolderQuery,
  RoleHolderReference,
} from './role-holder.dto.js';
import { RoleHolderService } from './role-holder.service.js';

const reference = { id: '3c59dc04-8e88-4024-9b8d-7f0e1a2b3c4d', constituencyId: 'E14001434' };
const tenure = { office: 'Chair', branchId: null, fromOn: '2026-03-01', untilOn: '2027-03-01' };
const example = {
  ...reference,
  ...tenure,
  member: { id: '88001', title: null, forename: 'Ada', surname: 'Example' },
  endedReason: null,
};
const params = { id: 'Id of the tenure' };
const reach = tool('organise');

@Controller()
export class RoleHolderController {
  constructor(private readonly holders: RoleHolderService) {}

  @Route({
    method: 'GET',
    path: '/v1/role-holders',
    reach,
    action: 'role-holder.read',
    classes: ['identity', 'membership'],
    purpose: 'header',
    summary: 'Who holds, held or will hold an office of the party; what ends first comes first',
    query: RoleHolderQuery,
    response: pageOf(RoleHolder, 'RoleHolderPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: RoleHolderQuery): Promise<Page<RoleHolder>> {
    return this.holders.list(access, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/role-holders',
    reach,
    action: 'role-holder.change',
    summary: 'Enter who holds an office, from when until when',
    description: 'It gives no access to anything: that is what grants are for.',
    status: 201,
    idempotent: true,
    purpose: 'resource',
    request: AddRoleHolder,
    response: RoleHolderReference,
    problems: ['not-found', 'already-exists'],
    example: {
      request: { constituencyId: 'E14001434', memberId: '88001', ...tenure },
      response: reference,
    },
  })
  async add(
    @CurrentAccess() access: Access,
    @Body() body: AddRoleHolder,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RoleHolderReference> {
    return withTag(reply, await this.holders.add(access, body));
  }

  @Route({
    method: 'GET',
    path: '/v1/role-holders/:id',
    reach,
    action: 'role-holder.read',
    classes: ['identity', 'membership'],
    purpose: 'header',
    summary: 'One tenure of an office',
    etag: true,
    query: ConstituencyQuery,
    response: RoleHolder,
    params,
    example: { response: example },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() { constituencyId }: ConstituencyQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RoleHolder> {
    return withTag(reply, await this.holders.byId(access, constituencyId, id));
  }

  @Route({
    method: 'PATCH',
    path: '/v1/role-holders/:id',
    reach,
    action: 'role-holder.change',
    summary: 'End a tenure, or move its end',
    description: 'Ended on its first day it never was. An end that has come stays.',
    etag: true,
    purpose: 'resource',
    query: ConstituencyQuery,
    request: EndRoleHolder,
    response: RoleHolderReference,
    params,
    problems: ['already-exists'],
    example: { request: { untilOn: '2026-09-01', reason: 'Stood down' }, response: reference },
  })
  async end(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() { constituencyId }: ConstituencyQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: EndRoleHolder,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RoleHolderReference> {
    return withTag(reply, await this.holders.end(access, constituencyId, id, ifMatch, body));
  }
}
