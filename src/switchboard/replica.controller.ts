import { Controller } from '@nestjs/common';
import { CurrentAccess, type Access } from '../access/access.js';
import { control, Route } from '../http/route.js';
import { Replicas } from './replica.dto.js';
import { ReplicaService } from './replica.service.js';

@Controller()
export class ReplicaController {
  constructor(private readonly replicas: ReplicaService) {}

  @Route({
    method: 'GET',
    path: '/v1/replicas',
    reach: control,
    action: 'suspension.read',
    summary: 'The processes that answer, and how far each is with the switch',
    response: Replicas,
    example: {
      response: {
        epoch: 7,
        items: [
          {
            number: 42,
            host: 'two.example.org',
            processId: 2522,
            build: 'v24.11.0',
            startedAt: '2026-02-20T06:00:00.000Z',
            lastSeenAt: '2026-02-20T21:14:03.498Z',
            silentMs: 14,
            mayHoldLease: true,
            isFenced: false,
            closedEpoch: 7,
            drainedEpoch: 7,
          },
        ],
      },
    },
  })
  list(@CurrentAccess() access: Access): Promise<Replicas> {
    return this.replicas.list(access);
  }
}
