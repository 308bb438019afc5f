import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import { Strategy } from 'passport-local';
import { Database } from '../database/database.js';
import { isPassword } from './password-hash.js';
import { PasswordRepository } from './password.repository.js';

const passwordStrategy = 'password';

export interface PasswordHolder {
  accountId: string;
  /** What the password was checked against: it may have been changed by the time a session is opened. */
  hash: string;
}

/**
 * Passport's password strategy: who signs in with this name and password. It takes as long for a name that nobody has
 * as for a wrong password. Attempts are counted by the caller.
 */
@Injectable()
export class PasswordStrategy extends PassportStrategy(Strategy, passwordStrategy) {
  private authenticator!: passport.Authenticator;

  constructor(
    private readonly database: Database,
    private readonly passwords: PasswordRepository,
  ) {
    super();
  }

  /** An authenticator of its own: the global one would answer from whichever application was made last in a process. */
  getPassportInstance(): passport.Authenticator {
    this.authenticator = new passport.Passport();
    return this.authenticator;
  }

  /** Called by passport. */
  async validate(username: string, password: string): Promise<PasswordHolder | false> {
    const known = await this.database.read((tx) => this.passwords.ofUsername(tx, username));
    const isRight = await isPassword(password, known?.hash);
    return known && isRight ? known : false;
  }

  /** Asks passport, with a body that the validation pipe has already looked at. */
  holderOf(username: string, password: string): Promise<PasswordHolder | undefined> {
    return new Promise((resolve, reject) => {
      const answer = (error: unknown, holder?: PasswordHolder | false | null) => {
        if (error) reject(error as Error);
        else resolve(holder || undefined);
      };
      const ask = this.authenticator.authenticate(passwordStrategy, { session: false }, answer) as (
        request: { body: { username: string; password: string } },
        response: undefined,
        next: (error: unknown) => void,
      ) => void;
      ask({ body: { username, password } }, undefined, reject);
    });
  }
}
