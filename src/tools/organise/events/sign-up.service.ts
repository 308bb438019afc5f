import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { Custody } from '../../../custody/custody.service.js';
import type { Tx } from '../../../database/tx.js';
import { etagOf, requireIfMatch } from '../../../http/etag.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Fence, type Ask } from '../../../kill-switch/fence.service.js';
import { EventRepository, type EventRow } from './event.repository.js';
import { requireOpen } from './event.rules.js';
import type { ChangeSignUp, CreateSignUp, NamedSignUp, SignUp, SignUpQuery } from './sign-up.dto.js';
import { SignUpRepository, type NumberedSignUp, type VersionedSignUp } from './sign-up.repository.js';
import { found, refuse, type Tagged } from '../../../http/versioned.js';

/**
 * In charge of who comes to an event. Every change locks the event first, so places are given one after another and in the
 * order of asking; a place that falls free goes to the first who waits, in the same transaction.
 */
@Injectable()
export class SignUpService {
  constructor(
    private readonly custody: Custody,
    private readonly fence: Fence,
    private readonly events: EventRepository,
    private readonly signUps: SignUpRepository,
  ) {}

  /** In the order of signing up, with who cancelled. Errors: `not-found`. */
  list(access: Access, eventId: string, query: SignUpQuery): Promise<Page<NamedSignUp>> {
    const { constituencyId, state, limit } = query;
    const after = (decodeCursor(query.after, ['integer'])?.[0] as number | undefined) ?? 0;
    return this.custody.disclose(access, this.reading(constituencyId), async (tx) => {
      found(await this.events.byId(tx, constituencyId, eventId));
      const rows = await this.signUps.page(tx, constituencyId, eventId, state, limit + 1, after);
      const { items, next } = page(rows, limit, ({ number }) => [number]);
      const value = { items: items.map(withoutNumber), next };
      return { value, subjectIds: items.map(({ memberId }) => memberId), rows: items.length };
    });
  }

  /** Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<Tagged<NamedSignUp>> {
    return this.custody.disclose(access, this.reading(constituencyId), async (tx) => {
      const { version, ...value } = found(await this.signUps.namedById(tx, constituencyId, id));
      return { value: { value, etag: etagOf(version) }, subjectIds: [value.memberId] };
    });
  }

  /**
   * A place, or the end of the waiting list. Errors: `not-found`, `event-cancelled`, `event-over`, `event-full` where there
   * is no waiting list, `already-exists`, `validation-failed` where there is no such member, `conflict` for a former one.
   */
  signUp(
    access: Access,
    constituencyId: string,
    eventId: string,
    { memberId, role = 'attendee' }: CreateSignUp,
  ): Promise<Tagged<SignUp>> {
    const signUp = async (tx: Tx) => {
      const event = found(await this.events.lock(tx, constituencyId, eventId));
      requireOpen(event);
      await this.requireMember(tx, constituencyId, memberId);
      if (await this.signUps.isSignedUp(tx, constituencyId, eventId, memberId))
        throw new Problem('already-exists', { detail: 'the member is signed up already' });
      requirePlace(event);
      const id = randomUUID();
      await this.signUps.add(tx, constituencyId, { id, eventId, memberId, role });
      await this.events.settle(tx, constituencyId, eventId);
      const value = await this.read(tx, constituencyId, id);
      return { value, target: { kind: 'sign-up', id }, detail: { eventId, state: value.value.state } };
    };
    return this.fence.create(access, this.changing(access, constituencyId), signUp, (tx, id) =>
      this.read(tx, constituencyId, id),
    );
  }

  /** Errors: `not-found`, `precondition-failed`, `event-cancelled`, `event-over`, `conflict` for one that is cancelled. */
  change(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    { role }: ChangeSignUp,
  ): Promise<Tagged<SignUp>> {
    return this.custody.change(access, this.changing(access, constituencyId), async (tx) => {
      const { event, held } = await this.lock(tx, constituencyId, id);
      requireIfMatch(ifMatch, held.version);
      requireOpen(event);
      if (held.state === 'cancelled') throw new Problem('conflict', { detail: 'the sign-up is cancelled' });
      await this.signUps.changeRole(tx, constituencyId, id, role);
      const value = await this.read(tx, constituencyId, id);
      return { value, target: { kind: 'sign-up', id }, detail: { role } };
    });
  }

