import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { Problem } from '../http/problem.js';
import { AttemptRepository } from './attempt.repository.js';
import { sha256 } from './secret.js';

/** An attempt that was counted and may be checked. */
export interface Attempt {
  subject: Buffer;
  counted: number;
}

/**
 * In charge of slowing guesses down. Each attempt is counted in a transaction of its own before it is checked, by name
 * and not by account, so that an unknown name is slowed like a known one; success clears the count.
 */
@Injectable()
export class Attempts {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptRepository,
  ) {}

  /** Sign-ins are counted by the name typed. Errors: `rate-limited`. */
  async beginSignIn(username: string): Promise<Attempt> {
    return this.begin(signInSubject(username));
  }

  /** Proofs inside a session are counted apart: whoever knows the name alone cannot block them. Errors: `rate-limited`. */
  async beginProof(accountId: string): Promise<Attempt> {
    return this.begin(sha256(`proof:${accountId}`));
  }

  async succeed(tx: Tx, attempt: Attempt): Promise<void> {
    await this.attempts.clear(tx, attempt.subject);
  }

  /** The password was right and nothing was guessed: the attempt does not count. */
  async takeBack(tx: Tx, attempt: Attempt): Promise<void> {
    await this.attempts.takeBack(tx, attempt.subject, attempt.counted);
  }

  async clearSignIn(tx: Tx, username: string): Promise<void> {
    await this.attempts.clear(tx, signInSubject(username));
  }

  private async begin(subject: Buffer): Promise<Attempt> {
    const { waitSeconds, counted } = await this.database.write((tx) => this.attempts.begin(tx, subject));
    if (waitSeconds > 0)
      throw new Problem('rate-limited', { headers: { 'Retry-After': String(waitSeconds) } });
    return { subject, counted };
  }
}

function signInSubject(username: string): Buffer {
  return sha256(`sign-in:${username}`);
}
