import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import { addressOf } from '../config/mailbox.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { Problem } from '../http/problem.js';
import { Fence } from '../kill-switch/fence.service.js';
import { Barrier } from '../kill-switch/flip/barrier.service.js';
import { Outbox } from '../mail/outbox.service.js';
import { AccountRepository } from './account.repository.js';
import { Attempts } from './attempts.service.js';
import { passwordResetMail } from './letters.js';
import { OneTimeTokenRepository, type OneTimeKind } from './one-time-token.repository.js';
import { hashPassword } from './password-hash.js';
import { PasswordRepository } from './password.repository.js';
import { faultOfPassword } from './password.rules.js';
import { Proof } from './proof.service.js';
import { newSecret, sha256 } from './secret.js';
import { SessionRepository } from './session.repository.js';
import type { SignedIn } from './signed-in.js';
import { SignInLedgerRepository } from './sign-in-ledger.repository.js';
import { normalUsername } from './username.rules.js';

const resetSeconds = 30 * 60;
/** Nobody's mailbox is filled by asking again and again. */
const askAgainSeconds = 60;
/** Longer than writing a token and a letter takes, so that the time tells nobody whether it was done. */
const answerMs = 150;

/** In charge of setting passwords: changed by whoever knows the old one, set by whoever holds a mailed token. */
@Injectable()
export class PasswordService {
  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly database: Database,
    private readonly fence: Fence,
    private readonly barrier: Barrier,
    private readonly outbox: Outbox,
    private readonly proof: Proof,
    private readonly attempts: Attempts,
    private readonly accounts: AccountRepository,
    private readonly passwords: PasswordRepository,
    private readonly oneTimeTokens: OneTimeTokenRepository,
    private readonly sessions: SessionRepository,
    private readonly ledger: SignInLedgerRepository,
  ) {}

  /** Ends all other sessions. Errors: `credentials-refused`, `rate-limited`, `validation-failed` for a weak password. */
  async change(caller: SignedIn, currentPassword: string, newPassword: string): Promise<void> {
    const { accountId, sessionId } = caller.principal;
    const account = await this.database.read((tx) => this.accounts.openById(tx, accountId));
    refuseWeak(newPassword, account?.username ?? '', '/newPassword');
    await this.proof.byPassword(caller, currentPassword, async (attempt) => {
      const hash = await hashPassword(newPassword);
      await this.fence.change(caller, { action: 'session.self' }, async (tx) => {
        await this.attempts.succeed(tx, attempt);
        await this.passwords.put(tx, accountId, hash);
        await this.oneTimeTokens.dropUnused(tx, 'password-reset', accountId);
        await this.sessions.endAll(tx, accountId, 'password-changed', sessionId);
        return {
          value: undefined,
          target: { kind: 'account', id: accountId },
          detail: { what: 'password-changed' },
        };
      });
    });
    await this.barrier.completeOpen();
  }

  /** Mails a token if the name is somebody's; the answer and its time are the same if not. */
  async askReset(requestId: string, username: string): Promise<void> {
    await Promise.all([
      this.database.write((tx) => this.mailReset(tx, requestId, normalUsername(username))),
      delay(answerMs),
    ]);
  }

  /** Sets the password of a token's owner and ends all sessions. Errors: `link-expired`, `validation-failed`. */
  async setByToken(
    requestId: string,
    kind: Exclude<OneTimeKind, 'set-up'>,
    token: string,
    password: string,
  ): Promise<void> {
    const tokenHash = sha256(token);
    const owner = await this.database.read((tx) => this.oneTimeTokens.ownerOf(tx, kind, tokenHash));
    if (!owner) throw new Problem('link-expired');
    const { accountId, username } = owner;
    refuseWeak(password, username, '/password');
    const hash = await hashPassword(password);
    await this.database.write(async (tx) => {
      if (!(await this.oneTimeTokens.use(tx, kind, tokenHash))) throw new Problem('link-expired');
      await this.passwords.put(tx, accountId, hash);
      await this.attempts.clearSignIn(tx, username);
      const action = kind === 'invitation' ? 'invitation.accept' : 'password.reset';
      await this.ledger.record(tx, { action, requestId, accountId });
      await this.sessions.endAll(tx, accountId, 'password-reset');
    });
    await this.barrier.completeOpen();
  }

  private async mailReset(tx: Tx, requestId: string, username: string): Promise<void> {
    const known = await this.passwords.ofUsername(tx, username);
    if (!known || addressOf(username) === undefined) return;
    if (await this.oneTimeTokens.wasIssuedWithin(tx, 'password-reset', known.accountId, askAgainSeconds))
      return;
    const token = newSecret();
    await this.oneTimeTokens.dropUnused(tx, 'password-reset', known.accountId);
    await this.oneTimeTokens.add(tx, 'password-reset', sha256(token), known.accountId, resetSeconds);
    await this.outbox.enqueue(tx, passwordResetMail(username, token, this.environment.PUBLIC_URL));
    await this.ledger.record(tx, { action: 'password.reset-ask', requestId, accountId: known.accountId });
  }
}

/** Errors: `validation-failed`, pointing at the password. */
export function refuseWeak(password: string, username: string, pointer: string): void {
  const detail = faultOfPassword(password, username);
  if (detail !== undefined) throw new Problem('validation-failed', { errors: [{ pointer, detail }] });
}
