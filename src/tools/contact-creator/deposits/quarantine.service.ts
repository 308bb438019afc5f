import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import { Envelope } from '../../../identity/envelope.service.js';
import { counted, readBatch, resultsOf } from '../contacts/contact-batch.rules.js';
import {
  QuarantineRepository,
  type Against,
  type DepositState,
  type KnownDeposit,
} from './quarantine.repository.js';
import { sealedFor } from './sealed-for.rules.js';

export type { Against, DepositState, KnownDeposit } from './quarantine.repository.js';

/**
 * In charge of what comes out of quarantine: each contact by the path and the rules of one that is recorded directly, in the
 * name of who handed it in, and only on the walk that the token was for. Who may decide is its caller's affair, and the
 * fence's; what the contacts say is shown to nobody.
 */
@Injectable()
export class Quarantine {
  constructor(
    private readonly deposits: QuarantineRepository,
    private readonly envelope: Envelope,
  ) {}

  /** Newest first, with the position of each. */
  list(
    tx: Tx,
    state: DepositState | undefined,
    limit: number,
    before: { receivedMicroseconds: number; id: string } | undefined,
  ): Promise<(KnownDeposit & { microseconds: string })[]> {
    return this.deposits.list(tx, state, limit, before);
  }

  byId(tx: Tx, id: string): Promise<KnownDeposit | undefined> {
    return this.deposits.byId(tx, id);
  }

  /** What stands against it, if anything does. Errors: `tool-suspended` and its kin, `access-state-unknown`. */
  async release(tx: Tx, id: string, reason: string): Promise<Against | undefined> {
    const deposit = await this.deposits.open(tx, id);
    if (typeof deposit === 'string') return deposit;
    const { tokenHash, deviceId, constituencyId, walkId } = deposit;
    const contacts = JSON.parse(this.envelope.open(deposit, sealedFor(tokenHash, deviceId))) as unknown[];
    const batch = readBatch(contacts, constituencyId);
    // The token was for one walk. What is said to be of another is refused, as what nobody can read.
    const items = batch.items.filter((item) => item.walkId === walkId);
    const ofAnother = batch.items.filter((item) => item.walkId !== walkId);
    const taken = await this.deposits.release(tx, id, items);
    const refused = ofAnother.map((item) => ({
      id: item.id,
      status: 'rejected' as const,
      fault: 'walk' as const,
    }));
    return this.deposits.decide(tx, id, reason, counted(resultsOf(batch, [...taken, ...refused])));
  }

  /** Also under a suspension. */
  discard(tx: Tx, id: string, reason: string): Promise<Against | undefined> {
    return this.deposits.decide(tx, id, reason, null);
  }
}
