import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { withTag } from '../../../http/versioned.js';
import { ConstituencyQuery } from '../area.dto.js';
import {
  AddMember,
  ChangeMember,
  Member,
  MemberDetail,
  MemberPath,
  MemberQuery,
  MemberReference,
} from './member.dto.js';
import { MemberService } from './member.service.js';

const reference = { id: '88001', constituencyId: 'E14001434' };
const example = {
  ...reference,
  membershipNumber: 'M000881',
  kind: 'member',
  status: 'current',
  title: null,
  forename: 'Ada',
  middleNames: null,
  surname: 'Example',
  joinedOn: '2019-05-01',
  leftOn: null,
  branchId: '8f14e45f-ceea-467f-a8d1-3f3b0b1f7c11',
  hasEmail: true,
  hasMobile: false,
};
const wanted = {
  constituencyId: 'E14001434',
  membershipNumber: 'M000881',
  forename: 'Ada',
  surname: 'Example',
  joinedOn: '2019-05-01',
};
const change = {
  from: null,
  to: 'current',
  reason: null,
  changedAt: '2026-03-01T10:00:00Z',
  changedBy: '6f4922f4-5568-4a1f-8c2b-0a1b2c3d4e5f',
  importId: null,
};
const params = { id: "Rosette's own id of the member" };
const reach = tool('organise');

@Controller()
export class MemberController {
  constructor(private readonly members: MemberService) {}

  @Route({
    method: 'GET',
    path: '/v1/members',
    reach,
    action: 'member.read',
    classes: ['identity', 'membership'],
    purpose: 'header',
    summary: 'The members in a constituency, by name where one is searched, else as they were entered',
    description: 'Whatever their status, unless one is asked for. Conditions narrow.',
    query: MemberQuery,
    response: pageOf(Member, 'MemberPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: MemberQuery): Promise<Page<Member>> {
    return this.members.list(access, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/members',
    reach,
    action: 'member.change',
    summary: 'Enter one member by hand',
    description: 'The membership is current. What is known of how to reach the member is entered apart.',
    status: 201,
    idempotent: true,
    purpose: 'resource',
    request: AddMember,
    response: MemberReference,
    problems: ['not-found', 'already-exists'],
    example: { request: wanted, response: reference },
  })
  async add(
    @CurrentAccess() access: Access,
    @Body() body: AddMember,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MemberReference> {
    return withTag(reply, await this.members.add(access, body));
  }

  @Route({
    method: 'GET',
    path: '/v1/members/:id',
    reach,
    action: 'member.read',
    classes: ['identity', 'membership'],
    purpose: 'header',
    summary: 'One member with the history of the membership',
    etag: true,
    query: ConstituencyQuery,
    response: MemberDetail,
    params,
    example: { response: { ...example, statusHistory: [change] } },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param() path: MemberPath,
    @Query() query: ConstituencyQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MemberDetail> {
    return withTag(reply, await this.members.byId(access, query.constituencyId, path.id));
  }

  @Route({
    method: 'PATCH',
    path: '/v1/members/:id',
    reach,
    action: 'member.change',
    summary: 'Change a member: names, branch, status',
    description:
      'Another status needs a reason and leaves a line of history. A status that ends the membership (lapsed, resigned, expelled, died) ends the offices that the member holds on the same day.',
    etag: true,
    purpose: 'resource',
    query: ConstituencyQuery,
    request: ChangeMember,
    response: MemberReference,
    params,
    example: {
      request: { status: 'resigned', reason: 'Wrote to the chair', leftOn: '2026-02-20' },
      response: reference,
    },
  })
  async change(
    @CurrentAccess() access: Access,
    @Param() path: MemberPath,
    @Query() query: ConstituencyQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: ChangeMember,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MemberReference> {
    return withTag(reply, await this.members.change(access, query.constituencyId, path.id, ifMatch, body));
  }
}
