import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import type { Tx } from '../../../database/tx.js';
import { etagOf, requireIfMatch } from '../../../http/etag.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import type { ChangeEvent, CreateEvent } from './event-change.dto.js';
import type { Event, EventQuery } from './event.dto.js';
import { EventRepository, type EventFields } from './event.repository.js';
import { changed, requireOpen, requireTimes, shown } from './event.rules.js';
import { found, refuse, type Tagged } from '../../../http/versioned.js';

const blank = {
  branchId: null,
  description: null,
  timeZone: 'Europe/London',
  venueName: null,
  venueAddress: null,
  venuePostcode: null,
  accessibility: null,
  capacity: null,
  allowWaiting: true,
};

/**
 * In charge of events: planned, changed and cancelled, never removed. An event is not personal; who comes to it is, and
 * belongs to the sign-ups.
 */
@Injectable()
export class EventService {
  constructor(
    private readonly fence: Fence,
    private readonly events: EventRepository,
  ) {}

  /** By start. */
  async list(access: Access, query: EventQuery): Promise<Page<Event>> {
    const { constituencyId, limit, kind, state, branchId } = query;
    const cursor = decodeCursor(query.after, ['milliseconds', 'uuid']);
    const after = cursor && {
      startsAt: new Date(cursor[0] as number),
      id: cursor[1] as string,
    };
    const filter = { from: momentOf(query.from), until: momentOf(query.until), kind, state, branchId };
    const ask = { action: 'event.read', constituencyIds: [constituencyId] } as const;
    const rows = await this.fence.consult(access, ask, (tx) =>
      this.events.page(tx, constituencyId, filter, limit + 1, after),
    );
    const { items, next } = page(rows, limit, (row) => [row.startsAt.getTime(), row.id]);
    return { items: items.map(shown), next };
  }

  /** Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<Tagged<Event>> {
    const ask = { action: 'event.read', constituencyIds: [constituencyId] } as const;
    return this.fence.consult(access, ask, (tx) => this.read(tx, constituencyId, id));
  }

  /** Errors: `validation-failed` where the times are none or there is no such branch. */
  create(access: Access, wanted: CreateEvent): Promise<Tagged<Event>> {
    const { constituencyId, kind, title, startsAt, endsAt, ...details } = wanted;
    const begun = { ...blank, kind, title, startsAt: new Date(startsAt), endsAt: new Date(endsAt) };
    const fields = changed(begun, details);
    requireTimes(fields, new Date());
    const ask = { action: 'event.change', constituencyIds: [constituencyId] } as const;
    const create = async (tx: Tx) => {
      await this.requireBranch(tx, constituencyId, fields);
      const id = randomUUID();
      await this.events.add(tx, constituencyId, id, fields);
      return { value: await this.read(tx, constituencyId, id), target: { kind: 'event', id } };
    };
    return this.fence.create(access, ask, create, (tx, id) => this.read(tx, constituencyId, id));
  }

  /**
   * More places go to the first who wait, in the same transaction.
   * Errors: `not-found`, `precondition-failed`, `event-cancelled`, `event-over`, `validation-failed`; `conflict` where more
   * people are going than the capacity would hold: nobody is moved out in silence.
   */
  change(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    change: ChangeEvent,
  ): Promise<Tagged<Event>> {
    const ask = { action: 'event.change', constituencyIds: [constituencyId] } as const;
    return this.fence.change(access, ask, async (tx) => {
      const held = found(await this.events.lock(tx, constituencyId, id));
      requireIfMatch(ifMatch, held.version);
      requireOpen(held);
      const fields = changed(held, change);
      requireTimes(fields, new Date());
      if (fields.branchId !== held.branchId) await this.requireBranch(tx, constituencyId, fields);
      if (fields.capacity !== null && fields.capacity < held.going)
        throw new Problem('conflict', { detail: `${held.going} people have a place already` });
      await this.events.change(tx, constituencyId, id, fields);
      const promoted = await this.events.settle(tx, constituencyId, id);
      const detail = { fields: Object.keys(change), promoted };
      return { value: await this.read(tx, constituencyId, id), target: { kind: 'event', id }, detail };
    });
  }

  /** Its sign-ups stay as they are: they say who has to be told. Errors: as `change`. */
  cancel(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    reason: string,
  ): Promise<Tagged<Event>> {
    const ask = { action: 'event.change', constituencyIds: [constituencyId] } as const;
    return this.fence.change(access, ask, async (tx) => {
      const held = found(await this.events.lock(tx, constituencyId, id));
      requireIfMatch(ifMatch, held.version);
      requireOpen(held);
      await this.events.cancel(tx, constituencyId, id, reason);
      const detail = { cancelled: true, going: held.going, waiting: held.waiting };
      return { value: await this.read(tx, constituencyId, id), target: { kind: 'event', id }, detail };
    });
  }

  private async requireBranch(tx: Tx, constituencyId: string, { branchId }: EventFields): Promise<void> {
    if (branchId !== null && !(await this.events.hasOpenBranch(tx, constituencyId, branchId)))
      refuse('/branchId', 'there is no such branch in the constituency');
  }

  private async read(tx: Tx, constituencyId: string, id: string): Promise<Tagged<Event>> {
    const row = found(await this.events.byId(tx, constituencyId, id));
    return { value: shown(row), etag: etagOf(row.version) };
  }
}

function momentOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
