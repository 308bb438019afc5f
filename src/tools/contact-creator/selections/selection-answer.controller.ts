import { Body, Controller, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../../../access/access.js';
import type { DataClass } from '../../../config/vocabulary.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { AreaPageQuery, AreaQuery } from '../geography/area.dto.js';
import { withTag } from '../../../http/versioned.js';
import { Elector } from '../register/elector.dto.js';
import { CountSelection, ElectorWithOpinion, SelectionCount } from './selection-answer.dto.js';
import { SelectionAnswerService } from './selection-answer.service.js';
import { selectionExample } from './selection-example.js';
import { Selection } from './selection.dto.js';

const reach = tool('contact-creator');
/** An answer reveals what it was asked by: as many of these as the definition speaks of are asked and recorded. */
const classes: readonly DataClass[] = ['identity', 'opinion', 'electoral-status'];
const underPurpose =
  'The purpose covers every class of data that the definition speaks of, else 403 `purpose-not-authorised`.';
const count = {
  electors: 84,
  doors: 61,
  households: 63,
  matched: 97,
  excluded: [
    { reason: 'objected', electors: 2 },
    { reason: 'tried-recently', electors: 11 },
  ],
};
const elector = {
  id: '1042',
  constituencyId: 'E14001434',
  electorNumber: 'KA-124/1',
  entryKind: 'ordinary',
  title: null,
  forename: 'Ada',
  middleNames: null,
  surname: 'Example',
  nameSuffix: null,
  nameIsUncertain: false,
  pollingDistrictId: '2041',
  doorId: '5101',
  addressLines: ['Flat 1', '9 Example Road'],
  postcode: 'SW15 9ZZ',
};
const opinion = {
  viCode: 'U',
  viCategory: 'undecided',
  viParty: null,
  viAt: '2026-02-20T21:14:03Z',
  likelihood: 7,
};

@Controller()
export class SelectionAnswerController {
  constructor(private readonly answers: SelectionAnswerService) {}

  @Route({
    method: 'POST',
    path: '/v1/selections/count',
    reach,
    action: 'selection.read',
    classes,
    purpose: 'header',
    summary: 'How many a definition finds, before it is kept',
    description: `Recorded as a disclosure of no rows. ${underPurpose}`,
    request: CountSelection,
    response: SelectionCount,
    problems: ['not-found'],
    example: {
      request: {
        constituencyId: selectionExample.constituencyId,
        definition: selectionExample.definition,
      },
      response: count,
    },
  })
  countDefinition(@CurrentAccess() access: Access, @Body() wanted: CountSelection): Promise<SelectionCount> {
    return this.answers.countDefinition(access, wanted);
  }

  @Route({
    method: 'POST',
    path: '/v1/selections/:id/count',
    reach,
    action: 'selection.read',
    classes,
    purpose: 'header',
    summary: 'How many a selection finds',
    description: `Recorded as a disclosure of no rows. ${underPurpose}`,
    query: AreaQuery,
    response: SelectionCount,
    problems: ['conflict'],
    example: { response: count },
  })
  count(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
  ): Promise<SelectionCount> {
    return this.answers.count(access, query.constituencyId, id);
  }

  @Route({
    method: 'GET',
    path: '/v1/selections/:id/electors',
    reach,
    action: 'selection.read',
    classes,
    purpose: 'header',
    summary: 'Whom a selection finds, in the order in which they were first seen',
    description: `Always people, one each, whatever the \`unit\`: of a selection of doors or households all those found who live there; the count says how many doors and households that are. A frozen one finds whom it kept, less whom its definition would leave out by now: who has left the register, objected, died, moved, become anonymous, or was tried within its \`fatigueDays\`, and for the doorstep whose door asked for peace. ${underPurpose}`,
    query: AreaPageQuery,
    response: pageOf(Elector, 'SelectedElectorPage'),
    problems: ['conflict'],
    example: { response: { items: [elector], next: null } },
  })
  electors(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaPageQuery,
  ): Promise<Page<Elector>> {
    return this.answers.electors(access, id, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/selections/:id/opinions',
    reach,
    action: 'selection.read',
    classes,
    purpose: 'header',
    summary: 'Whom a selection finds, with what they said',
    description: `As the electors of the selection; nobody under eighteen has an opinion here. ${underPurpose}`,
    query: AreaPageQuery,
    response: pageOf(ElectorWithOpinion, 'ElectorWithOpinionPage'),
    problems: ['conflict'],
    example: { response: { items: [{ ...elector, opinion }], next: null } },
  })
  opinions(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaPageQuery,
  ): Promise<Page<ElectorWithOpinion>> {
    return this.answers.opinions(access, id, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/selections/:id/freeze',
    reach,
    action: 'selection.change',
    purpose: 'header',
    summary: 'Keep whom the selection finds now, for good',
    description: `A frozen selection finds nobody else ever after, and leaves out who may not be found at that moment; freezing it again changes nothing. ${underPurpose}`,
    query: AreaQuery,
    response: Selection,
    problems: ['conflict'],
    example: { response: { ...selectionExample, frozenAt: '2026-02-21T09:00:00.000Z' } },
  })
  async freeze(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Selection> {
    return withTag(reply, await this.answers.freeze(access, query.constituencyId, id));
  }
}
