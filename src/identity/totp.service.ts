import { Injectable } from '@nestjs/common';
import { Secret } from 'otpauth';
import type { Tx } from '../database/tx.js';
import { Problem } from '../http/problem.js';
import { Fence } from '../kill-switch/fence.service.js';
import { Barrier } from '../kill-switch/flip/barrier.service.js';
import { AccountRepository } from './account.repository.js';
import { Attempts } from './attempts.service.js';
import { Envelope } from './envelope.service.js';
import { Proof } from './proof.service.js';
import { SecondFactor, newRecoveryCode, recoveryHash, totpOf } from './second-factor.service.js';
import { SessionRepository } from './session.repository.js';
import type { SignedIn } from './signed-in.js';
import type { RecoveryCodes, TotpEnrolment, TotpReset } from './totp.dto.js';
import { TotpRepository } from './totp.repository.js';

const seedBytes = 20;
const recoveryCodes = 10;

/**
 * In charge of enrolling a second factor, and of resetting one that was lost. Nobody resets alone: one person asks,
 * another confirms within a day, and neither is the one it is about.
 */
@Injectable()
export class TotpService {
  constructor(
    private readonly fence: Fence,
    private readonly barrier: Barrier,
    private readonly envelope: Envelope,
    private readonly proof: Proof,
    private readonly attempts: Attempts,
    private readonly secondFactor: SecondFactor,
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
    private readonly totps: TotpRepository,
  ) {}

  /** A seed that counts once it is confirmed. Errors: `credentials-refused`, `rate-limited`, `conflict` if enrolled. */
  async enrol(caller: SignedIn, password: string): Promise<TotpEnrolment> {
    const { accountId } = caller.principal;
    return this.proof.byPassword(caller, password, (attempt) =>
      this.fence.change(caller, { action: 'session.self' }, async (tx) => {
        await this.attempts.succeed(tx, attempt);
        const account = await this.accounts.openById(tx, accountId);
        const secret = new Secret({ size: seedBytes });
        const isPut = await this.totps.putUnconfirmed(
          tx,
          accountId,
          this.envelope.seal(secret.base32, accountId),
        );
        if (!isPut) throw new Problem('conflict', { detail: 'a second factor is enrolled already' });
        const value = { secret: secret.base32, uri: totpOf(secret, account?.username ?? '').toString() };
        return { value, target: { kind: 'account', id: accountId }, detail: { what: 'second-factor-begun' } };
      }),
    );
  }

  /** Ends all other sessions. Errors: `credentials-refused` for a wrong code, `conflict` where there is nothing to confirm. */
  async confirm(caller: SignedIn, code: string): Promise<RecoveryCodes> {
    const { accountId, sessionId } = caller.principal;
    const confirmed = await this.fence.change(caller, { action: 'session.self' }, async (tx) => {
      // A sign-in without the factor that is under way is waited for, and its session ends too.
      await this.accounts.lock(tx, accountId);
      if (!(await this.totps.seedOf(tx, accountId, 'unconfirmed')))
        throw new Problem('conflict', { detail: 'no enrolment was begun' });
      if (!(await this.secondFactor.acceptsCode(tx, accountId, code, 'unconfirmed')))
        throw new Problem('credentials-refused');
      if (!(await this.totps.confirm(tx, accountId)))
        throw new Problem('conflict', { detail: 'a second factor is enrolled already' });
      const codes = Array.from({ length: recoveryCodes }, newRecoveryCode);
      await this.totps.putRecoveryCodes(
        tx,
        accountId,
        codes.map((recoveryCode) => recoveryHash(accountId, recoveryCode)),
      );
      await this.sessions.gainSecondFactor(tx, sessionId);
      await this.sessions.endAll(tx, accountId, 'second-factor-enrolled', sessionId);
      return {
        value: { codes },
        target: { kind: 'account', id: accountId },
        detail: { what: 'second-factor-enrolled' },
      };
    });
    await this.barrier.completeOpen();
    return confirmed;
  }

  /** Asks, or confirms what another asked. Errors: `not-found`, `conflict`. */
  async reset(caller: SignedIn, accountId: string): Promise<TotpReset> {
    const reset = await this.fence.change(caller, { action: 'totp.reset' }, async (tx) => {
      const value = await this.askOrConfirm(tx, caller.principal.accountId, accountId);
      return { value, target: { kind: 'account', id: accountId }, detail: { state: value.state } };
    });
    await this.barrier.completeOpen();
    return reset;
  }

  private async askOrConfirm(tx: Tx, actorId: string, accountId: string): Promise<TotpReset> {
    // Of two calls at once, the second sees what the first did.
    if (!(await this.accounts.lock(tx, accountId))) throw new Problem('not-found');
    if (actorId === accountId)
      throw new Problem('conflict', { detail: 'nobody resets his own second factor' });
    if (!(await this.totps.isEnrolled(tx, accountId)))
      throw new Problem('conflict', { detail: 'no second factor is enrolled' });
    const asked = await this.totps.openReset(tx, accountId);
    if (!asked) {
      const askedAt = await this.totps.askReset(tx, accountId, actorId);
      return { accountId, state: 'asked', askedBy: actorId, askedAt: askedAt.toISOString() };
    }
    if (asked.askedBy === actorId)
      throw new Problem('conflict', { detail: 'another person has to confirm the reset' });
    await this.totps.confirmReset(tx, asked.id, actorId);
    await this.totps.forgetFactor(tx, accountId);
    await this.sessions.endAll(tx, accountId, 'second-factor-reset');
    return { accountId, state: 'done', askedBy: asked.askedBy, askedAt: asked.askedAt.toISOString() };
  }
}
