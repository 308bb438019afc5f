import { Controller, Param, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../access/access.js';
import { PageQuery, pageOf, type Page } from '../http/keyset.js';
import { control, Route } from '../http/route.js';
import { Purpose } from './purpose.dto.js';
import { PurposeService } from './purpose.service.js';

const example = {
  code: 'voter-contact',
  title: 'Canvassing electors and telling them about candidates and policies',
  lawfulBasis: 'UK GDPR Art. 6(1)(e) with DPA 2018 s. 8(e), democratic engagement',
  article9Condition: 'DPA 2018 Sch. 1 para. 22, political parties',
  tools: ['contact-creator'],
  dataClasses: ['identity', 'contact-details', 'opinion', 'electoral-status'],
  retention: 'two general elections after the last contact',
  author: 'Rosette',
  createdAt: '2026-01-05T10:00:00.000Z',
  endedAt: null,
};

@Controller()
export class PurposeController {
  constructor(private readonly purposes: PurposeService) {}

  @Route({
    method: 'GET',
    path: '/v1/purposes',
    reach: control,
    action: 'purpose.read',
    summary: 'The register of purposes, by code',
    query: PageQuery,
    response: pageOf(Purpose, 'PurposePage'),
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: PageQuery): Promise<Page<Purpose>> {
    return this.purposes.list(access, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/purposes/:code',
    reach: control,
    action: 'purpose.read',
    summary: 'One purpose',
    params: { code: 'As in `Data-Purpose`' },
    response: Purpose,
    example: { response: example },
  })
  byCode(@CurrentAccess() access: Access, @Param('code') code: string): Promise<Purpose> {
    return this.purposes.byCode(access, code);
  }
}
