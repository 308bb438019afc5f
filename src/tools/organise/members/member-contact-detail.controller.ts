import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { Route, tool } from '../../../http/route.js';
import { withTag } from '../../../http/versioned.js';
import { ConstituencyQuery } from '../area.dto.js';
import { MemberContactDetails, SetMemberContactDetails } from './member-contact-detail.dto.js';
import { MemberContactDetailService } from './member-contact-detail.service.js';
import { MemberPath, MemberReference } from './member.dto.js';

const details = {
  email: 'ada@example.org',
  mobile: '07700 900123',
  landline: null,
  addressLines: ['9 Example Road', 'London'],
  postcode: 'SW15 9ZZ',
};
const params = { id: "Rosette's own id of the member" };
const path = '/v1/members/:id/contact-details';
const reach = tool('organise');

@Controller()
export class MemberContactDetailController {
  constructor(private readonly details: MemberContactDetailService) {}

  @Route({
    method: 'GET',
    path,
    reach,
    action: 'member.read',
    classes: ['contact-details', 'membership'],
    purpose: 'header',
    summary: 'How a member is reached',
    description: 'The ETag is that of the member.',
    etag: true,
    query: ConstituencyQuery,
    response: MemberContactDetails,
    params,
    example: { response: { memberId: '88001', ...details } },
  })
  async byMember(
    @CurrentAccess() access: Access,
    @Param() { id }: MemberPath,
    @Query() { constituencyId }: ConstituencyQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MemberContactDetails> {
    return withTag(reply, await this.details.byMember(access, constituencyId, id));
  }

  @Route({
    method: 'PUT',
    path,
    reach,
    action: 'member.change',
    summary: 'How a member is reached, in place of what is held',
    description: 'What is absent is removed. `If-Match` takes the ETag of the member.',
    etag: true,
    purpose: 'resource',
    query: ConstituencyQuery,
    request: SetMemberContactDetails,
    response: MemberReference,
    params,
    example: { request: details, response: { id: '88001', constituencyId: 'E14001434' } },
  })
  async set(
    @CurrentAccess() access: Access,
    @Param() { id }: MemberPath,
    @Query() { constituencyId }: ConstituencyQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: SetMemberContactDetails,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MemberReference> {
    return withTag(reply, await this.details.set(access, constituencyId, id, ifMatch, body));
  }
}
