import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { CancelEvent, ChangeEvent, CreateEvent } from './event-change.dto.js';
import { Event, EventQuery } from './event.dto.js';
import { EventService } from './event.service.js';
import { withTag } from '../../../http/versioned.js';
import { ConstituencyQuery } from '../area.dto.js';

const wanted = {
  constituencyId: 'E14001434',
  kind: 'canvass-session',
  title: 'Sunday morning in Thamesfield',
  startsAt: '2026-10-25T10:00:00Z',
  endsAt: '2026-10-25T12:30:00Z',
  venueName: 'Example Hall',
  venueAddress: '1 Example Road, Putney',
  venuePostcode: 'SW15 9ZZ',
  accessibility: 'No steps; hearing loop in the main room',
  capacity: 30,
};
const example = {
  ...wanted,
  id: '1c383cd3-0b7c-498a-b9c2-5d1e2f3a4b5c',
  branchId: null,
  description: null,
  startsAt: '2026-10-25T10:00:00+00:00',
  endsAt: '2026-10-25T12:30:00+00:00',
  timeZone: 'Europe/London',
  allowWaiting: true,
  state: 'planned',
  cancelledReason: null,
  cancelledAt: null,
  going: 12,
  waiting: 0,
  createdBy: '6f4922f4-5568-4a1f-8c2b-0a1b2c3d4e5f',
  createdAt: '2026-10-01T09:00:00Z',
};
const reason = 'The hall is flooded';
const params = { id: 'Id of the event' };
const reach = tool('organise');

@Controller()
export class EventController {
  constructor(private readonly events: EventService) {}

  @Route({
    method: 'GET',
    path: '/v1/events',
    reach,
    action: 'event.read',
    summary: 'The events of a constituency, by their start',
    query: EventQuery,
    response: pageOf(Event, 'EventPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: EventQuery): Promise<Page<Event>> {
    return this.events.list(access, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/events',
    reach,
    action: 'event.change',
    summary: 'Plan an event',
    status: 201,
    idempotent: true,
    request: CreateEvent,
    response: Event,
    problems: ['not-found'],
    example: { request: wanted, response: { ...example, going: 0 } },
  })
  async create(
    @CurrentAccess() access: Access,
    @Body() body: CreateEvent,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Event> {
    return withTag(reply, await this.events.create(access, body));
  }

  @Route({
    method: 'GET',
    path: '/v1/events/:id',
    reach,
    action: 'event.read',
    summary: 'One event',
    etag: true,
    query: ConstituencyQuery,
    response: Event,
    params,
    example: { response: example },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Event> {
    return withTag(reply, await this.events.byId(access, query.constituencyId, id));
  }

  @Route({
    method: 'PATCH',
    path: '/v1/events/:id',
    reach,
    action: 'event.change',
    summary: 'Change an event that is neither over nor cancelled',
    description:
      'More places go at once to the first who wait. A capacity below the number of those going is refused: nobody is moved out in silence.',
    etag: true,
    query: ConstituencyQuery,
    request: ChangeEvent,
    response: Event,
    params,
    problems: ['conflict', 'event-cancelled', 'event-over'],
    example: { request: { capacity: 40 }, response: { ...example, capacity: 40 } },
  })
  async change(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: ChangeEvent,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Event> {
    return withTag(reply, await this.events.change(access, query.constituencyId, id, ifMatch, body));
  }

  @Route({
    method: 'POST',
    path: '/v1/events/:id/cancel',
    reach,
    action: 'event.change',
    summary: 'Cancel an event',
    description: 'Its sign-ups stay as they are: they say who has to be told.',
    etag: true,
    query: ConstituencyQuery,
    request: CancelEvent,
    response: Event,
    params,
    problems: ['event-cancelled', 'event-over'],
    example: {
      request: { reason },
      response: {
        ...example,
        state: 'cancelled',
        cancelledReason: reason,
        cancelledAt: '2026-10-24T08:00:00Z',
      },
    },
  })
  async cancel(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: CancelEvent,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Event> {
    return withTag(reply, await this.events.cancel(access, query.constituencyId, id, ifMatch, body.reason));
  }
}
