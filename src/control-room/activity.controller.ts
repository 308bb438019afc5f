import { Controller, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../access/access.js';
import { pageOf, type Page } from '../http/keyset.js';
import { control, Route } from '../http/route.js';
import { ActiveUser, ActiveUserQuery, DisclosureRateQuery, DisclosureRates } from './activity.dto.js';
import { ActivityService } from './activity.service.js';

const user = {
  id: '0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11',
  kind: 'person',
  username: 'ada@example.org',
  displayName: 'Ada Example',
  roles: ['organiser'],
  officeIds: ['5f0c2f0e-2c1b-4a52-8a39-1f0f9a2f7c10'],
  sessions: 1,
  lastSeenAt: '2026-02-20T21:13:58.104Z',
  disclosures: 14,
  rows: 620,
  refusals: 0,
};
const rates = {
  countedAt: '2026-02-20T21:14:03.512Z',
  items: [
    {
      at: '2026-02-20T21:14:00.000Z',
      disclosures: 3,
      rows: 150,
      tools: [
        { name: 'contact-creator', disclosures: 3, rows: 150 },
        { name: 'organise', disclosures: 0, rows: 0 },
      ],
    },
  ],
};

@Controller()
export class ActivityController {
  constructor(private readonly activity: ActivityService) {}

  @Route({
    method: 'GET',
    path: '/v1/active-users',
    reach: control,
    action: 'activity.read',
    summary: 'Who has a session and did something in the last minutes, who was shown most first',
    query: ActiveUserQuery,
    response: pageOf(ActiveUser, 'ActiveUserPage'),
    example: { response: { items: [user], next: null } },
  })
  users(@CurrentAccess() access: Access, @Query() query: ActiveUserQuery): Promise<Page<ActiveUser>> {
    return this.activity.users(access, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/disclosure-rates',
    reach: control,
    action: 'activity.read',
    summary: 'How much was disclosed in each of the last minutes, by tool',
    description: 'Counts alone: whose data it was is in `/v1/disclosures`.',
    query: DisclosureRateQuery,
    response: DisclosureRates,
    example: { response: rates },
  })
  rates(@CurrentAccess() access: Access, @Query() query: DisclosureRateQuery): Promise<DisclosureRates> {
    return this.activity.rates(access, query);
  }
}
