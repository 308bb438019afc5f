import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import type { Event } from './event.dto.js';

/** An event as it is stored: its times are moments, and whether it is over is the database's clock to say. */
export interface EventRow extends Omit<Event, 'startsAt' | 'endsAt'> {
  startsAt: Date;
  endsAt: Date;
  isOver: boolean;
  /** Whether people may be checked in: from twelve hours before the start. */
  isCheckingIn: boolean;
  version: number;
}

/** What of an event is edited. */
export type EventFields = Pick<
  EventRow,
  | 'branchId'
  | 'kind'
  | 'title'
  | 'description'
  | 'startsAt'
  | 'endsAt'
  | 'timeZone'
  | 'venueName'
  | 'venueAddress'
  | 'venuePostcode'
  | 'accessibility'
  | 'capacity'
  | 'allowWaiting'
>;

export interface EventFilter {
  from?: Date | undefined;
  until?: Date | undefined;
  kind?: string | undefined;
  state?: string | undefined;
  branchId?: string | undefined;
}

const columns = `
  e.id, e.constituency_id AS "constituencyId", e.branch_id AS "branchId", e.kind, e.title, e.description,
  e.starts_at AS "startsAt", e.ends_at AS "endsAt", e.time_zone AS "timeZone", e.venue_name AS "venueName",
  e.venue_address AS "venueAddress", e.venue_postcode AS "venuePostcode", e.accessibility, e.capacity,
  e.allow_waiting AS "allowWaiting", e.state, e.cancelled_reason AS "cancelledReason", e.cancelled_at AS "cancelledAt",
  e.going_count AS going, e.waiting_count AS waiting, e.created_by AS "createdBy", e.created_at AS "createdAt", e.version,
  e.ends_at <= now() AS "isOver", e.starts_at <= now() + interval '12 hours' AS "isCheckingIn"`;

/** By start. Index: event_by_start; what else is asked is filtered, a constituency has some thousands in all. */
export const eventsSql = `
  SELECT ${columns} FROM organise.event e
  WHERE e.constituency_id = $1 AND e.starts_at >= coalesce($3::timestamptz, '-infinity')
    AND e.starts_at < coalesce($4::timestamptz, 'infinity')
    AND ($5::text IS NULL OR e.kind = $5) AND ($6::text IS NULL OR e.state = $6) AND ($7::uuid IS NULL OR e.branch_id = $7)
    AND (e.starts_at, e.id) > (coalesce($8::timestamptz, '-infinity'), coalesce($9::uuid, '00000000-0000-0000-0000-000000000000'))
  ORDER BY e.starts_at, e.id LIMIT $2`;

/** Events: what is on, when and where. The row of an event is what every change of its sign-ups locks first. */
@Injectable()
export class EventRepository {
  async page(
    tx: Tx,
    constituencyId: string,
    filter: EventFilter,
    limit: number,
    after: { startsAt: Date; id: string } | undefined,
  ): Promise<EventRow[]> {
    const { from, until, kind, state, branchId } = filter;
    return tx.rows<EventRow>(eventsSql, [
      constituencyId,
      limit,
      from ?? null,
      until ?? null,
      kind ?? null,
      state ?? null,
      branchId ?? null,
      after?.startsAt ?? null,
      after?.id ?? null,
    ]);
  }

  /** Index: event_pkey. */
  async byId(tx: Tx, constituencyId: string, id: string): Promise<EventRow | undefined> {
    return tx.first<EventRow>(
      `SELECT ${columns} FROM organise.event e WHERE e.constituency_id = $1 AND e.id = $2`,
      [constituencyId, id],
    );
  }

  /** Locked until commit: places are given one after another. Index: event_pkey. */
  async lock(tx: Tx, constituencyId: string, id: string): Promise<EventRow | undefined> {
    return tx.first<EventRow>(
      `SELECT ${columns} FROM organise.event e WHERE e.constituency_id = $1 AND e.id = $2 FOR UPDATE`,
      [constituencyId, id],
    );
  }

  /** Kept as it is until commit. Index: branch_pkey. */
  async hasOpenBranch(tx: Tx, constituencyId: string, branchId: string): Promise<boolean> {
    const row = await tx.first(
      'SELECT FROM organise.branch WHERE constituency_id = $1 AND id = $2 AND closed_at IS NULL FOR SHARE',
      [constituencyId, branchId],
    );
    return row !== undefined;
  }

  async add(tx: Tx, constituencyId: string, id: string, fields: EventFields): Promise<void> {
    await tx.run(
      `INSERT INTO organise.event (constituency_id, id, branch_id, kind, title, description, starts_at, ends_at, time_zone,
                                   venue_name, venue_address, venue_postcode, accessibility, capacity, allow_waiting, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, ks.actor())`,
      [constituencyId, id, ...valuesOf(fields)],
    );
  }

  async change(tx: Tx, constituencyId: string, id: string, fields: EventFields): Promise<void> {
    await tx.run(
      `UPDATE organise.event
       SET branch_id = $3, kind = $4, title = $5, description = $6, starts_at = $7, ends_at = $8, time_zone = $9,
           venue_name = $10, venue_address = $11, venue_postcode = $12, accessibility = $13, capacity = $14,
           allow_waiting = $15, version = version + 1
       WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id, ...valuesOf(fields)],
    );
  }

  async cancel(tx: Tx, constituencyId: string, id: string, reason: string): Promise<void> {
    await tx.run(
      `UPDATE organise.event SET state = 'cancelled', cancelled_reason = $3, cancelled_at = now(), version = version + 1
       WHERE constituency_id = $1 AND id = $2`,
      [constituencyId, id, reason],
    );
  }

  /** Gives free places to the first who wait, and counts; answers how many moved up. Index: sign_up_waiting. */
  async settle(tx: Tx, constituencyId: string, id: string): Promise<number> {
    const row = await tx.first<{ promoted: number }>('SELECT organise.settle_event($1, $2) AS promoted', [
      constituencyId,
      id,
    ]);
    return row?.promoted ?? 0;
  }
}

function valuesOf(fields: EventFields): unknown[] {
  return [
    fields.branchId,
    fields.kind,
    fields.title,
    fields.description,
    fields.startsAt,
    fields.endsAt,
    fields.timeZone,
    fields.venueName,
    fields.venueAddress,
    fields.venuePostcode,
    fields.accessibility,
    fields.capacity,
    fields.allowWaiting,
  ];
}
