import { Inject, Injectable } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { Database } from '../database/database.js';
import { Problem } from '../http/problem.js';
import type { FinishSetUp } from './auth.dto.js';
import { OneTimeTokenRepository } from './one-time-token.repository.js';
import { hashPassword } from './password-hash.js';
import { refuseWeak } from './password.service.js';
import { newSecret, sha256 } from './secret.js';
import { SignInLedgerRepository } from './sign-in-ledger.repository.js';
import { normalUsername } from './username.rules.js';

const setUpSeconds = 24 * 3_600;

/**
 * In charge of the first administrator, who is made where there is none: from the environment, or by whoever reads the
 * token that the start prints. Every administrator after him is granted the role by another person; only where the grants
 * of all have run out, which the last of them cannot renew himself, is there a first one again.
 */
@Injectable()
export class SetUp {
  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly database: Database,
    private readonly oneTimeTokens: OneTimeTokenRepository,
    private readonly ledger: SignInLedgerRepository,
  ) {}

  /** Called at each start; does nothing while there is an administrator. */
  async ensure(say: (line: string) => void): Promise<void> {
    if (await this.isAdministered()) return;
    const { ROSETTE_ADMIN_USERNAME: username, ROSETTE_ADMIN_PASSWORD: password } = this.environment;
    if (username !== undefined && password !== undefined) {
      // first-administrator.rules.ts has judged both before the server listened.
      const hash = await hashPassword(password);
      if (await this.make(null, null, normalUsername(username), 'Administrator', hash)) {
        say('The first administrator is made.');
        return;
      }
      // Another replica was faster, or the account is there: it does not become an administrator by a new start.
      if (await this.isAdministered()) return;
      say('ROSETTE_ADMIN_USERNAME is the name of an account already.');
    }
    const token = newSecret();
    await this.database.write((tx) =>
      this.oneTimeTokens.add(tx, 'set-up', sha256(token), null, setUpSeconds),
    );
    say(`There is no administrator. POST /v1/auth/set-up takes this token once, within a day: ${token}`);
  }

  /** Errors: `link-expired` for a wrong token, or while there is an administrator; `validation-failed`. */
  async finish(requestId: string, { token, username, displayName, password }: FinishSetUp): Promise<void> {
    const name = normalUsername(username);
    refuseWeak(password, name, '/password');
    const hash = await hashPassword(password);
    if (!(await this.make(requestId, sha256(token), name, displayName, hash)))
      throw new Problem('link-expired');
  }

  private async isAdministered(): Promise<boolean> {
    return (await this.database.read((tx) => this.oneTimeTokens.administeredUntil(tx))) !== undefined;
  }

  private async make(
    requestId: string | null,
    token: Buffer | null,
    username: string,
    displayName: string,
    hash: string,
  ): Promise<boolean> {
    return this.database.write(async (tx) => {
      const accountId = await this.oneTimeTokens.finishSetUp(tx, token, username, displayName, hash);
      if (accountId === undefined) return false;
      await this.ledger.record(tx, { action: 'set-up.finish', requestId, accountId });
      return true;
    });
  }
}
