import { Body, Controller } from '@nestjs/common';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { Route, tool } from '../../../http/route.js';
import { AbsentVotersChanged, ChangeAbsentVoters } from './absent-voter.dto.js';
import { AbsentVoterService } from './absent-voter.service.js';

@Controller()
export class AbsentVoterController {
  constructor(private readonly voters: AbsentVoterService) {}

  @Route({
    method: 'POST',
    path: '/v1/absent-voters',
    reach: tool('contact-creator'),
    action: 'absent-voter.change',
    summary: 'Enter and clear who votes by post or by proxy, by elector number',
    description:
      'At most 1,000 items, each answered in its place; those that match somebody are changed although others do not. Sending the same again changes nothing.',
    request: ChangeAbsentVoters,
    response: AbsentVotersChanged,
    problems: ['not-found'],
    example: {
      request: {
        constituencyId: 'E14001434',
        set: [{ electorNumber: 'KA-124/1', kind: 'post' }],
        clear: ['KA-9'],
      },
      response: {
        changed: 1,
        set: [{ electorNumber: 'KA-124/1', outcome: 'done' }],
        clear: [{ electorNumber: 'KA-9', outcome: 'unknown' }],
      },
    },
  })
  change(@CurrentAccess() access: Access, @Body() body: ChangeAbsentVoters): Promise<AbsentVotersChanged> {
    return this.voters.change(access, body);
  }
}
