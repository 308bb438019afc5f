import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import type { Action } from '../config/vocabulary.js';
import type { Tx } from '../database/tx.js';
import { decodeCursor, page, type Page } from '../http/keyset.js';
import { Fence } from '../kill-switch/fence.service.js';
import {
  LedgerReadModel,
  type ActionRow,
  type DisclosureRow,
  type LedgerSlice,
} from '../ledger/ledger.read-model.js';
import type { ActionQuery, Disclosure, DisclosureQuery, RecordedAction } from './ledger.dto.js';

/**
 * In charge of reading the record. It stands here because reading enters the fence, which lies above the ledger. Whoever
 * reads is recorded himself, with what he asked for: privileged users are watched too.
 */
@Injectable()
export class LedgerService {
  constructor(
    private readonly fence: Fence,
    private readonly ledger: LedgerReadModel,
  ) {}

  /** Newest first. */
  async disclosures(access: Access, query: DisclosureQuery): Promise<Page<Disclosure>> {
    const found = await this.watched(access, 'disclosure.read', query, (tx, slice) =>
      this.ledger.disclosures(tx, slice),
    );
    const { items, next } = page(found, query.limit, keyOf);
    return { items: items.map(disclosureOf), next };
  }

  /** Newest first. */
  async actions(access: Access, query: ActionQuery): Promise<Page<RecordedAction>> {
    const found = await this.watched(access, 'action.read', query, (tx, slice) =>
      this.ledger.actions(tx, slice),
    );
    const { items, next } = page(found, query.limit, keyOf);
    return { items: items.map(actionOf), next };
  }

  /** Reads in a context that may write, because the reading leaves a row of its own. */
  private watched<Row>(
    access: Access,
    action: Action,
    query: DisclosureQuery | ActionQuery,
    read: (tx: Tx, slice: LedgerSlice) => Promise<Row[]>,
  ): Promise<Row[]> {
    const { limit, after, ...filter } = query;
    const key = decodeCursor(after, ['microseconds', 'uuid']);
    const before = key && { micros: key[0] as number, id: key[1] as string };
    const id = createHash('sha256').update(JSON.stringify(filter)).digest('hex');
    return this.fence.change(access, { action }, async (tx) => {
      const value = await read(tx, { ...filter, limit: limit + 1, ...(before ? { before } : {}) });
      return {
        value,
        target: { kind: 'ledger', id },
        detail: { filter, rows: Math.min(value.length, limit) },
      };
    });
  }
}

const keyOf = ({ micros, id }: { micros: string; id: string }) => [Number(micros), id];

function disclosureOf(row: DisclosureRow): Disclosure {
  const {
    id,
    at,
    accountId,
    sessionId,
    role,
    tool,
    action,
    purpose,
    constituencyIds,
    requestId,
    addressClass,
    rows,
    subjectIds,
    targetKind,
    targetId,
  } = row;
  const dataClasses = row.dataClasses as Disclosure['dataClasses'];
  const who = { accountId, sessionId, role, requestId, addressClass };
  const what = {
    tool,
    action,
    purpose,
    dataClasses,
    constituencyIds,
    rows,
    // Rows of a file that were not taken are about people who have no id.
    subjectCount: targetKind === null ? subjectIds.length : rows,
    subjectIds,
    targetKind,
    targetId,
  };
  return { id, at: at.toISOString(), ...who, ...what };
}

function actionOf(row: ActionRow): RecordedAction {
  const {
    id,
    at,
    accountId,
    sessionId,
    tool,
    action,
    outcome,
    code,
    targetKind,
    targetId,
    requestId,
    detail,
  } = row;
  return {
    id,
    at: at.toISOString(),
    accountId,
    sessionId,
    tool,
    action,
    outcome,
    code,
    targetKind,
    targetId,
    requestId,
    detail,
  };
}
