import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentAccess, type Access } from '../access/access.js';
import { Route, self } from '../http/route.js';
import { AccessState } from './access-state.dto.js';
import { AccessStateService } from './access-state.service.js';
import { AccessStateStreams } from './access-state-streams.service.js';

const example = {
  tools: [{ name: 'contact-creator', isOpen: false }],
  suspended: [
    {
      suspensionId: '3d1c7d1e-8f4a-4a6e-9a55-0f8f5f1f6b10',
      kind: 'tool',
      id: 'contact-creator',
      notice: 'Contact Creator is switched off while we look into a possible breach.',
      appealNote: 'Write to the data protection officer: dpo@example.org.',
      inForceAt: '2026-02-20T21:14:03.512Z',
    },
  ],
};

@Controller()
export class AccessStateController {
  constructor(
    private readonly states: AccessStateService,
    private readonly streams: AccessStateStreams,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/access-state',
    reach: self,
    action: 'session.self',
    summary: 'What is suspended for me, now',
    response: AccessState,
    example: { response: example },
  })
  mine(@CurrentAccess() access: Access): Promise<AccessState> {
    return this.states.mine(access);
  }

  @Route({
    method: 'GET',
    path: '/v1/access-state/stream',
    reach: self,
    action: 'session.self',
    summary: 'What is suspended for me, now and whenever it changes',
    description:
      'Server-sent events. `state` holds what `GET /v1/access-state` answers: at once, and again whenever it changes. ' +
      '`unknown`: this replica cannot be certain of anything; show no data until the next `state`. `end` is the last event and ' +
      'says `why`: `session-ended`, `departed` or `shutting-down`. The `id` is the epoch of the switch. A comment comes every ' +
      '15 seconds: a client that hears nothing for 30 takes the state for unknown and connects anew. It stays up whatever ' +
      'is suspended. The token goes into the `Authorization` header, so that browsers read it with `fetch`. Not over HTTP/1.0.',
    response: {
      contentType: 'text/event-stream; charset=utf-8',
      description: 'Events, until one of both sides ends',
    },
    problems: ['access-state-unknown', 'http-version-not-supported', 'shutting-down'],
    example: { response: `retry: 1000\n\nid: 42\nevent: state\ndata: ${JSON.stringify(example)}\n\n` },
  })
  stream(@CurrentAccess() access: Access, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.streams.open(access, request, reply);
  }

  @Route({
    method: 'POST',
    path: '/v1/access-state/wiped',
    reach: self,
    action: 'session.self',
    summary: 'Say that this device has wiped itself',
    description:
      'The answer alone carries `Clear-Site-Data`, which reaches only what the browser keeps for this origin.',
    response: 'none',
  })
  async wiped(
    @CurrentAccess() access: Access,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.states.wiped(access);
    // After the record: a refusal must not clear anything.
    void reply.header('Clear-Site-Data', '"cache", "storage"');
  }
}
