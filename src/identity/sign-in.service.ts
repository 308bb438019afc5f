import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { Problem } from '../http/problem.js';
import { accessTokenSeconds } from './access-token.service.js';
import { AccountRepository } from './account.repository.js';
import { ApiClientRepository } from './api-client.repository.js';
import { Attempts, type Attempt } from './attempts.service.js';
import type { SignIn, TokenSet } from './auth.dto.js';
import { PasswordRepository } from './password.repository.js';
import { PasswordStrategy, type PasswordHolder } from './password.strategy.js';
import { RefreshTokenRepository } from './refresh-token.repository.js';
import { SecondFactor, type FactorGiven } from './second-factor.service.js';
import { sha256 } from './secret.js';
import { SessionTokens, slidingSeconds } from './session-tokens.service.js';
import { SessionRepository } from './session.repository.js';
import { SignInLedgerRepository } from './sign-in-ledger.repository.js';
import { normalUsername } from './username.rules.js';

type Refusal = 'credentials-refused' | 'mfa-required';

/**
 * In charge of opening sessions. A wrong password and an unknown name get the same answer after the same time; that a
 * second factor is needed is told only after the right password. Every outcome but a delayed attempt is in the ledger.
 */
@Injectable()
export class SignInService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountRepository,
    private readonly attempts: Attempts,
    private readonly strategy: PasswordStrategy,
    private readonly passwords: PasswordRepository,
    private readonly secondFactor: SecondFactor,
    private readonly sessions: SessionRepository,
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly tokens: SessionTokens,
    private readonly clients: ApiClientRepository,
    private readonly ledger: SignInLedgerRepository,
  ) {}

  /** Errors: `credentials-refused`, `mfa-required`, `rate-limited`; `validation-failed` for neither or both kinds. */
  async signIn(requestId: string, address: string, signIn: SignIn): Promise<TokenSet> {
    const { username, password, clientId, clientSecret } = signIn;
    if (clientId != null && clientSecret != null && username == null && password == null) {
      return this.ofClient(requestId, clientId, clientSecret);
    }
    if (username != null && password != null && clientId == null && clientSecret == null) {
      const attempt = await this.attempts.beginSignIn(normalUsername(username), address);
      return this.ofPerson(requestId, normalUsername(username), password, signIn, attempt);
    }
    const detail = 'takes either username and password or clientId and clientSecret';
    throw new Problem('validation-failed', { errors: [{ pointer: '', detail }] });
  }

  private async ofPerson(
    requestId: string,
    username: string,
    password: string,
    factor: FactorGiven,
    attempt: Attempt,
  ): Promise<TokenSet> {
    const holder = await this.strategy.holderOf(username, password);
    const attempts = [attempt];
    if (holder && (factor.code != null || factor.recoveryCode != null))
      attempts.push(await this.attempts.beginSecondFactor(holder.accountId));
    const outcome = await this.database.write((tx) =>
      holder
        ? this.open(tx, requestId, holder, attempts, factor)
        : this.refuse(tx, requestId, null, 'credentials-refused'),
    );
    if (typeof outcome === 'string') throw new Problem(outcome);
    return outcome;
  }

  private async open(
    tx: Tx,
    requestId: string,
    { accountId, hash }: PasswordHolder,
    attempts: readonly Attempt[],
    factor: FactorGiven,
  ): Promise<TokenSet | Refusal> {
    // A second factor that is enrolled or reset ends all sessions: none may be opened afterwards by what was before.
    await this.accounts.keep(tx, accountId);
    // A new password ends all sessions: none may be opened afterwards by the old one.
    if (!(await this.passwords.keeps(tx, accountId, hash)))
      return this.refuse(tx, requestId, accountId, 'credentials-refused');
    const isEnrolled = await this.secondFactor.isEnrolled(tx, accountId);
    if (isEnrolled && factor.code == null && factor.recoveryCode == null) {
      for (const attempt of attempts) await this.attempts.takeBack(tx, attempt);
      return this.refuse(tx, requestId, accountId, 'mfa-required');
    }
    if (isEnrolled && !(await this.secondFactor.accepts(tx, accountId, factor))) {
      return this.refuse(tx, requestId, accountId, 'credentials-refused');
    }
    for (const attempt of attempts) await this.attempts.succeed(tx, attempt);
    await this.refreshTokens.forgetOver(tx, accountId);
    const sessionId = await this.sessions.open(tx, accountId, slidingSeconds, isEnrolled);
    await this.ledger.record(tx, { action: 'session.open', requestId, accountId, sessionId });
    return this.tokens.forPerson(tx, { sessionId, accountId });
  }

  /** A client's session lives as long as its token, and never counts as one with a second factor. */
  private async ofClient(requestId: string, accountId: string, secret: string): Promise<TokenSet> {
    const outcome = await this.database.write(async (tx) => {
      const stored = await this.clients.secretOf(tx, accountId);
      const isRight = timingSafeEqual(stored ?? Buffer.alloc(32), sha256(secret)) && stored !== undefined;
      if (!isRight) return this.refuse(tx, requestId, stored ? accountId : null, 'credentials-refused');
      const sessionId = await this.sessions.open(tx, accountId, accessTokenSeconds, false);
      await this.ledger.record(tx, { action: 'session.open', requestId, accountId, sessionId });
      return this.tokens.forClient({ sessionId, accountId });
    });
    if (typeof outcome === 'string') throw new Problem(outcome);
    return outcome;
  }

  private async refuse(tx: Tx, requestId: string, accountId: string | null, code: Refusal): Promise<Refusal> {
    await this.ledger.record(tx, { action: 'session.open', requestId, accountId, code });
    return code;
  }
}
