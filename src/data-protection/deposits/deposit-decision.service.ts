import { Injectable } from '@nestjs/common';
import type { Access } from '../../access/access.js';
import { Custody } from '../../custody/custody.service.js';
import type { Tx } from '../../database/tx.js';
import { decodeCursor, page, type Page } from '../../http/keyset.js';
import { Problem } from '../../http/problem.js';
import { found } from '../../http/versioned.js';
import { Fence } from '../../kill-switch/fence.service.js';
import {
  Quarantine,
  type Against,
  type KnownDeposit,
} from '../../tools/contact-creator/deposits/quarantine.service.js';
import type { Deposit, DepositQuery } from './deposit-decision.dto.js';

/**
 * In charge of who learns of deposits and who decides them. They are told by counts alone: whoever decides knows who handed
 * in, when and how much, and sees nobody's name or opinion (docs/decisions/0023-deposits-are-decided-by-who-reads-nothing.md).
 */
@Injectable()
export class DepositDecisionService {
  constructor(
    private readonly fence: Fence,
    private readonly custody: Custody,
    private readonly quarantine: Quarantine,
  ) {}

  /** Newest first. */
  async list(access: Access, { state, limit, after }: DepositQuery): Promise<Page<Deposit>> {
    const cursor = decodeCursor(after, ['microseconds', 'uuid']);
    const before = cursor && { receivedMicroseconds: cursor[0] as number, id: cursor[1] as string };
    const rows = await this.fence.consult(access, { action: 'deposit.read' }, (tx) =>
      this.quarantine.list(tx, state, limit + 1, before),
    );
    const { items, next } = page(rows, limit, ({ microseconds, id }) => [Number(microseconds), id]);
    return { items: items.map(withoutPosition), next };
  }

  /**
   * Lets the contacts in, each judged by itself; may be sent again. Errors: `not-found`; `not-permitted` for one's own;
   * `conflict` where it was discarded; `tool-suspended` and `area-suspended` while it could not have been recorded either.
   */
  release(access: Access, id: string, reason: string): Promise<Deposit> {
    return this.decide(access, id, 'released', (tx) => this.quarantine.release(tx, id, reason));
  }

  /** Throws them away, also under a suspension; may be sent again. Errors: `not-found`, `not-permitted`, `conflict`. */
  discard(access: Access, id: string, reason: string): Promise<Deposit> {
    return this.decide(access, id, 'discarded', (tx) => this.quarantine.discard(tx, id, reason));
  }

  private decide(
    access: Access,
    id: string,
    decision: 'released' | 'discarded',
    work: (tx: Tx) => Promise<Against | undefined>,
  ): Promise<Deposit> {
    return this.custody.change(access, { action: 'deposit.decide' }, async (tx) => {
      const against = await work(tx);
      if (against !== decision) refuse(against);
      const value = found(await this.quarantine.byId(tx, id));
      return { value, target: { kind: 'deposit', id }, detail: detailOf(value, against !== undefined) };
    });
  }
}

function withoutPosition(row: KnownDeposit & { microseconds: string }): Deposit {
  const { microseconds: _, ...deposit } = row;
  return deposit;
}

function refuse(against: Against | undefined): void {
  if (against === undefined) return;
  if (against === 'absent') throw new Problem('not-found');
  if (against === 'own')
    throw new Problem('not-permitted', { detail: 'Somebody else decides what you have handed in.' });
  throw new Problem('conflict', { detail: `The deposit was ${against}.` });
}

function detailOf(
  { state, depositedBy, walkId, received, outcomes }: KnownDeposit,
  isRepeat: boolean,
): Record<string, unknown> {
  return { decision: state, depositedBy, walkId, received, ...outcomes, ...(isRepeat ? { isRepeat } : {}) };
}
