import { Inject, Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { ENVIRONMENT, type Environment } from '../../../config/environment.js';
import { addressOf } from '../../../config/mailbox.js';
import { Custody } from '../../../custody/custody.service.js';
import type { Tx } from '../../../database/tx.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { JobQueue } from '../../../jobs/job-queue.service.js';
import { Outbox } from '../../../mail/outbox.service.js';
import { SuppressionService } from '../../../protection/suppression.service.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import type { ConstituencyPageQuery } from '../area.dto.js';
import type { Mailing } from './mailing.dto.js';
import { MailingRecipientRepository } from './mailing-recipient.repository.js';
import { MailingRepository, stateOf, type MailingRow } from './mailing.repository.js';
import { mailingKind } from './mailing-work.service.js';
import { shown } from './mailing.service.js';
import type { MailingForecast, MailingRecipient } from './recipient.dto.js';
import { memberCommunication } from './member-communication.js';
import { readSegment } from './segment.rules.js';

/** In charge of a mailing on its way: who would get it, sending, stopping, and who got it. */
@Injectable()
export class MailingDispatchService {
  constructor(
    private readonly fence: Fence,
    private readonly custody: Custody,
    private readonly mailings: MailingRepository,
    private readonly recipients: MailingRecipientRepository,
    private readonly suppressions: SuppressionService,
    private readonly queue: JobQueue,
    private readonly outbox: Outbox,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /** Errors: `not-found`, `purpose-not-authorised`. */
  count(access: Access, constituencyId: string, id: string): Promise<MailingForecast> {
    const ask = {
      action: 'mailing.read',
      ...memberCommunication,
      constituencyIds: [constituencyId],
    } as const;
    return this.custody.disclose(access, ask, async (tx) => {
      const { segment } = found(await this.mailings.byId(tx, constituencyId, id));
      const members = await this.recipients.matched(tx, constituencyId, readSegment(segment, '/segment'));
      const keys = this.suppressions.keys();
      const reachable = members.flatMap(({ email }) =>
        email !== null && addressOf(email.trim()) !== undefined ? [email] : [],
      );
      const hashes = reachable.map((email) => this.suppressions.hashesOf(keys, email));
      const reasons = await this.suppressions.reasons(tx, hashes);
      const of = (wanted: string | undefined) => reasons.filter((reason) => reason === wanted).length;
      const value: MailingForecast = {
        matched: members.length,
        recipients: of(undefined),
        withoutAddress: members.length - reachable.length,
        unsubscribed: of('unsubscribed'),
        objected: of('objected'),
        bounced: of('bounced'),
      };
      return { value, subjectIds: [], rows: 0 };
    });
  }

  /** A draft, or one that failed: it goes on. Errors: `not-found`, `conflict`, `purpose-not-authorised`. */
  send(access: Access, constituencyId: string, id: string): Promise<Mailing> {
    if (this.environment.PUBLIC_URL === undefined)
      throw new Problem('conflict', { detail: 'PUBLIC_URL is not set: nobody could unsubscribe' });
    const ask = {
      action: 'mailing.send',
      ...memberCommunication,
      constituencyIds: [constituencyId],
    } as const;
    const begin = async (tx: Tx) => {
      const state = stateOf(found(await this.mailings.lock(tx, constituencyId, id)));
      if (state !== 'draft' && state !== 'failed')
        throw new Problem('conflict', { detail: `the mailing is ${state}` });
      const jobId = await this.queue.enqueue(tx, {
        kind: mailingKind,
        payload: { constituencyId, mailingId: id },
        scopes: [...access.admission.scopes, `area:${constituencyId}`],
        accountId: access.principal.accountId,
        sessionId: access.principal.sessionId,
      });
      await this.mailings.begin(tx, constituencyId, id, jobId);
      return {
        value: await this.read(tx, constituencyId, id),
        target: { kind: 'mailing', id },
        detail: { did: 'send', jobId },
      };
    };
    return this.fence.create(access, ask, begin, (tx) => this.read(tx, constituencyId, id));
  }

  /** Nobody is written to any more. Errors: `not-found`, `conflict` where nothing is under way. */
  cancel(access: Access, constituencyId: string, id: string): Promise<Mailing> {
    const ask = {
      action: 'mailing.change',
      ...memberCommunication,
      constituencyIds: [constituencyId],
    } as const;
    return this.fence.change(access, ask, async (tx) => {
      const state = stateOf(found(await this.mailings.lock(tx, constituencyId, id)));
      const jobId = state === 'sent' ? undefined : await this.mailings.cancel(tx, constituencyId, id);
      if (jobId === undefined) throw new Problem('conflict', { detail: `the mailing is ${state}` });
      await this.queue.cancel(tx, jobId);
      const ids = await this.recipients.cancel(tx, constituencyId, id);
      const stopped = await this.outbox.cancel(tx, ids);
      return {
        value: await this.read(tx, constituencyId, id),
        target: { kind: 'mailing', id },
        detail: { did: 'cancel', stopped },
      };
    });
  }

  /** In the order of their ids. Errors: `not-found`, `purpose-not-authorised`, `budget-exceeded`. */
  list(access: Access, id: string, query: ConstituencyPageQuery): Promise<Page<MailingRecipient>> {
    const { constituencyId, limit } = query;
    const after = (decodeCursor(query.after, ['id'])?.[0] ?? '0') as string;
    const ask = {
      action: 'mailing.read',
      purpose: memberCommunication.purpose,
      classes: ['contact-details', 'membership'],
      constituencyIds: [constituencyId],
    } as const;
    return this.custody.disclose(access, ask, async (tx) => {
      found(await this.mailings.byId(tx, constituencyId, id));
      const rows = await this.recipients.page(tx, constituencyId, id, limit + 1, after);
      const value = page(rows, limit, ({ memberId }) => [memberId]);
      return { value, subjectIds: value.items.map(({ memberId }) => memberId) };
    });
  }

  private async read(tx: Tx, constituencyId: string, id: string): Promise<Mailing> {
    return shown(found(await this.mailings.byId(tx, constituencyId, id)));
  }
}

function found(row: MailingRow | undefined): MailingRow {
  if (!row) throw new Problem('not-found');
  return row;
}
