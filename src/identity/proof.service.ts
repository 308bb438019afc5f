import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Problem } from '../http/problem.js';
import { Attempts, type Attempt } from './attempts.service.js';
import { isPassword } from './password-hash.js';
import { PasswordRepository } from './password.repository.js';
import type { SignedIn } from './signed-in.js';
import { SignInLedgerRepository } from './sign-in-ledger.repository.js';

/**
 * In charge of asking somebody who is signed in for the password again. Wrong answers are slowed and written down like
 * wrong sign-ins, so that an unattended telephone is no place to guess.
 */
@Injectable()
export class Proof {
  constructor(
    private readonly database: Database,
    private readonly attempts: Attempts,
    private readonly passwords: PasswordRepository,
    private readonly ledger: SignInLedgerRepository,
  ) {}

  /**
   * Checks the password, then does the change; a wrong password or code is recorded. The change must call
   * `Attempts.succeed` in its transaction. Errors: `credentials-refused`, `rate-limited`, those of the change.
   */
  async byPassword<Value>(
    caller: SignedIn,
    password: string,
    change: (attempt: Attempt) => Promise<Value>,
  ): Promise<Value> {
    const { accountId, sessionId } = caller.principal;
    const { isUrgent } = caller;
    const attempt = await this.attempts.beginProof(accountId, isUrgent);
    try {
      const hash = await this.database.read((tx) => this.passwords.hashOf(tx, accountId), isUrgent);
      if (!(await isPassword(password, hash))) throw new Problem('credentials-refused');
      return await change(attempt);
    } catch (error) {
      if (
        error instanceof Problem &&
        (error.code === 'credentials-refused' || error.code === 'mfa-required')
      ) {
        await this.database.write(
          (tx) => this.ledger.recordRefusedProof(tx, sessionId, error.code, caller.requestId),
          isUrgent,
        );
      }
      throw error;
    }
  }
}
