import { Body, Controller } from '@nestjs/common';
import { CurrentAccess, type Access } from '../access/access.js';
import { Route, self } from '../http/route.js';
import { AcceptUndertaking, Undertaking } from './undertaking.dto.js';
import { UndertakingService } from './undertaking.service.js';

const example = {
  version: 1,
  text: 'I will look at personal data only for the purposes the party has authorised and only as far as my task needs.',
  acceptedAt: null,
};

@Controller()
export class UndertakingController {
  constructor(private readonly undertakings: UndertakingService) {}

  @Route({
    method: 'GET',
    path: '/v1/me/undertaking',
    reach: self,
    action: 'session.self',
    summary: 'The undertaking in force, and whether I have accepted it',
    response: Undertaking,
    problems: ['not-found'],
    example: { response: example },
  })
  mine(@CurrentAccess() access: Access): Promise<Undertaking> {
    return this.undertakings.mine(access);
  }

  @Route({
    method: 'POST',
    path: '/v1/me/undertaking',
    reach: self,
    action: 'session.self',
    summary: 'Accept the undertaking in force',
    request: AcceptUndertaking,
    response: Undertaking,
    problems: ['not-found', 'conflict'],
    example: { request: { version: 1 }, response: { ...example, acceptedAt: '2026-01-05T10:00:00.000Z' } },
  })
  accept(@CurrentAccess() access: Access, @Body() { version }: AcceptUndertaking): Promise<Undertaking> {
    return this.undertakings.accept(access, version);
  }
}
