import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../database/tx.js';
import { Problem } from '../../../http/problem.js';
import { newSecret, sha256 } from '../../../identity/secret.js';
import { DepositRepository } from './deposit.repository.js';

/**
 * In charge of what lets a device hand in: a secret bound to a walk, its holder and the session, of which only the hash is
 * kept. It reads nothing and lives on when its holder may do nothing any more.
 */
@Injectable()
export class DepositTokens {
  constructor(private readonly deposits: DepositRepository) {}

  /** In the transaction that claims the walk. Errors: `not-found` where the actor holds no claim. */
  async issue(tx: Tx, constituencyId: string, walkId: string): Promise<{ token: string; expiresAt: Date }> {
    const token = newSecret();
    const expiresAt = await this.deposits.issueToken(tx, constituencyId, walkId, sha256(token));
    if (!expiresAt) throw new Problem('not-found');
    return { token, expiresAt };
  }
}
