import { Body, Controller, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../access/access.js';
import { PageQuery, pageOf, type Page } from '../http/keyset.js';
import { control, Route } from '../http/route.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { CutAnswer } from './cut.dto.js';
import { LiftSuspension, OrderSuspension, SuspensionQuery } from './suspension-order.dto.js';
import { Suspension, ToolStates } from './suspension.dto.js';
import { SuspensionService } from './suspension.service.js';

const example = {
  id: '3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10',
  target: { kind: 'tool', id: 'contact-creator' },
  reason: 'Suspected use of party data after a resignation',
  notice: 'Contact Creator is switched off while we look into a possible breach.',
  appealNote: 'Write to the data protection officer: dpo@example.org.',
  orderedAt: '2026-02-20T21:14:03.511Z',
  startsAt: null,
  expiresAt: null,
  reviewAt: '2026-02-23T21:14:03.511Z',
  isReviewDue: false,
  inForceAt: '2026-02-20T21:14:03.512Z',
  epoch: 7,
  scopeEpoch: 7,
  completeAt: '2026-02-20T21:14:03.541Z',
  database: { terminated: 2, drainMs: 9 },
  replicas: [
    { number: 41, how: 'drained', closedMs: 6, drainedMs: 12, cut: 1, refused: 0 },
    { number: 42, how: 'drained', closedMs: 7, drainedMs: 11, cut: 0, refused: 14 },
  ],
  bound: { leaseMs: 2000, rhoPpm: 1000, waitMs: 2005 },
  certificateUrl: '/v1/suspensions/3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10/certificate',
  orderedBy: '0b7a3c52-6f0e-4a5f-8a8e-7b7f0d0c4d11',
  orderedByOperator: null,
  state: 'in-force',
  liftAskedBy: null,
  liftAskedAt: null,
  liftReason: null,
  liftedBy: null,
  liftedByOperator: null,
  liftedAt: null,
  breakGlass: null,
};

const cut = {
  replica: 41,
  at: '2026-02-20T21:14:03.519Z',
  what: 'stream',
  isLate: false,
  why: 'tool-suspended',
  requestId: '0b8f7a52-6d0e-4c39-9a55-3f4e8f1d2c6b',
  accountId: '7d6c5b4a-3928-4716-8594-a3b2c1d0e9f8',
  sessionId: '2b1c3d4e-5f60-4718-8293-a4b5c6d7e8f9',
  route: 'GET /v1/exports/:id/file.csv',
  action: 'export.read',
  bytes: 1_048_576,
  rows: 7_347,
};

@Controller()
export class SuspensionController {
  constructor(private readonly suspensions: SuspensionService) {}

  @Route({
    method: 'POST',
    path: '/v1/suspensions',
    reach: control,
    action: 'suspension.order',
    stepUp: true,
    urgent: true,
    summary: 'Stop everything, a tool, a user, an office, an area or a client',
    description:
      'One person, one call. From `inForceAt` the database refuses every transaction of the scope. Answered when it is true everywhere: from `completeAt` no replica admits, continues or reads anything of the scope, whether or not it reaches the database, and a signed certificate says how that came about. With `startsAt` the system begins it then; with `expiresAt` the system ends it then, and no other of the same target, which stays stopped while any suspension of it is in force.',
    status: 201,
    alsoAnswers: {
      status: 202,
      description:
        'In force, but not yet proved everywhere: `completeAt` is null; or proved, with `completeAt`, and its certificate not sealed yet: `certificateUrl` is null. Any replica finishes it; ask again by `id`, or with the same key. Or `scheduled`: nothing is stopped yet.',
      example: {
        ...example,
        completeAt: null,
        database: null,
        replicas: [],
        bound: null,
        certificateUrl: null,
      },
    },
    idempotent: true,
    request: OrderSuspension,
    response: Suspension,
    example: {
      request: {
        target: example.target,
        reason: example.reason,
        notice: example.notice,
        appealNote: example.appealNote,
      },
      response: example,
    },
  })
  async order(
    @CurrentAccess() access: Access,
    @Body() order: OrderSuspension,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Suspension> {
    const suspension = await this.suspensions.order(access, order);
    if (suspension.certificateUrl === null) void reply.status(202);
    return suspension;
  }

  @Route({
    method: 'GET',
    path: '/v1/suspensions',
    reach: control,
    action: 'suspension.read',
    summary: 'Every suspension, newest first, or those to be looked at again',
    query: SuspensionQuery,
    response: pageOf(Suspension, 'SuspensionPage'),
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: SuspensionQuery): Promise<Page<Suspension>> {
    return this.suspensions.list(access, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/suspensions/:id',
    reach: control,
    action: 'suspension.read',
    summary: 'One suspension',
    response: Suspension,
    problems: ['not-found'],
    example: { response: example },
  })
  byId(@CurrentAccess() access: Access, @Param('id', UuidPipe) id: string): Promise<Suspension> {
    return this.suspensions.byId(access, id);
  }

  @Route({
    method: 'GET',
    path: '/v1/suspensions/:id/cuts',
    reach: control,
    action: 'suspension.read',
    summary: 'What was under way and was cut by a suspension, request by request',
    description:
      'In the order in which it was written down. A replica writes after the cut, and again until it is written.',
    query: PageQuery,
    response: pageOf(CutAnswer, 'CutPage'),
    problems: ['not-found'],
    example: { response: { items: [cut], next: null } },
  })
  cuts(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: PageQuery,
  ): Promise<Page<CutAnswer>> {
    return this.suspensions.cuts(access, id, query);
  }

  @Route({
    method: 'POST',
    path: '/v1/suspensions/:id/lift',
    reach: control,
    action: 'suspension.lift',
    stepUp: true,
    urgent: true,
    summary: 'Ask for a lift, or confirm the one another person asked for',
    description:
      'A tool, everything, and what no person ordered are lifted by two different people, who both name the `scopeEpoch` that they have seen; a lift that was asked for before the target was suspended again, or by somebody who could not lift any more, is asked for anew. A user, office, area or client is lifted by one person, and so is what has not begun. Nobody lifts his own.',
    request: LiftSuspension,
    response: Suspension,
    problems: ['not-found', 'conflict'],
    example: {
      request: { reason: 'No data left the party', expectedEpoch: 7 },
      response: { ...example, state: 'lift-asked' },
    },
  })
  lift(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Body() lift: LiftSuspension,
  ): Promise<Suspension> {
    return this.suspensions.lift(access, id, lift);
  }

  @Route({
    method: 'GET',
    path: '/v1/tools',
    reach: control,
    action: 'tool.read',
    summary: 'The tools, and whether each is running',
    response: ToolStates,
    example: {
      response: {
        items: [{ name: 'contact-creator', isRunning: false, suspensionIds: [example.id] }],
        lifters: 3,
      },
    },
  })
  tools(@CurrentAccess() access: Access): Promise<ToolStates> {
    return this.suspensions.tools(access);
  }
}
