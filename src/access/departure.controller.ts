import { Body, Controller, Param } from '@nestjs/common';
import { control, Route } from '../http/route.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { CurrentAccess, type Access } from './access.js';
import { Departure, OrderDeparture } from './departure.dto.js';
import { DepartureService } from './departure.service.js';

const example = {
  id: '9b1f7c0a-3c11-4a0e-8d52-6b7f1c2d3e40',
  accountId: '0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11',
  standing: 'resigned',
  reason: 'Resigned from the party this morning',
  officeIds: ['5f0c2f0e-2c1b-4a52-8a39-1f0f9a2f7c10'],
  at: '2026-02-20T21:14:03.512Z',
  orderedBy: '3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10',
  people: 4,
  grants: 6,
  sessions: 5,
};

@Controller()
export class DepartureController {
  constructor(private readonly departures: DepartureService) {}

  @Route({
    method: 'POST',
    path: '/v1/users/:id/departure',
    reach: control,
    action: 'user.depart',
    stepUp: true,
    urgent: true,
    summary: 'End every grant, session and office membership of a user at once, or of the whole office',
    description:
      'When this answers, nothing runs and nothing starts in the names of these people, on any replica.',
    status: 201,
    idempotent: true,
    request: OrderDeparture,
    response: Departure,
    problems: ['conflict'],
    example: {
      request: { standing: example.standing, reason: example.reason, withOffice: example.officeIds[0] },
      response: example,
    },
  })
  order(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Body() order: OrderDeparture,
  ): Promise<Departure> {
    return this.departures.order(access, id, order);
  }

  @Route({
    method: 'GET',
    path: '/v1/users/:id/departure',
    reach: control,
    action: 'user.read',
    summary: 'The latest departure of a user',
    response: Departure,
    example: { response: example },
  })
  latest(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<Departure> {
    return this.departures.latest(access, id);
  }
}
