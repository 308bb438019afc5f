import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { withTag } from '../../../http/versioned.js';
import {
  AddVotingIntentionCode,
  ChangeVotingIntentionCode,
  VotingIntentionCode,
  VotingIntentionCodeQuery,
} from './voting-intention-code.dto.js';
import { VotingIntentionCodeService } from './voting-intention-code.service.js';

const wanted = {
  code: 'F',
  label: 'Firm support',
  category: 'firm-support',
  party: 'Example Party',
  validFrom: '2026-01-01',
};
const example = { id: 'c9f0f895-fb98-4b91-9f3a-2b8f6f1c5e01', ...wanted, validUntil: null };
const params = { id: 'Id of the code' };
const reach = tool('contact-creator');

@Controller()
export class VotingIntentionCodeController {
  constructor(private readonly codes: VotingIntentionCodeService) {}

  @Route({
    method: 'GET',
    path: '/v1/voting-intention-codes',
    reach,
    action: 'voting-intention-code.read',
    summary: 'The codes by which voting intention is recorded, ended ones too',
    query: VotingIntentionCodeQuery,
    response: pageOf(VotingIntentionCode, 'VotingIntentionCodePage'),
    example: { response: { items: [example], next: null } },
  })
  list(
    @CurrentAccess() access: Access,
    @Query() query: VotingIntentionCodeQuery,
  ): Promise<Page<VotingIntentionCode>> {
    return this.codes.list(access, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/voting-intention-codes',
    reach,
    action: 'voting-intention-code.change',
    summary: 'Add a code',
    description:
      'One meaning of a code a day. The codes are of every constituency: who adds one needs a grant for all.',
    status: 201,
    idempotent: true,
    request: AddVotingIntentionCode,
    response: VotingIntentionCode,
    problems: ['already-exists'],
    example: { request: wanted, response: example },
  })
  async add(
    @CurrentAccess() access: Access,
    @Body() body: AddVotingIntentionCode,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<VotingIntentionCode> {
    return withTag(reply, await this.codes.add(access, body));
  }

  @Route({
    method: 'GET',
    path: '/v1/voting-intention-codes/:id',
    reach,
    action: 'voting-intention-code.read',
    summary: 'One code',
    etag: true,
    response: VotingIntentionCode,
    params,
    example: { response: example },
  })
  async byId(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<VotingIntentionCode> {
    return withTag(reply, await this.codes.byId(access, id));
  }

  @Route({
    method: 'PATCH',
    path: '/v1/voting-intention-codes/:id',
    reach,
    action: 'voting-intention-code.change',
    summary: 'Rename a code, or end it',
    description:
      'What a code means never changes, and none is deleted: what was recorded by it stays readable. End it and add another.',
    etag: true,
    request: ChangeVotingIntentionCode,
    response: VotingIntentionCode,
    params,
    problems: ['already-exists'],
    example: { request: { validUntil: '2026-06-01' }, response: { ...example, validUntil: '2026-06-01' } },
  })
  async change(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: ChangeVotingIntentionCode,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<VotingIntentionCode> {
    return withTag(reply, await this.codes.change(access, id, ifMatch, body));
  }
}
