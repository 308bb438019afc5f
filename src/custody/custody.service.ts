import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import type { DataClass } from '../config/vocabulary.js';
import type { Tx } from '../database/tx.js';
import { Problem } from '../http/problem.js';
import type { Entered } from '../kill-switch/enter-sql.js';
import { Fence, type Ask, type Changed } from '../kill-switch/fence.service.js';
import { disclosedSql, type DisclosureTarget } from './disclosed-sql.js';

/** What was read: the answer, and whom it is about. */
export interface Disclosed<Value> {
  value: Value;
  subjectIds: readonly string[];
  /** Rows in the answer; where absent, as many as there are subjects. */
  rows?: number;
  target?: DisclosureTarget;
}

/**
 * The door. Personal data is read and changed here and nowhere else: one transaction enters the fence, does the work
 * under row-level security, writes the ledger row and the budget, and commits; only then does a value leave.
 * Sources: UK GDPR Art. 5(2), 32; Representation of the People (England and Wales) Regulations 2001, reg. 115.
 */
@Injectable()
export class Custody {
  constructor(private readonly fence: Fence) {}

  /**
   * Reads personal data. `ask.purpose` is the resource's own, where it carries one; else the request's header counts.
   * Errors: the refusals of the fence, `purpose-required`, `budget-exceeded`.
   */
  async disclose<Value>(
    access: Access,
    ask: Ask & { classes: readonly DataClass[] },
    work: (tx: Tx, entered: Entered) => Promise<Disclosed<Value>>,
  ): Promise<Value> {
    const purpose = ask.purpose ?? access.purpose;
    if (purpose === undefined) throw new Problem('purpose-required');
    return this.fence.enter(access, { ...ask, purpose }, 'read', async (tx, entered) => {
      const { value, subjectIds, rows, target } = await work(tx, entered);
      const closing = disclosedSql(access, rows ?? subjectIds.length, subjectIds, target);
      return { value, closing };
    });
  }

  /** Changes personal data, with its row in the ledger of actions. Errors: the refusals of the fence. */
  change<Value>(
    access: Access,
    ask: Ask,
    work: (tx: Tx, entered: Entered) => Promise<Changed<Value>>,
  ): Promise<Value> {
    return this.fence.change(access, ask, work);
  }

  /** As `change`, for what a POST creates: a repeat of its key re-reads what the first made. Errors: as `Fence.create`. */
  create<Value>(
    access: Access,
    ask: Ask,
    work: (tx: Tx, entered: Entered) => Promise<Changed<Value>>,
    reread: (tx: Tx, id: string) => Promise<Value | undefined>,
  ): Promise<Value> {
    return this.fence.create(access, ask, work, reread);
  }
}
