import { Body, Controller } from '@nestjs/common';
import { deposit, Route } from '../../../http/route.js';
import { RequestId } from '../../../identity/signed-in.js';
import { itemExample } from '../contacts/contact-example.js';
import { CurrentDepositToken } from './deposit-token.guard.js';
import { HandedInReceipt, HandIn } from './deposit.dto.js';
import { DepositService } from './deposit.service.js';

const id = '9b1f7c0a-3c11-4a0e-8d52-6b7f1c2d3e40';

@Controller()
export class DepositController {
  constructor(private readonly deposits: DepositService) {}

  @Route({
    method: 'POST',
    path: '/v1/deposits',
    reach: deposit('contact-creator'),
    action: 'none',
    status: 202,
    summary: 'Hand in contacts that were recorded and not sent, whatever is suspended and whoever has gone',
    description:
      'With the token that came with the claim of the walk. They go into quarantine, where nobody reads them, until a named ' +
      'person lets them in or throws them away, or 28 days are over. The answer is the same whatever is suspended and ' +
      'whatever they say. While `POST /v1/contacts` answers, use that. At most 30 deposits an hour and 4 MiB in all with one ' +
      'token: one that would exceed it is refused as too large.',
    request: HandIn,
    itemwise: 'contacts',
    bodyLimit: 512 * 1024,
    response: HandedInReceipt,
    problems: ['conflict'],
    example: { request: { id, contacts: [itemExample] }, response: { id, received: 1 } },
  })
  handIn(
    @CurrentDepositToken() token: string,
    @RequestId() requestId: string,
    @Body() body: HandIn,
  ): Promise<HandedInReceipt> {
    return this.deposits.handIn(token, requestId, body);
  }
}
