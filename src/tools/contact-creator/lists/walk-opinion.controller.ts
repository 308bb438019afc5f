import { Controller, Param, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { AreaPageQuery } from '../geography/area.dto.js';
import { DoorOpinions } from './walk-opinion.dto.js';
import { WalkOpinionService } from './walk-opinion.service.js';

const example = {
  position: 1,
  id: '5101',
  electors: [
    {
      id: '1042',
      electorNumber: 'KA-124/1',
      votingIntention: {
        code: 'L',
        category: 'lean-support',
        party: null,
        at: '2026-01-17T14:20:00Z',
      },
    },
  ],
};

@Controller()
export class WalkOpinionController {
  constructor(private readonly opinions: WalkOpinionService) {}

  @Route({
    method: 'GET',
    path: '/v1/walks/:id/opinions',
    reach: tool('contact-creator'),
    action: 'walk.work',
    classes: ['identity', 'opinion'],
    purpose: 'resource',
    summary: 'What those on a walk said of their vote last, in walk order',
    description:
      'For who works the walk now, and for organisers. Read for the purpose of the list. Nobody under 18 is in it, nor who may not be called on by now.',
    query: AreaPageQuery,
    response: pageOf(DoorOpinions, 'DoorOpinionsPage'),
    params: { id: 'Id of the walk' },
    example: { response: { items: [example], next: null } },
  })
  ofWalk(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaPageQuery,
  ): Promise<Page<DoorOpinions>> {
    return this.opinions.ofWalk(access, id, query);
  }
}
