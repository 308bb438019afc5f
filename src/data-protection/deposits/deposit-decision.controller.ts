import { Body, Controller, Param, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../../access/access.js';
import { pageOf, type Page } from '../../http/keyset.js';
import { control, Route } from '../../http/route.js';
import { UuidPipe } from '../../http/uuid.pipe.js';
import { DecideDeposit, Deposit, DepositQuery } from './deposit-decision.dto.js';
import { DepositDecisionService } from './deposit-decision.service.js';

const waiting = {
  id: '5d6c7b8a-9900-4112-8223-344556677889',
  constituencyId: 'E14001434',
  listId: '8f14e45f-ceea-467f-a8d1-3f3b0b1f7c11',
  walkId: '45c48cce-2e2d-4fbd-a1af-c51c7c6ad26a',
  depositedBy: '6f4922f4-5568-4a1f-8c2b-0a1b2c3d4e5f',
  receivedAt: '2026-02-20T21:16:12.004Z',
  received: 34,
  state: 'quarantined',
  keptUntil: '2026-03-20T21:16:12.004Z',
  decidedAt: null,
  decidedBy: null,
  reason: null,
  outcomes: null,
};
const decided = {
  ...waiting,
  keptUntil: null,
  decidedAt: '2026-02-24T09:02:40.311Z',
  decidedBy: '3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10',
  reason: 'The team was not concerned by the incident.',
};
const released = {
  ...decided,
  state: 'released',
  outcomes: { recorded: 31, repeated: 2, conflict: 0, rejected: 1 },
};
const request = { reason: decided.reason };

@Controller()
export class DepositDecisionController {
  constructor(private readonly decisions: DepositDecisionService) {}

  @Route({
    method: 'GET',
    path: '/v1/deposits',
    reach: control,
    action: 'deposit.read',
    summary: 'What devices have handed in: who, when, how much and of which walk, newest first',
    description: 'Never what they say: nobody reads a deposit.',
    query: DepositQuery,
    response: pageOf(Deposit, 'DepositPage'),
    example: { response: { items: [waiting], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: DepositQuery): Promise<Page<Deposit>> {
    return this.decisions.list(access, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/deposits/:id/release',
    reach: control,
    action: 'deposit.decide',
    stepUp: true,
    summary: 'Let the contacts of a deposit in',
    description:
      'Each by the rules of `POST /v1/contacts` at the time it was handed in, in the name of who did; nobody lets in his own. ' +
      'Not while the tool, everything or the constituency is suspended. May be sent again.',
    request: DecideDeposit,
    response: Deposit,
    problems: ['conflict', 'tool-suspended', 'area-suspended'],
    example: { request, response: released },
  })
  release(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Body() { reason }: DecideDeposit,
  ): Promise<Deposit> {
    return this.decisions.release(access, id, reason);
  }

  @Route({
    method: 'POST',
    path: '/v1/deposits/:id/discard',
    reach: control,
    action: 'deposit.decide',
    stepUp: true,
    summary: 'Throw the contacts of a deposit away',
    description: 'Also while everything is suspended. May be sent again.',
    request: DecideDeposit,
    response: Deposit,
    problems: ['conflict'],
    example: { request, response: { ...decided, state: 'discarded' } },
  })
  discard(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Body() { reason }: DecideDeposit,
  ): Promise<Deposit> {
    return this.decisions.discard(access, id, reason);
  }
}
