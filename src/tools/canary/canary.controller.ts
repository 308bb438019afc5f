import { Controller } from '@nestjs/common';
import { CurrentAccess, type Access } from '../../access/access.js';
import { Route, tool } from '../../http/route.js';
import { CanaryElectors } from './canary.dto.js';
import { CanaryService } from './canary.service.js';

@Controller()
export class CanaryController {
  constructor(private readonly canary: CanaryService) {}

  @Route({
    method: 'GET',
    path: '/v1/canary/electors',
    reach: tool('canary'),
    action: 'canary.read',
    summary: 'Made-up people, to see that the switch works',
    description:
      'A tool that no party works with: it goes through gate and fence as the others do, is stopped by a suspension of `canary` or of everything, and is what drills switch off.',
    response: CanaryElectors,
    example: {
      response: { items: [{ forename: 'Canary', surname: 'Example', address: '1 Invented Row, Nowhere' }] },
    },
  })
  electors(@CurrentAccess() access: Access): Promise<CanaryElectors> {
    return this.canary.electors(access);
  }
}
