import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import { tool } from '../../../http/route.js';
import {
  JOB_HANDLERS,
  type JobHandler,
  type JobPayload,
  type RunningJob,
} from '../../../jobs/job-handler.js';
import { JobCancelled, JobFailed } from '../../../jobs/job-interruption.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { Outbox } from '../../../mail/outbox.service.js';
import { SuppressionService } from '../../../protection/suppression.service.js';
import { messageTo } from './mailing-message.rules.js';
import {
  MailingRecipientRepository,
  type MailingText,
  type PendingRecipient,
  type Settled,
} from './mailing-recipient.repository.js';
import { memberCommunication } from './member-communication.js';
import { readSegment } from './segment.rules.js';

export const mailingKind = 'mailing';
const blockRows = 200;

interface MailingPayload extends JobPayload {
  constituencyId: string;
  mailingId: string;
}
type MailingJob = RunningJob<MailingPayload>;

/**
 * In charge of a mailing after it was released. First it is written down whom it is for, in one transaction; then block
 * by block the messages go into the outbox, each block with the note that it went, so that a run that died is taken up
 * where it stopped: nobody is left out and nobody's message is written twice. Every block enters the fence for itself.
 */
@Injectable()
export class MailingWork implements JobHandler<MailingPayload>, OnModuleInit {
  readonly kind = mailingKind;
  readonly reach = tool('organise');

  constructor(
    private readonly fence: Fence,
    private readonly recipients: MailingRecipientRepository,
    private readonly outbox: Outbox,
    private readonly suppressions: SuppressionService,
    @Inject(JOB_HANDLERS) private readonly handlers: JobHandler[],
  ) {}

  onModuleInit(): void {
    this.handlers.push(this as unknown as JobHandler);
  }

  async run(job: MailingJob): Promise<void> {
    for (;;) {
      await job.step();
      const done = await this.block(job);
      if (done === 0) return;
      await job.step({ done: job.progress.done + done });
    }
  }

  /** How many recipients it dealt with; 0: none is left. */
  private block(job: MailingJob): Promise<number> {
    if (!job.entrant) throw new JobFailed('no-session');
    const { constituencyId, mailingId } = job.payload;
    const ask = {
      action: 'mailing.change',
      ...memberCommunication,
      constituencyIds: [constituencyId],
    } as const;
    const target = { kind: 'mailing', id: mailingId };
    return this.fence.change(job.entrant, ask, async (tx) => {
      const mailing = await this.recipients.text(tx, constituencyId, mailingId);
      if (mailing?.state === 'preparing') {
        const condition = readSegment(mailing.segment, '/segment');
        const recipients = await this.recipients.freeze(tx, constituencyId, mailingId, condition);
        return { value: Math.max(recipients, 1), target, detail: { did: 'prepare', recipients } };
      }
      if (mailing?.state !== 'sending') throw new JobCancelled();
      const settled = await this.handOver(tx, job, mailing);
      const messages = settled.filter(({ state }) => state === 'queued').length;
      return { value: settled.length, target, detail: { did: 'queue', messages, of: settled.length } };
    });
  }

  private async handOver(tx: Tx, job: MailingJob, mailing: MailingText): Promise<Settled[]> {
    const { constituencyId, mailingId } = job.payload;
    const condition = readSegment(mailing.segment, '/segment');
    const block = await this.recipients.pending(tx, constituencyId, mailingId, condition, blockRows);
    const keys = this.suppressions.keys();
    const reached = block.filter(hasAddress);
    const hashes = reached.map(({ email }) => this.suppressions.hashesOf(keys, email));
    const reasons = await this.suppressions.reasons(tx, hashes);
    const links = reached.map(({ memberId }, n) => {
      const recipientHashes = hashes[n] ?? [];
      const unsubscribeUrl = this.suppressions.unsubscribeUrl(keys, recipientHashes, memberId);
      if (unsubscribeUrl === undefined) throw new JobFailed('public-url-missing');
      return { unsubscribeUrl, recipientHashes };
    });
    const scopes = job.entrant?.admission.scopes ?? [];
    const written = reached.flatMap((recipient, n) => {
      const link = links[n];
      return reasons[n] === undefined && link
        ? [{ recipient, message: messageTo(recipient, mailing, link, scopes) }]
        : [];
    });
    const outcomes = await this.outbox.enqueueAll(
      tx,
      written.map(({ message }) => message),
    );
    const ids = new Map(written.map(({ recipient }, n) => [recipient.memberId, outcomes[n]]));
    const settled = block.map((recipient): Settled => {
      const { memberId } = recipient;
      const outcome = ids.get(memberId);
      if (typeof outcome === 'string') return { memberId, state: 'queued', outboxId: outcome };
      const state = outcome ? 'failed' : hasAddress(recipient) ? 'suppressed' : 'excluded';
      return { memberId, state, outboxId: null };
    });
    await this.recipients.settle(tx, constituencyId, mailingId, settled);
    return settled;
  }
}

function hasAddress(recipient: PendingRecipient): recipient is PendingRecipient & { email: string } {
  return recipient.email !== null;
}
