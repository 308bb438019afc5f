import { Injectable } from '@nestjs/common';
import { escapeLiteral } from 'pg';
import type { Action, DataClass } from '../config/vocabulary.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import type { Reach } from '../http/route.js';
import { Problem } from '../http/problem.js';
import { enterSql, type Entered } from './enter-sql.js';
import { Gate, type Admission } from './gate.js';
import { OpenAnswers } from './open-answers.service.js';
import { refusalOf } from './refusal.js';
import { Sentinel } from './sentinel/sentinel.service.js';
import { suspendedProblem } from './suspended-problem.js';

/** On whose behalf a transaction enters the fence. */
export interface Entrant {
  requestId: string;
  reach: Reach;
  admission: Admission;
  principal: { sessionId: string };
  /** What the request does must not wait for a connection of the request pool. */
  isUrgent?: boolean;
  /** Of a request that creates: its Idempotency-Key, and what the key stands for. */
  idempotency?: { key: string; route: string; bodyHash: string };
}

/** What a piece of work asks the fence for. */
export interface Ask {
  action: Action;
  purpose?: string;
  classes?: readonly DataClass[];
  constituencyIds?: readonly string[];
  /** The work's statements are all hot ones (`tx.keptRows`), each with one plan for all values. */
  keepsPlans?: boolean;
}

/** What was changed: the answer, and what the ledger says of it. `detail` holds no personal data. */
export interface Changed<Value> {
  value: Value;
  target: { kind: string; id: string };
  detail?: Record<string, unknown>;
}

/**
 * In charge of transactions that enter the fence: BEGIN and ks.enter in one message, the work, the last statement and
 * COMMIT in one message. Below custody this is how suspensions, grants and accounts are changed and read; personal data
 * goes through custody, which adds the disclosure. A refusal rolls the work back and is recorded in a transaction of its own.
 */
@Injectable()
export class Fence {
  constructor(
    private readonly database: Database,
    private readonly sentinel: Sentinel,
    private readonly gate: Gate,
    private readonly answers: OpenAnswers,
  ) {}

  /** Reads what is guarded but not personal. */
  consult<Value>(
    entrant: Entrant,
    ask: Ask,
    work: (tx: Tx, entered: Entered) => Promise<Value>,
  ): Promise<Value> {
    return this.enter(entrant, ask, 'read', async (tx, entered) => ({ value: await work(tx, entered) }));
  }

  /** Changes something, with its row in the ledger of actions. */
  change<Value>(
    entrant: Entrant,
    ask: Ask,
    work: (tx: Tx, entered: Entered) => Promise<Changed<Value>>,
  ): Promise<Value> {
    return this.enter(entrant, ask, 'change', async (tx, entered) => {
      const changed = await work(tx, entered);
      return { value: changed.value, closing: recordActionSql(entrant, changed) };
    });
  }

  /**
   * As `change`, for what a POST creates: the first request with a key creates, a repeat re-reads what the first made.
   * Errors beside the fence's: `idempotency-key-reused`, `idempotency-in-progress`.
   */
  create<Value>(
    entrant: Entrant,
    ask: Ask,
    work: (tx: Tx, entered: Entered) => Promise<Changed<Value>>,
    reread: (tx: Tx, id: string) => Promise<Value | undefined>,
  ): Promise<Value> {
    const { idempotency } = entrant;
    if (!idempotency) throw new Problem('idempotency-key-required');
    const key = [idempotency.key, idempotency.route, idempotency.bodyHash];
    return this.enter(entrant, ask, 'change', async (tx, entered) => {
      const claimed = await tx.first<{ made: string | null }>(
        'SELECT http.claim_key($1, $2, $3) AS made',
        key,
      );
      if (claimed?.made != null) {
        const value = await reread(tx, claimed.made);
        if (value === undefined) throw new Problem('not-found');
        return { value };
      }
      const changed = await work(tx, entered);
      await tx.run('SELECT http.keep_key($1, $2, $3, $4)', [...key, changed.target.id]);
      return { value: changed.value, closing: recordActionSql(entrant, changed) };
    });
  }

  /** The general form: `closing` is SQL that runs as the last statement before COMMIT. */
  async enter<Value>(
    entrant: Entrant,
    ask: Ask,
    mode: 'read' | 'change',
    work: (tx: Tx, entered: Entered) => Promise<{ value: Value; closing?: string }>,
  ): Promise<Value> {
    if (entrant.reach.kind === 'tool') this.answers.widen(entrant.requestId, ask.constituencyIds);
    const opening = enterSql({
      incarnation: this.sentinel.incarnation,
      sessionId: entrant.principal.sessionId,
      reach: entrant.reach,
      mode,
      action: ask.action,
      purpose: ask.purpose,
      classes: ask.classes ?? [],
      constituencyIds: ask.constituencyIds,
      admission: entrant.admission,
      keepsPlans: ask.keepsPlans === true && this.database.namesStatements,
    });
    try {
      const opened = (row?: Record<string, unknown>) => row?.['entered'] as Entered;
      return await this.database.transact({ opening, opened, isUrgent: entrant.isUrgent }, work);
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      // The gate's copy is older than the fence's answer: bring it up to date before the next request.
      if (refusal.gateIsStale) await this.sentinel.refresh();
      if (refusal.suspended !== undefined) this.gate.noteRefusal(refusal.suspended);
      await this.recordRefusal(entrant, ask.action, refusal.problem.code);
      // Who came this far has been found to belong to each scope of his request.
      throw refusal.suspended === undefined
        ? refusal.problem
        : suspendedProblem(refusal.suspended, this.gate.toldOf(refusal.suspended));
    }
  }

  private async recordRefusal(entrant: Entrant, action: Action, code: string): Promise<void> {
    const tool = 'tool' in entrant.reach ? entrant.reach.tool : null;
    const values = [entrant.principal.sessionId, tool, action, code, entrant.requestId];
    await this.database.write(async (tx) => {
      await tx.run('SELECT ledger.record_refusal($1, $2, $3, $4, $5)', values);
    }, entrant.isUrgent);
  }
}

function recordActionSql(entrant: Entrant, { target, detail }: Changed<unknown>): string {
  const values = [entrant.requestId, target.kind, target.id, JSON.stringify(detail ?? {})];
  return `SELECT ledger.record_action(${values.map(escapeLiteral).join(', ')})`;
}
