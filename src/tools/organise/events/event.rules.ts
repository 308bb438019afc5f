/**
 * What may be said of an event and when it may still be changed: the part of the judgement that needs no database, so
 * that service and sign-ups judge alike.
 */
import { Problem } from '../../../http/problem.js';
import type { ChangeEvent } from './event-change.dto.js';
import type { Event } from './event.dto.js';
import type { EventFields, EventRow } from './event.repository.js';
import { localTime } from './local-time.rules.js';
import { refuse } from '../../../http/versioned.js';

const longestMs = 14 * 24 * 60 * 60 * 1000;

/** An event as it leaves, its times on its own clock. */
export function shown(row: EventRow): Event {
  const { version: _, isOver: _over, isCheckingIn: _in, startsAt, endsAt, ...rest } = row;
  return {
    ...rest,
    startsAt: localTime(startsAt, row.timeZone),
    endsAt: localTime(endsAt, row.timeZone),
  };
}

/** The fields after a change: what it does not name stays. */
export function changed(held: EventFields, change: ChangeEvent): EventFields {
  const { startsAt, endsAt, ...plain } = change;
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  return {
    ...held,
    ...given,
    ...(startsAt === undefined ? {} : { startsAt: new Date(startsAt) }),
    ...(endsAt === undefined ? {} : { endsAt: new Date(endsAt) }),
  };
}

/** @throws Problem validation-failed where an event would end before it starts, last too long, or be over already */
export function requireTimes(
  { startsAt, endsAt }: Pick<EventFields, 'startsAt' | 'endsAt'>,
  now: Date,
): void {
  if (endsAt <= startsAt) refuse('/endsAt', 'must be after the start');
  if (endsAt.getTime() - startsAt.getTime() > longestMs)
    refuse('/endsAt', 'must be within 14 days of the start');
  if (endsAt <= now) refuse('/endsAt', 'must be in the future');
}

/** @throws Problem event-cancelled or event-over */
export function requireOpen({ state, isOver }: Pick<EventRow, 'state' | 'isOver'>): void {
  if (state === 'cancelled') throw new Problem('event-cancelled');
  if (isOver) throw new Problem('event-over');
}