  /**
   * May be sent again. Errors: `not-found`, `event-cancelled`, `event-over`, `conflict` for who is there already.
   */
  async cancel(access: Access, constituencyId: string, id: string): Promise<void> {
    await this.custody.change(access, this.changing(access, constituencyId), async (tx) => {
      const { event, held } = await this.lock(tx, constituencyId, id);
      const target = { kind: 'sign-up', id };
      if (held.state === 'cancelled') return { value: undefined, target, detail: { repeated: true } };
      requireOpen(event);
      if (held.state === 'attended') throw new Problem('conflict', { detail: 'the member is checked in' });
      await this.signUps.cancel(tx, constituencyId, id);
      const promoted = await this.events.settle(tx, constituencyId, held.eventId);
      return { value: undefined, target, detail: { cancelled: true, promoted } };
    });
  }

  /**
   * May be sent again, also after the event. Errors: `not-found`, `event-cancelled`, `conflict` before the day, and for who
   * waits or has cancelled.
   */
  checkIn(access: Access, constituencyId: string, id: string): Promise<Tagged<SignUp>> {
    return this.custody.change(access, this.changing(access, constituencyId), async (tx) => {
      const { event, held } = await this.lock(tx, constituencyId, id);
      if (event.state === 'cancelled') throw new Problem('event-cancelled');
      if (!event.isCheckingIn)
        throw new Problem('conflict', { detail: 'the event is more than 12 hours off' });
      if (held.state === 'waiting' || held.state === 'cancelled')
        throw new Problem('conflict', { detail: `the sign-up is ${held.state}` });
      if (held.state === 'going') await this.signUps.checkIn(tx, constituencyId, id);
      const value = await this.read(tx, constituencyId, id);
      return { value, target: { kind: 'sign-up', id }, detail: { attended: true } };
    });
  }

  /** Takes a check-in back; may be sent again. Errors: `not-found`. */
  async undoCheckIn(access: Access, constituencyId: string, id: string): Promise<void> {
    await this.custody.change(access, this.changing(access, constituencyId), async (tx) => {
      const { held } = await this.lock(tx, constituencyId, id);
      if (held.state === 'attended') await this.signUps.undoCheckIn(tx, constituencyId, id);
      return { value: undefined, target: { kind: 'sign-up', id }, detail: { attended: false } };
    });
  }

  private reading(constituencyId: string) {
    return {
      action: 'sign-up.read',
      classes: ['identity', 'membership'],
      constituencyIds: [constituencyId],
    } as const;
  }

  /** Who comes to an event of a party is one of its members: changed for a purpose, as it is read. */
  private changing({ purpose }: Access, constituencyId: string): Ask {
    if (purpose === undefined) throw new Problem('purpose-required');
    return { action: 'sign-up.change', purpose, classes: ['membership'], constituencyIds: [constituencyId] };
  }

  /** The event is locked before the sign-up is read for good: the state that counts is the one after the lock. */
  private async lock(
    tx: Tx,
    constituencyId: string,
    id: string,
  ): Promise<{ event: EventRow; held: VersionedSignUp }> {
    const { eventId } = found(await this.signUps.byId(tx, constituencyId, id));
    const event = found(await this.events.lock(tx, constituencyId, eventId));
    return { event, held: found(await this.signUps.byId(tx, constituencyId, id)) };
  }

  private async requireMember(tx: Tx, constituencyId: string, memberId: string): Promise<void> {
    const status = await this.signUps.memberStatus(tx, constituencyId, memberId);
    if (status === undefined) refuse('/memberId', 'there is no such member in the constituency');
    if (status !== 'current') throw new Problem('conflict', { detail: 'the membership is not current' });
  }

  private async read(tx: Tx, constituencyId: string, id: string): Promise<Tagged<SignUp>> {
    const { version, ...value } = found(await this.signUps.byId(tx, constituencyId, id));
    return { value, etag: etagOf(version) };
  }
}

/** The number orders a page; what it says to people is their position. */
function withoutNumber(row: NumberedSignUp): NamedSignUp {
  const { number: _, ...item } = row;
  return item;
}

function requirePlace({ capacity, going, allowWaiting }: EventRow): void {
  if (capacity !== null && going >= capacity && !allowWaiting) throw new Problem('event-full');
}
