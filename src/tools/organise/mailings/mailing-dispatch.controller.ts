import { Controller, Param, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { MailingDispatchService } from './mailing-dispatch.service.js';
import { mailingExample } from './mailing-example.js';
import { ConstituencyPageQuery, ConstituencyQuery } from '../area.dto.js';
import { Mailing } from './mailing.dto.js';
import { MailingForecast, MailingRecipient } from './recipient.dto.js';

const params = { id: 'Id of the mailing' };
const reach = tool('organise');

@Controller()
export class MailingDispatchController {
  constructor(private readonly dispatch: MailingDispatchService) {}

  @Route({
    method: 'POST',
    path: '/v1/mailings/:id/count',
    reach,
    action: 'mailing.read',
    classes: ['membership'],
    purpose: 'resource',
    summary: 'Who would get it if it were sent now, in numbers',
    query: ConstituencyQuery,
    response: MailingForecast,
    params,
    example: {
      response: {
        matched: 715,
        recipients: 690,
        withoutAddress: 13,
        unsubscribed: 10,
        objected: 1,
        bounced: 1,
      },
    },
  })
  count(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
  ): Promise<MailingForecast> {
    return this.dispatch.count(access, query.constituencyId, id);
  }

  @Route({
    method: 'POST',
    path: '/v1/mailings/:id/send',
    reach,
    action: 'mailing.send',
    purpose: 'resource',
    idempotent: true,
    stepUp: true,
    status: 202,
    summary: 'Send it',
    description:
      'Writes down whom it is for, then hands the messages to the mail server at its pace; suppressed addresses are left ' +
      'out up to the last moment. While the tool, the sender, an office or the constituency is suspended nothing leaves, ' +
      'and it goes on with the lift. A message may arrive twice only if a replica dies between the mail server’s ' +
      'acceptance and the note of it; both then carry one `Message-ID`.',
    query: ConstituencyQuery,
    response: Mailing,
    problems: ['conflict'],
    params,
    example: { response: mailingExample },
  })
  send(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
  ): Promise<Mailing> {
    return this.dispatch.send(access, query.constituencyId, id);
  }

  @Route({
    method: 'POST',
    path: '/v1/mailings/:id/cancel',
    reach,
    action: 'mailing.change',
    purpose: 'resource',
    summary: 'Stop it: what has not left does not leave',
    query: ConstituencyQuery,
    response: Mailing,
    problems: ['conflict'],
    params,
    example: { response: { ...mailingExample, state: 'cancelled' } },
  })
  cancel(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyQuery,
  ): Promise<Mailing> {
    return this.dispatch.cancel(access, query.constituencyId, id);
  }

  @Route({
    method: 'GET',
    path: '/v1/mailings/:id/recipients',
    reach,
    action: 'mailing.read',
    classes: ['contact-details', 'membership'],
    purpose: 'resource',
    summary: 'Whom it was for, and what became of each message',
    query: ConstituencyPageQuery,
    response: pageOf(MailingRecipient, 'MailingRecipientPage'),
    params,
    example: {
      response: {
        items: [{ memberId: '88001', state: 'handed-over', at: '2026-03-02T10:00:12.000Z' }],
        next: null,
      },
    },
  })
  recipients(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Query() query: ConstituencyPageQuery,
  ): Promise<Page<MailingRecipient>> {
    return this.dispatch.list(access, id, query);
  }
}
