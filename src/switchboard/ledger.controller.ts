import { Controller, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../access/access.js';
import { pageOf, type Page } from '../http/keyset.js';
import { control, Route } from '../http/route.js';
import { ActionQuery, Disclosure, DisclosureQuery, RecordedAction } from './ledger.dto.js';
import { LedgerService } from './ledger.service.js';

const disclosure = {
  id: '1a0f6d52-7c1e-4f0a-9b3c-2d4e6f8a0b1c',
  at: '2026-02-20T21:10:44.120Z',
  accountId: '0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11',
  sessionId: '2b1c3d4e-5f60-4718-8293-a4b5c6d7e8f9',
  role: 'organiser',
  tool: 'contact-creator',
  action: 'elector.read',
  purpose: 'voter-contact',
  dataClasses: ['identity'],
  constituencyIds: ['E14001434'],
  requestId: '0b8f7a52-6d0e-4c39-9a55-3f4e8f1d2c6b',
  addressClass: 'public',
  rows: 2,
  subjectCount: 2,
  subjectIds: ['1042', '1043'],
  targetKind: null,
  targetId: null,
};
const action = {
  id: '6c5b4a39-2817-4605-9f4e-3d2c1b0a9988',
  at: '2026-02-20T21:14:03.512Z',
  accountId: '3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10',
  sessionId: '8f9e0d1c-2b3a-4958-8776-655443322110',
  tool: null,
  action: 'user.depart',
  outcome: 'done',
  code: null,
  targetKind: 'departure',
  targetId: '9b1f7c0a-3c11-4a0e-8d52-6b7f1c2d3e40',
  requestId: '5d6c7b8a-9900-4112-8223-344556677889',
  detail: { grants: 6, sessions: 5, people: 4, offices: 1 },
};

@Controller()
export class LedgerController {
  constructor(private readonly ledger: LedgerService) {}

  @Route({
    method: 'GET',
    path: '/v1/disclosures',
    reach: control,
    action: 'disclosure.read',
    summary: 'Who saw whom, for which purpose, newest first',
    description: 'Reading it is recorded among the actions.',
    query: DisclosureQuery,
    response: pageOf(Disclosure, 'DisclosurePage'),
    example: { response: { items: [disclosure], next: null } },
  })
  disclosures(@CurrentAccess() access: Access, @Query() query: DisclosureQuery): Promise<Page<Disclosure>> {
    return this.ledger.disclosures(access, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/actions',
    reach: control,
    action: 'action.read',
    summary: 'What was done and what was refused, newest first',
    description: 'Reading it is recorded too.',
    query: ActionQuery,
    response: pageOf(RecordedAction, 'ActionPage'),
    example: { response: { items: [action], next: null } },
  })
  actions(@CurrentAccess() access: Access, @Query() query: ActionQuery): Promise<Page<RecordedAction>> {
    return this.ledger.actions(access, query);
  }
}
