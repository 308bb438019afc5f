import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentAccess, type Access } from '../access/access.js';
import { Route, self } from '../http/route.js';
import { AccessState } from './access-state.dto.js';
import { AccessStateService } from './access-state.service.js';

@Controller()
export class AccessStateController {
  constructor(private readonly states: AccessStateService) {}

  @Route({
    method: 'GET',
    path: '/v1/access-state',
    reach: self,
    action: 'session.self',
    summary: 'What is suspended for me, now',
    response: AccessState,
    example: {
      response: {
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
      },
    },
  })
  mine(@CurrentAccess() access: Access): Promise<AccessState> {
    return this.states.mine(access);
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
