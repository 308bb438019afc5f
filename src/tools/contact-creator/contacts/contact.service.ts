import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { Custody } from '../../../custody/custody.service.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { counted, readBatch, readOne, resultsOf } from './contact-batch.rules.js';
import { problemOf } from './contact-result.rules.js';
import type {
  Contact,
  ContactBatch,
  ContactQuery,
  ContactResult,
  ContactResults,
  CorrectContact,
  RetractContact,
} from './contact.dto.js';
import { ContactReadModel } from './contact.read-model.js';
import { ContactRepository } from './contact.repository.js';

/**
 * In charge of what was said at the door. A batch is one transaction and one call to the database, which judges every item
 * by itself; what a device hands in twice is recorded once. Nothing is overwritten: a correction stands beside what it
 * corrects.
 */
@Injectable()
export class ContactService {
  constructor(
    private readonly custody: Custody,
    private readonly contacts: ContactRepository,
    private readonly readModel: ContactReadModel,
  ) {}

  /** Answers item by item, in their order; an item that is refused fails no other. */
  async record(access: Access, { constituencyId, contacts }: ContactBatch): Promise<ContactResults> {
    const batch = readBatch(contacts, constituencyId);
    const ask = { action: 'contact.record', constituencyIds: [constituencyId] } as const;
    const results = await this.custody.change(access, ask, async (tx) => {
      const value = resultsOf(batch, await this.contacts.record(tx, constituencyId, batch.items));
      return { value, target: { kind: 'constituency', id: constituencyId }, detail: counted(value) };
    });
    return { contacts: results };
  }

  /**
   * Puts a new contact in the place of one of one's own, or of anybody's for who reads the lists of the area. May be sent
   * again. Errors: `not-found`; `conflict` where it was corrected otherwise or retracted; what a batch would refuse.
   */
  async correct(access: Access, id: string, body: CorrectContact): Promise<ContactResult> {
    const { constituencyId, reason } = body;
    const { item, errors } = readOne(body.contact, '/contact', constituencyId);
    if (!item) throw new Problem('validation-failed', { errors });
    const ask = { action: 'contact.record', constituencyIds: [constituencyId] } as const;
    return this.custody.change(access, ask, async (tx) => {
      const { status, fault } = await this.contacts.correct(tx, constituencyId, id, item, reason);
      if (status === 'absent') throw new Problem('not-found');
      if (status === 'ended' || status === 'conflict')
        throw new Problem('conflict', { detail: endings[status] });
      if (fault !== null) throw problemOf(fault, '/contact');
      const detail = { correctedBy: item.id, status };
      return { value: { id: item.id, status }, target: { kind: 'contact', id }, detail };
    });
  }

  /** Takes a contact back; may be sent again. Errors: `not-found`; `conflict` where it was corrected. */
  async retract(access: Access, id: string, { constituencyId, reason }: RetractContact): Promise<void> {
    const ask = { action: 'contact.record', constituencyIds: [constituencyId] } as const;
    await this.custody.change(access, ask, async (tx) => {
      const outcome = await this.contacts.retract(tx, constituencyId, id, reason);
      if (outcome === 'absent') throw new Problem('not-found');
      if (outcome === 'replaced') throw new Problem('conflict', { detail: endings.ended });
      return { value: undefined, target: { kind: 'contact', id }, detail: { outcome } };
    });
  }

  /** What was recorded of an elector, latest first, with what was taken back. */
  ofElector(access: Access, query: ContactQuery): Promise<Page<Contact>> {
    const { constituencyId, electorId, limit } = query;
    const cursor = decodeCursor(query.after, ['milliseconds', 'uuid']);
    const after = cursor && { effectiveMs: cursor[0] as number, id: cursor[1] as string };
    const ask = {
      action: 'contact.read',
      classes: ['identity', 'opinion'],
      constituencyIds: [constituencyId],
    } as const;
    return this.custody.disclose(access, ask, async (tx) => {
      const rows = await this.readModel.ofElector(tx, constituencyId, electorId, limit + 1, after);
      const value = page(rows, limit, (row) => [new Date(row.effectiveAt).getTime(), row.id]);
      const rowsShown = value.items.length;
      return { value, subjectIds: rowsShown > 0 ? [electorId] : [], rows: rowsShown };
    });
  }
}

const endings = {
  ended: 'the contact was corrected or retracted before',
  conflict: 'the id stands for a contact with other content',
};
