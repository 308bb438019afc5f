import { Injectable } from '@nestjs/common';
import { Problem } from '../http/problem.js';
import { Fence, type Changed } from '../kill-switch/fence.service.js';
import { Barrier } from '../kill-switch/flip/barrier.service.js';
import type { Tx } from '../database/tx.js';
import { Attempts } from './attempts.service.js';
import type { StepUp, SteppedUp } from './auth.dto.js';
import { MeReadModel } from './me.read-model.js';
import type { Me } from './me.dto.js';
import { Proof } from './proof.service.js';
import { SecondFactor } from './second-factor.service.js';
import type { Sessions } from './session.dto.js';
import { SessionRepository, type SessionEnd } from './session.repository.js';
import type { SignedIn } from './signed-in.js';

const own = { action: 'session.self' } as const;

/**
 * In charge of what people do with their own sessions: see them, end them, confirm who they are. The end of one is answered
 * when nothing goes on in that name anywhere.
 */
@Injectable()
export class SessionService {
  constructor(
    private readonly fence: Fence,
    private readonly barrier: Barrier,
    private readonly sessions: SessionRepository,
    private readonly people: MeReadModel,
    private readonly proof: Proof,
    private readonly attempts: Attempts,
    private readonly secondFactor: SecondFactor,
  ) {}

  async me(caller: SignedIn): Promise<Me> {
    const me = await this.fence.consult(caller, own, (tx) =>
      this.people.ofSession(tx, caller.principal.sessionId),
    );
    if (!me) throw new Error('a session vanished inside the fence');
    return me;
  }

  async list(caller: SignedIn): Promise<Sessions> {
    const live = await this.fence.consult(caller, own, (tx) =>
      this.sessions.liveOf(tx, caller.principal.accountId),
    );
    return {
      items: live.map((session) => ({ ...session, isCurrent: session.id === caller.principal.sessionId })),
    };
  }

  /** Errors: `not-found` for a session that has ended or is another's. */
  async end(caller: SignedIn, id: string, why: SessionEnd): Promise<void> {
    await this.fence.change(caller, own, async (tx) => {
      if (!(await this.sessions.endOne(tx, caller.principal.accountId, id, why)))
        throw new Problem('not-found');
      return changed('session', id, why);
    });
    await this.barrier.completeOpen();
  }

  async endAll(caller: SignedIn): Promise<void> {
    const { accountId } = caller.principal;
    await this.fence.change(caller, own, async (tx) => {
      await this.sessions.endAll(tx, accountId, 'ended-by-owner');
      return changed('account', accountId, 'ended-by-owner');
    });
    await this.barrier.completeOpen();
  }

  /** Errors: `credentials-refused`, `mfa-required` where a code is missing, `rate-limited`. */
  async stepUp(caller: SignedIn, { password, ...factor }: StepUp): Promise<SteppedUp> {
    const { accountId, sessionId } = caller.principal;
    return this.proof.byPassword(caller, password, (attempt) =>
      this.fence.change(caller, own, async (tx: Tx) => {
        if (await this.secondFactor.isEnrolled(tx, accountId)) {
          if (factor.code == null && factor.recoveryCode == null) throw new Problem('mfa-required');
          if (!(await this.secondFactor.accepts(tx, accountId, factor)))
            throw new Problem('credentials-refused');
        }
        await this.attempts.succeed(tx, attempt);
        const until = await this.sessions.stepUp(tx, sessionId);
        return {
          ...changed('session', sessionId, 'stepped-up'),
          value: { steppedUpUntil: until.toISOString() },
        };
      }),
    );
  }
}

function changed(kind: string, id: string, what: string): Changed<undefined> {
  return { value: undefined, target: { kind, id }, detail: { what } };
}
