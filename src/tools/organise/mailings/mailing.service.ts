import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import type { Tx } from '../../../database/tx.js';
import { etagOf, requireIfMatch } from '../../../http/etag.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { Faults } from '../../../targeting/field.js';
import type { ConstituencyPageQuery } from '../area.dto.js';
import type { ChangeMailing, CreateMailing, Mailing } from './mailing.dto.js';
import { MailingRepository, stateOf, type MailingRow } from './mailing.repository.js';
import { readSegment } from './segment.rules.js';
import { checkTemplate } from './template.rules.js';

/** A mailing with the tag of its version. */
export interface TaggedMailing {
  value: Mailing;
  etag: string;
}

/**
 * In charge of mailings as texts: drafts that are written, changed and thrown away. Nothing personal is in one; whom it
 * reaches is the dispatch's affair.
 */
@Injectable()
export class MailingService {
  constructor(
    private readonly fence: Fence,
    private readonly mailings: MailingRepository,
  ) {}

  /** Newest first. */
  async list(
    access: Access,
    { constituencyId, limit, after }: ConstituencyPageQuery,
  ): Promise<Page<Mailing>> {
    const key = decodeCursor(after, ['microseconds', 'uuid']) as readonly [number, string] | undefined;
    const ask = { action: 'mailing.read', constituencyIds: [constituencyId] } as const;
    const rows = await this.fence.consult(access, ask, (tx) =>
      this.mailings.page(tx, constituencyId, limit + 1, key),
    );
    const { items, next } = page(rows, limit, (row) => [Number(row.key), row.id]);
    return { items: items.map(shown), next };
  }

  /** Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<TaggedMailing> {
    const ask = { action: 'mailing.read', constituencyIds: [constituencyId] } as const;
    return this.fence.consult(access, ask, (tx) => this.read(tx, constituencyId, id));
  }

  /** Errors: `validation-failed` naming each fault of segment and merge fields. */
  create(access: Access, constituencyId: string, wanted: CreateMailing): Promise<TaggedMailing> {
    refuseUnfit(wanted);
    const ask = { action: 'mailing.change', constituencyIds: [constituencyId] } as const;
    const create = async (tx: Tx) => {
      const id = randomUUID();
      await this.mailings.add(tx, constituencyId, id, wanted);
      return { value: await this.read(tx, constituencyId, id), target: { kind: 'mailing', id } };
    };
    return this.fence.create(access, ask, create, (tx, id) => this.read(tx, constituencyId, id));
  }

  /** Drafts alone. Errors: `not-found`, `precondition-failed`, `conflict`, and as `create`. */
  change(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    change: ChangeMailing,
  ): Promise<TaggedMailing> {
    const ask = { action: 'mailing.change', constituencyIds: [constituencyId] } as const;
    return this.fence.change(access, ask, async (tx) => {
      const held = await this.lockDraft(tx, constituencyId, id, ifMatch);
      const {
        name = held.name,
        subject = held.subject,
        bodyText = held.bodyText,
        segment = held.segment,
      } = change;
      const content = { name, subject, bodyText, segment };
      refuseUnfit(content);
      await this.mailings.change(tx, constituencyId, id, content);
      const target = { kind: 'mailing', id };
      return {
        value: await this.read(tx, constituencyId, id),
        target,
        detail: { fields: Object.keys(change) },
      };
    });
  }

  /** Drafts alone: what was sent stays to be seen. Errors: `not-found`, `precondition-failed`, `conflict`. */
  async discard(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
  ): Promise<void> {
    const ask = { action: 'mailing.change', constituencyIds: [constituencyId] } as const;
    await this.fence.change(access, ask, async (tx) => {
      await this.lockDraft(tx, constituencyId, id, ifMatch);
      await this.mailings.discard(tx, constituencyId, id);
      return { value: undefined, target: { kind: 'mailing', id }, detail: { removed: true } };
    });
  }

  private async lockDraft(
    tx: Tx,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
  ): Promise<MailingRow> {
    const held = await this.mailings.lock(tx, constituencyId, id);
    if (!held) throw new Problem('not-found');
    requireIfMatch(ifMatch, held.version);
    if (held.storedState !== 'draft') throw new Problem('conflict', { detail: 'it is no draft any more' });
    return held;
  }

  private async read(tx: Tx, constituencyId: string, id: string): Promise<TaggedMailing> {
    const row = await this.mailings.byId(tx, constituencyId, id);
    if (!row) throw new Problem('not-found');
    return { value: shown(row), etag: etagOf(row.version) };
  }
}

/** As clients see it. */
export function shown(row: MailingRow): Mailing {
  const of = (state: string) => row.counted[state] ?? 0;
  return {
    id: row.id,
    constituencyId: row.constituencyId,
    name: row.name,
    subject: row.subject,
    bodyText: row.bodyText,
    segment: row.segment,
    purpose: row.purpose,
    state: stateOf(row),
    counts: {
      pending: of('pending'),
      queued: of('queued'),
      handedOver: of('handed-over'),
      suppressed: of('suppressed'),
      excluded: of('excluded'),
      failed: of('failed'),
      cancelled: of('cancelled'),
      uncertain: of('uncertain'),
    },
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    sentBy: row.sentBy,
    sentAt: row.sentAt,
  };
}

function refuseUnfit({ subject, bodyText, segment }: CreateMailing): void {
  const faults = new Faults();
  checkTemplate(subject, '/subject', faults);
  checkTemplate(bodyText, '/bodyText', faults, ['unsubscribeUrl']);
  if (faults.found.length > 0) throw new Problem('validation-failed', { errors: faults.found });
  readSegment(segment, '/segment');
}
