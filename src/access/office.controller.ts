import { Body, Controller, Param, Query } from '@nestjs/common';
import { PageQuery, pageOf, type Page } from '../http/keyset.js';
import { control, Route } from '../http/route.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { CurrentAccess, type Access } from './access.js';
import { JoinOffice, Office, OfficeMembership, OpenOffice } from './office.dto.js';
import { OfficeService } from './office.service.js';

const example = {
  id: '5f0c2f0e-2c1b-4a52-8a39-1f0f9a2f7c10',
  name: 'Office of the Member for Putney',
  kind: 'representative',
  constituencyId: 'E14001434',
  representativeId: '0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11',
  openedAt: '2026-01-05T10:00:00.000Z',
  memberIds: ['0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11', '3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10'],
};
const { name, kind, constituencyId, representativeId } = example;
const membership = {
  officeId: example.id,
  accountId: '3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10',
  fromAt: '2026-01-05T10:00:00.000Z',
  untilAt: null,
};

@Controller()
export class OfficeController {
  constructor(private readonly offices: OfficeService) {}

  @Route({
    method: 'POST',
    path: '/v1/offices',
    reach: control,
    action: 'office.manage',
    summary: 'Open an office',
    description: 'Its representative belongs to it from the beginning, and is stopped with it.',
    status: 201,
    idempotent: true,
    request: OpenOffice,
    response: Office,
    example: { request: { name, kind, constituencyId, representativeId }, response: example },
  })
  open(@CurrentAccess() access: Access, @Body() office: OpenOffice): Promise<Office> {
    return this.offices.open(access, office);
  }

  @Route({
    method: 'GET',
    path: '/v1/offices',
    reach: control,
    action: 'office.read',
    summary: 'Every office, by name',
    query: PageQuery,
    response: pageOf(Office, 'OfficePage'),
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: PageQuery): Promise<Page<Office>> {
    return this.offices.list(access, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/offices/:id',
    reach: control,
    action: 'office.read',
    summary: 'One office, with who belongs to it now',
    response: Office,
    example: { response: example },
  })
  byId(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<Office> {
    return this.offices.byId(access, id);
  }

  @Route({
    method: 'POST',
    path: '/v1/offices/:id/members',
    reach: control,
    action: 'office.manage',
    summary: 'Take a user into an office',
    description: 'Whoever belongs to an office is stopped with it.',
    status: 201,
    idempotent: true,
    request: JoinOffice,
    response: OfficeMembership,
    problems: ['already-exists', 'conflict'],
    example: { request: { accountId: membership.accountId }, response: membership },
  })
  join(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Body() join: JoinOffice,
  ): Promise<OfficeMembership> {
    return this.offices.join(access, id, join.accountId);
  }

  @Route({
    method: 'POST',
    path: '/v1/offices/:id/members/:accountId/end',
    reach: control,
    action: 'office.manage',
    urgent: true,
    summary: 'End a membership of an office',
    description: 'Whom the office represents belongs to it as long as it is his.',
    response: OfficeMembership,
    problems: ['conflict'],
    example: { response: { ...membership, untilAt: '2026-02-20T09:00:00.000Z' } },
  })
  leave(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Param('accountId', UuidPipe) accountId: string,
  ): Promise<OfficeMembership> {
    return this.offices.leave(access, id, accountId);
  }
}
