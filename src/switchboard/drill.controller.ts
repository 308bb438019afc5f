import { Controller, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../access/access.js';
import { PageQuery, pageOf, type Page } from '../http/keyset.js';
import { control, Route } from '../http/route.js';
import { Drill } from './drill.dto.js';
import { DrillService } from './drill.service.js';

const example = {
  id: '8a2f61c0-6b1e-4f0c-9a50-2f6f6d0b7c21',
  suspensionId: '3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10',
  epoch: 12,
  orderedBy: '0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11',
  isScheduled: false,
  startedAt: '2026-02-20T21:14:03.511Z',
  endedAt: '2026-02-20T21:14:03.548Z',
  isOk: true,
  wasRefused: true,
  inForceAt: '2026-02-20T21:14:03.512Z',
  completeAt: '2026-02-20T21:14:03.541Z',
  barrierMs: 29,
  answerMs: 34,
  database: { terminated: 0, drainMs: 9 },
  replicas: [{ number: 41, how: 'drained', closedMs: 6, drainedMs: 12, cut: 0, refused: 0 }],
  bound: { leaseMs: 2000, rhoPpm: 1000, waitMs: 2005 },
};

@Controller()
export class DrillController {
  constructor(private readonly drills: DrillService) {}

  @Route({
    method: 'POST',
    path: '/v1/drills',
    reach: control,
    action: 'drill.run',
    stepUp: true,
    summary: 'Try the switch on the canary, and see how long it takes',
    description:
      'Suspends the tool `canary`, which serves made-up people, by the same flip as any order; waits until that is proved everywhere; and lets it go again. No party’s work is touched, and a suspension of the canary that somebody ordered stays. One drill at a time.',
    status: 201,
    idempotent: true,
    response: Drill,
    problems: ['conflict'],
    example: { response: example },
  })
  run(@CurrentAccess() access: Access): Promise<Drill> {
    return this.drills.run(access);
  }

  @Route({
    method: 'GET',
    path: '/v1/drills',
    reach: control,
    action: 'suspension.read',
    summary: 'Every drill, newest first',
    query: PageQuery,
    response: pageOf(Drill, 'DrillPage'),
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: PageQuery): Promise<Page<Drill>> {
    return this.drills.list(access, query);
  }
}
