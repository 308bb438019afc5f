import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';

import { UuidPipe } from '../../../http/uuid.pipe.js';
import { ChangeSignUp, CreateSignUp, NamedSignUp, SignUp, SignUpQuery } from './sign-up.dto.js';
import { SignUpService } from './sign-up.service.js';
import { withTag } from '../../../http/versioned.js';
import { ConstituencyQuery } from '../area.dto.js';

const example = {
  id: '7b52009b-64fd-4a2b-a9e3-1f0e9d8c7b6a',
  constituencyId: 'E14001434',
  eventId: '1c383cd3-0b7c-498a-b9c2-5d1e2f3a4b5c',
  memberId: '88001',
  role: 'attendee',
  state: 'going',
  position: null,
  signedUpBy: '6f4922f4-5568-4a1f-8c2b-0a1b2c3d4e5f',
  signedUpAt: '2026-10-05T18:20:00Z',
  checkedInAt: null,
  cancelledAt: null,
};
const named = { ...example, forename: 'Ada', surname: 'Example' };
const params = { id: 'Id of the sign-up' };
const reach = tool('organise');

@Controller()
export class SignUpController {
  constructor(private readonly signUps: SignUpService) {}

  @Route({
    method: 'GET',
    path: '/v1/events/:id/sign-ups',
    reach,
    action: 'sign-up.read',
    classes: ['identity', 'membership'],
    purpose: 'header',
    summary: 'Who signed up for an event, in that order',
    query: SignUpQuery,
    response: pageOf(NamedSignUp, 'SignUpPage'),
    params: { id: 'Id of the event' },
    example: { response: { items: [named], next: null } },
  })
  list(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: SignUpQuery,
  ): Promise<Page<NamedSignUp>> {
    return this.signUps.list(access, id, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/events/:id/sign-ups',
    reach,
    action: 'sign-up.change',
    classes: ['membership'],
    purpose: 'header',
    summary: 'Put a member down for an event',
    description:
      'While there are places the state is `going`, then `waiting`; of those who ask at once, each gets a place or a position of its own.',
    status: 201,
    idempotent: true,
    query: ConstituencyQuery,
    request: CreateSignUp,
    response: SignUp,
    params: { id: 'Id of the event' },
    problems: ['conflict', 'already-exists', 'event-cancelled', 'event-over', 'event-full'],
    example: { request: { memberId: '88001' }, response: example },
  })
  async signUp(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
    @Body() body: CreateSignUp,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignUp> {
    return withTag(reply, await this.signUps.signUp(access, query.constituencyId, id, body));
  }

  @Route({
    method: 'GET',
    path: '/v1/sign-ups/:id',
    reach,
    action: 'sign-up.read',
    classes: ['identity', 'membership'],
    purpose: 'header',
    summary: 'One sign-up',
    etag: true,
    query: ConstituencyQuery,
    response: NamedSignUp,
    params,
    example: { response: named },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NamedSignUp> {
    return withTag(reply, await this.signUps.byId(access, query.constituencyId, id));
  }

  @Route({
    method: 'PATCH',
    path: '/v1/sign-ups/:id',
    reach,
    action: 'sign-up.change',
    classes: ['membership'],
    purpose: 'header',
    summary: 'Change as what a member comes',
    etag: true,
    query: ConstituencyQuery,
    request: ChangeSignUp,
    response: SignUp,
    params,
    problems: ['conflict', 'event-cancelled', 'event-over'],
    example: { request: { role: 'driver' }, response: { ...example, role: 'driver' } },
  })
  async change(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: ChangeSignUp,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignUp> {
    return withTag(reply, await this.signUps.change(access, query.constituencyId, id, ifMatch, body));
  }

  @Route({
    method: 'DELETE',
    path: '/v1/sign-ups/:id',
    reach,
    action: 'sign-up.change',
    purpose: 'header',
    summary: 'Cancel a sign-up; its place goes to the first who waits',
    description: 'May be sent again.',
    query: ConstituencyQuery,
    response: 'none',
    params,
    problems: ['conflict', 'event-cancelled', 'event-over'],
  })
  cancel(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
  ): Promise<void> {
    return this.signUps.cancel(access, query.constituencyId, id);
  }

  @Route({
    method: 'PUT',
    path: '/v1/sign-ups/:id/check-in',
    reach,
    action: 'sign-up.change',
    classes: ['membership'],
    purpose: 'header',
    summary: 'Say that a member has come',
    description: 'From 12 hours before the start, and also afterwards. May be sent again.',
    query: ConstituencyQuery,
    response: SignUp,
    params,
    problems: ['conflict', 'event-cancelled'],
    example: { response: { ...example, state: 'attended', checkedInAt: '2026-10-25T10:04:00Z' } },
  })
  async checkIn(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignUp> {
    return withTag(reply, await this.signUps.checkIn(access, query.constituencyId, id));
  }

  @Route({
    method: 'DELETE',
    path: '/v1/sign-ups/:id/check-in',
    reach,
    action: 'sign-up.change',
    purpose: 'header',
    summary: 'Take a check-in back',
    query: ConstituencyQuery,
    response: 'none',
    params,
  })
  undoCheckIn(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
  ): Promise<void> {
    return this.signUps.undoCheckIn(access, query.constituencyId, id);
  }
}
