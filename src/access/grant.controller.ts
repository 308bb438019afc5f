import { Body, Controller, Param, Query } from '@nestjs/common';
import { PageQuery, pageOf, type Page } from '../http/keyset.js';
import { control, Route } from '../http/route.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { CurrentAccess, type Access } from './access.js';
import { EndGrant, GiveGrant, Grant, RenewGrant } from './grant.dto.js';
import { GrantGiftService } from './grant-gift.service.js';
import { GrantService } from './grant.service.js';

const example = {
  id: '7a0b3a5e-54a4-4c63-9d51-0d5d3d0c1b11',
  accountId: '0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11',
  role: 'organiser',
  area: { kind: 'constituency', constituencyId: 'E14001434' },
  purposes: ['voter-contact'],
  fromAt: '2026-02-20T09:00:00.000Z',
  untilAt: '2026-08-20T09:00:00.000Z',
  state: 'pending',
  grantedBy: '3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10',
  approvedBy: null,
  approvedAt: null,
  renews: null,
  endedAt: null,
  endedBy: null,
  endedWhy: null,
};
const { role, area, purposes, untilAt } = example;

@Controller()
export class GrantController {
  constructor(
    private readonly grants: GrantService,
    private readonly gifts: GrantGiftService,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/users/:id/grants',
    reach: control,
    action: 'user.read',
    summary: 'Every grant a user has or had, newest first',
    query: PageQuery,
    response: pageOf(Grant, 'GrantPage'),
    example: { response: { items: [example], next: null } },
  })
  list(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<Grant>> {
    return this.grants.list(access, id, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/users/:id/grants',
    reach: control,
    action: 'grant.give',
    stepUp: true,
    summary: 'Give a user a role, somewhere, for a time',
    description: 'A role that sees people in bulk stays pending until a second person approves it.',
    status: 201,
    idempotent: true,
    request: GiveGrant,
    response: Grant,
    problems: ['not-found', 'conflict'],
    example: { request: { role, area, purposes, untilAt }, response: example },
  })
  give(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Body() gift: GiveGrant,
  ): Promise<Grant> {
    return this.gifts.give(access, id, gift);
  }

  @Route({
    method: 'POST',
    path: '/v1/users/:id/grants/:grantId/approve',
    reach: control,
    action: 'grant.approve',
    stepUp: true,
    summary: 'Approve a pending grant, as a second person',
    response: Grant,
    problems: ['conflict'],
    example: { response: { ...example, state: 'live' } },
  })
  approve(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Param('grantId', UuidPipe) grantId: string,
  ): Promise<Grant> {
    return this.grants.approve(access, id, grantId);
  }

  @Route({
    method: 'POST',
    path: '/v1/users/:id/grants/:grantId/end',
    reach: control,
    action: 'grant.end',
    stepUp: true,
    urgent: true,
    summary: 'End a grant, and its renewals, at once',
    request: EndGrant,
    response: Grant,
    problems: ['conflict'],
    example: { request: { reason: 'The campaign is over' }, response: { ...example, state: 'ended' } },
  })
  end(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Param('grantId', UuidPipe) grantId: string,
    @Body() end: EndGrant,
  ): Promise<Grant> {
    return this.grants.end(access, id, grantId, end);
  }

  @Route({
    method: 'POST',
    path: '/v1/users/:id/grants/:grantId/renew',
    reach: control,
    action: 'grant.give',
    stepUp: true,
    summary: 'Continue a grant by another that begins where it ends',
    description:
      'Role, area and purposes stay; the rules of giving apply anew, a second person’s approval among them.',
    status: 201,
    idempotent: true,
    request: RenewGrant,
    response: Grant,
    problems: ['conflict', 'already-exists'],
    example: {
      request: { untilAt: '2027-02-20T09:00:00Z' },
      response: { ...example, renews: example.accountId },
    },
  })
  renew(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Param('grantId', UuidPipe) grantId: string,
    @Body() renewal: RenewGrant,
  ): Promise<Grant> {
    return this.gifts.renew(access, id, grantId, renewal);
  }
}
