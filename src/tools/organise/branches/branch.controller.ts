import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { withTag } from '../../../http/versioned.js';
import { ConstituencyPageQuery, ConstituencyQuery } from '../area.dto.js';
import { Branch, ChangeBranch, CreateBranch } from './branch.dto.js';
import { BranchService } from './branch.service.js';

const example = {
  id: '8f14e45f-ceea-467f-a8d1-3f3b0b1f7c11',
  constituencyId: 'E14001434',
  name: 'Roehampton',
  wardIds: ['E05014014'],
  closedAt: null,
};
const params = { id: 'Id of the branch' };
const reach = tool('organise');

@Controller()
export class BranchController {
  constructor(private readonly branches: BranchService) {}

  @Route({
    method: 'GET',
    path: '/v1/branches',
    reach,
    action: 'branch.read',
    summary: 'The branches of a constituency party, closed or not',
    query: ConstituencyPageQuery,
    response: pageOf(Branch, 'BranchPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: ConstituencyPageQuery): Promise<Page<Branch>> {
    return this.branches.list(access, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/branches',
    reach,
    action: 'branch.change',
    summary: 'Found a branch',
    status: 201,
    idempotent: true,
    request: CreateBranch,
    response: Branch,
    problems: ['not-found', 'already-exists'],
    example: {
      request: { constituencyId: 'E14001434', name: 'Roehampton', wardIds: ['E05014014'] },
      response: example,
    },
  })
  async create(
    @CurrentAccess() access: Access,
    @Body() body: CreateBranch,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Branch> {
    return withTag(reply, await this.branches.create(access, body));
  }

  @Route({
    method: 'GET',
    path: '/v1/branches/:id',
    reach,
    action: 'branch.read',
    summary: 'One branch',
    etag: true,
    query: ConstituencyQuery,
    response: Branch,
    params,
    example: { response: example },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() { constituencyId }: ConstituencyQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Branch> {
    return withTag(reply, await this.branches.byId(access, constituencyId, id));
  }

  @Route({
    method: 'PATCH',
    path: '/v1/branches/:id',
    reach,
    action: 'branch.change',
    summary: 'Rename a branch, change its wards, close it or open it again',
    etag: true,
    query: ConstituencyQuery,
    request: ChangeBranch,
    response: Branch,
    params,
    problems: ['already-exists'],
    example: { request: { wardIds: ['E05014014'] }, response: example },
  })
  async change(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() { constituencyId }: ConstituencyQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: ChangeBranch,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Branch> {
    return withTag(reply, await this.branches.change(access, constituencyId, id, ifMatch, body));
  }
}
