import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { ProblemCode } from '../http/problem-codes.js';

/** What happens outside a session and is written down all the same. */
export type SignInAction =
  | 'session.open'
  | 'session.refresh'
  | 'password.reset-ask'
  | 'password.reset'
  | 'invitation.accept'
  | 'set-up.finish';

export interface SignInRecord {
  action: SignInAction;
  requestId: string | null;
  /** Null where the name belongs to nobody. */
  accountId?: string | null;
  sessionId?: string | null;
  /** Of a refusal. */
  code?: ProblemCode;
}

/** The ledger's rows about sign-in: an id, never a name, an address or a secret. */
@Injectable()
export class SignInLedgerRepository {
  async record(tx: Tx, { action, accountId, sessionId, code, requestId }: SignInRecord): Promise<void> {
    const values = [action, accountId ?? null, sessionId ?? null, code ?? null, requestId];
    await tx.run('SELECT ledger.record_sign_in($1, $2, $3, $4, $5)', values);
  }

  /** A wrong password or code inside a session, whose change was rolled back. */
  async recordRefusedProof(tx: Tx, sessionId: string, code: ProblemCode, requestId: string): Promise<void> {
    await tx.run('SELECT ledger.record_refusal($1, NULL, $2, $3, $4)', [
      sessionId,
      'session.self',
      code,
      requestId,
    ]);
  }
}
