import { Controller, Param, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { AreaPageQuery, AreaQuery } from '../geography/area.dto.js';
import { WalkDoorService } from './walk-door.service.js';
import { claimedWalkExample, myWalkExample, walkDoorExample } from './walk-example.js';
import { WalkWorkService } from './walk-work.service.js';
import { ClaimedWalk, MyWalk, WalkDoor } from './walk.dto.js';

const reach = tool('contact-creator');
const params = { id: 'Id of the walk' };

/** Walks as canvassers have them: their own, in the hours assigned. */
@Controller()
export class WalkWorkController {
  constructor(
    private readonly work: WalkWorkService,
    private readonly walkDoors: WalkDoorService,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/walks',
    reach,
    action: 'walk.work',
    summary: 'The walks that are mine now: assigned to me at this hour, or claimed by me',
    query: AreaPageQuery,
    response: pageOf(MyWalk, 'MyWalkPage'),
    problems: ['not-found'],
    example: { response: { items: [myWalkExample], next: null } },
  })
  mine(@CurrentAccess() access: Access, @Query() query: AreaPageQuery): Promise<Page<MyWalk>> {
    return this.work.mine(access, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/walks/:id/claim',
    reach,
    action: 'walk.work',
    summary: 'Take a walk for four hours, or for four more',
    description:
      'One holder at a time, and no two claimed walks share a door. A claim ends with the hours assigned and with the list. ' +
      'With it comes a token by which the device can hand in what was recorded on the walk, whatever happens to the tool or ' +
      'its holder meanwhile.',
    query: AreaQuery,
    response: ClaimedWalk,
    params,
    problems: ['conflict'],
    example: { response: claimedWalkExample },
  })
  claim(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
  ): Promise<ClaimedWalk> {
    return this.work.claim(access, query.constituencyId, id);
  }

  @Route({
    method: 'DELETE',
    path: '/v1/walks/:id/claim',
    reach,
    action: 'walk.work',
    summary: 'Give a walk back',
    query: AreaQuery,
    response: 'none',
    params,
  })
  release(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaQuery,
  ): Promise<void> {
    return this.work.release(access, query.constituencyId, id);
  }

  @Route({
    method: 'GET',
    path: '/v1/walks/:id/doors',
    reach,
    action: 'walk.work',
    classes: ['identity', 'opinion'],
    purpose: 'resource',
    summary: 'The doors of a walk of mine with whom to call on, in walk order',
    description:
      'Read for the purpose of the list. Who may not be called on by now is left out. A walk that somebody else holds shows nothing. The class of opinions is recorded where the selection asked for opinions.',
    query: AreaPageQuery,
    response: pageOf(WalkDoor, 'WalkDoorPage'),
    params,
    problems: ['conflict'],
    example: { response: { items: [walkDoorExample], next: null } },
  })
  doors(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: AreaPageQuery,
  ): Promise<Page<WalkDoor>> {
    return this.walkDoors.ofMine(access, id, query);
  }
}
