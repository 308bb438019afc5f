import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { Problem } from '../http/problem.js';
import { bucketOf } from '../http/rate-limit.js';
import { AttemptRepository, type Counter } from './attempt.repository.js';
import { sha256 } from './secret.js';

/** An attempt that was counted and may be checked. */
export interface Attempt {
  counts: readonly { subject: Buffer; counted: number }[];
}

/** Of one who mistypes: five at once, then slower and slower. */
const strict = { free: 5, longestSeconds: 900 };
/**
 * Of a name, over all addresses: what a person never reaches, and short enough that guessing from many addresses does
 * not keep somebody out who has the switch in his hands.
 */
const loose = { free: 100, longestSeconds: 10 };

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

  /**
   * Sign-ins are counted by the name typed together with the address it came from, so that nobody can lock another out,
   * and loosely by the name alone. Errors: `rate-limited`.
   */
  async beginSignIn(username: string, address: string): Promise<Attempt> {
    const name = signInSubject(username);
    const from = sha256(`sign-in:${username} from ${bucketOf(address)}`);
    return this.begin([
      { ...strict, subject: from, partOf: name },
      { ...loose, subject: name },
    ]);
  }

  /** Second factors are tried by who has the password: counted by account, wherever from. Errors: `rate-limited`. */
  async beginSecondFactor(accountId: string): Promise<Attempt> {
    return this.begin([{ ...strict, subject: sha256(`second-factor:${accountId}`) }]);
  }

  /** Proofs inside a session are counted apart: whoever knows the name alone cannot block them. Errors: `rate-limited`. */
  async beginProof(accountId: string, isUrgent = false): Promise<Attempt> {
    return this.begin([{ ...strict, subject: sha256(`proof:${accountId}`) }], isUrgent);
  }

  async succeed(tx: Tx, { counts }: Attempt): Promise<void> {
    for (const { subject } of counts) await this.attempts.clear(tx, subject);
  }

  /** The password was right and nothing was guessed: the attempt does not count. */
  async takeBack(tx: Tx, { counts }: Attempt): Promise<void> {
    for (const { subject, counted } of counts) await this.attempts.takeBack(tx, subject, counted);
  }

  async clearSignIn(tx: Tx, username: string): Promise<void> {
    await this.attempts.clear(tx, signInSubject(username));
  }

  /** All of them or, where one says wait, none. */
  private async begin(counters: readonly Counter[], isUrgent = false): Promise<Attempt> {
    const begun = await this.database.write(async (tx) => {
      const counts: { subject: Buffer; counted: number }[] = [];
      for (const counter of counters) {
        const { waitSeconds, counted } = await this.attempts.begin(tx, counter);
        if (waitSeconds > 0) {
          await this.takeBack(tx, { counts });
          return waitSeconds;
        }
        counts.push({ subject: counter.subject, counted });
      }
      return { counts };
    }, isUrgent);
    if (typeof begun === 'number')
      throw new Problem('rate-limited', { headers: { 'Retry-After': String(begun) } });
    return begun;
  }
}

function signInSubject(username: string): Buffer {
  return sha256(`sign-in:${username}`);
}
