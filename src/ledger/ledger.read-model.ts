import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';

export interface DisclosureRow {
  id: string;
  at: Date;
  /** Microseconds since 1970: a Date is too coarse to page by. */
  micros: string;
  accountId: string;
  sessionId: string;
  role: string;
  tool: string | null;
  action: string;
  purpose: string;
  dataClasses: string[];
  constituencyIds: string[] | null;
  requestId: string;
  addressClass: string;
  rows: number;
  subjectIds: string[];
  targetKind: string | null;
  targetId: string | null;
}

export interface ActionRow {
  id: string;
  at: Date;
  micros: string;
  accountId: string | null;
  sessionId: string | null;
  tool: string | null;
  action: string;
  outcome: 'done' | 'refused';
  code: string | null;
  targetKind: string | null;
  targetId: string | null;
  requestId: string | null;
  detail: Record<string, unknown>;
}

/** Which part of a record is asked for; times as RFC 3339. `since` is within, `until` is not. */
export interface LedgerSlice {
  accountId?: string;
  since?: string;
  until?: string;
  /** Of disclosures. */
  purpose?: string;
  /** Of actions. */
  action?: string;
  limit: number;
  /** The last row of the page before. */
  before?: { micros: number; id: string };
}

const micros = `(extract(epoch FROM at) * 1000000)::bigint::text AS micros`;
const slice = (third: 'purpose' | 'action') => `
  WHERE ($1::uuid IS NULL OR account_id = $1)
    AND ($2::timestamptz IS NULL OR at >= $2)
    AND ($3::timestamptz IS NULL OR at < $3)
    AND ($4::text IS NULL OR ${third} = $4)
    AND ($5::bigint IS NULL OR (at, id) < (timestamptz 'epoch' + $5 * interval '1 microsecond', $6::uuid))
  ORDER BY at DESC, id DESC LIMIT $7`;

/** Also for the test that keeps their plans, as the values. */
export const disclosuresSql = `
  SELECT id, at, ${micros}, account_id AS "accountId", session_id AS "sessionId", role, tool, action, purpose,
         data_classes AS "dataClasses", constituencies AS "constituencyIds", request_id AS "requestId",
         address_class AS "addressClass", rows, subject_ids AS "subjectIds",
         target_kind AS "targetKind", target_id AS "targetId"
  FROM ledger.disclosure ${slice('purpose')}`;
export const actionsSql = `
  SELECT id, at, ${micros}, account_id AS "accountId", session_id AS "sessionId", tool, action, outcome, code,
         target_kind AS "targetKind", target_id AS "targetId", request_id AS "requestId", detail
  FROM ledger.action ${slice('action')}`;

/** The record, newest first. Indexes: *_pkey (at, id), *_by_account, disclosure_by_purpose, action_newest. */
@Injectable()
export class LedgerReadModel {
  async disclosures(tx: Tx, asked: LedgerSlice): Promise<DisclosureRow[]> {
    return tx.rows(disclosuresSql, sliceValues(asked, asked.purpose));
  }

  async actions(tx: Tx, asked: LedgerSlice): Promise<ActionRow[]> {
    return tx.rows(actionsSql, sliceValues(asked, asked.action));
  }
}

export function sliceValues(
  { accountId, since, until, before, limit }: LedgerSlice,
  third: string | undefined,
): unknown[] {
  return [
    accountId ?? null,
    since ?? null,
    until ?? null,
    third ?? null,
    before?.micros ?? null,
    before?.id ?? null,
    limit,
  ];
}
