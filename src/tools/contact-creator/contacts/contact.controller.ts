import { Body, Controller, Param, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { UuidPipe } from '../../../http/uuid.pipe.js';
import { contactExample, itemExample, resultsExample } from './contact-example.js';
import {
  Contact,
  ContactBatch,
  ContactQuery,
  ContactResult,
  ContactResults,
  CorrectContact,
  RetractContact,
} from './contact.dto.js';
import { ContactService } from './contact.service.js';

const reach = tool('contact-creator');
const params = { id: 'Id of the contact, as the device made it' };
const constituencyId = 'E14001434';

@Controller()
export class ContactController {
  constructor(private readonly contacts: ContactService) {}

  @Route({
    method: 'POST',
    path: '/v1/contacts',
    reach,
    action: 'contact.record',
    summary: 'Record what came of a round: attempts, conversations and what was said',
    description:
      'Up to 500 items, each judged by itself and answered in its place; one that is refused fails no other. An item may be ' +
      'sent again under its id: the same content is recorded once, other content is a conflict. Canvassers record whom they ' +
      'met on a walk that was theirs at the time of the device, until 14 days after the list has expired. A time in the ' +
      'future counts as now; one more than 366 days back is refused.',
    request: ContactBatch,
    itemwise: 'contacts',
    response: ContactResults,
    problems: ['not-found'],
    example: { request: { constituencyId, contacts: [itemExample] }, response: resultsExample },
  })
  record(@CurrentAccess() access: Access, @Body() body: ContactBatch): Promise<ContactResults> {
    return this.contacts.record(access, body);
  }

  @Route({
    method: 'POST',
    path: '/v1/contacts/:id/correction',
    reach,
    action: 'contact.record',
    summary: 'Record what should have been recorded; what was stays in the trail',
    description: 'Of one’s own contacts, and for organisers of any in their areas. May be sent again.',
    request: CorrectContact,
    response: ContactResult,
    params,
    problems: ['not-found', 'conflict', 'opinions-not-allowed', 'opinion-of-a-minor'],
    example: {
      request: { constituencyId, reason: 'the wrong neighbour', contact: itemExample },
      response: resultsExample.contacts[0],
    },
  })
  correct(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Body() body: CorrectContact,
  ): Promise<ContactResult> {
    return this.contacts.correct(access, id, body);
  }

  @Route({
    method: 'POST',
    path: '/v1/contacts/:id/retraction',
    reach,
    action: 'contact.record',
    summary: 'Take a contact back; it stays in the trail and counts no longer',
    request: RetractContact,
    response: 'none',
    params,
    problems: ['not-found', 'conflict'],
    example: { request: { constituencyId, reason: 'never happened' } },
  })
  retract(
    @CurrentAccess() access: Access,
    @Param('id', UuidPipe) id: string,
    @Body() body: RetractContact,
  ): Promise<void> {
    return this.contacts.retract(access, id, body);
  }

  @Route({
    method: 'GET',
    path: '/v1/contacts',
    reach,
    action: 'contact.read',
    classes: ['identity', 'opinion'],
    purpose: 'header',
    summary: 'What was recorded of an elector, latest first, with what was corrected and retracted',
    query: ContactQuery,
    response: pageOf(Contact, 'ContactPage'),
    problems: ['not-found'],
    example: { response: { items: [contactExample], next: null } },
  })
  ofElector(@CurrentAccess() access: Access, @Query() query: ContactQuery): Promise<Page<Contact>> {
    return this.contacts.ofElector(access, query);
  }
}
