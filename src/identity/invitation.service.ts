import { Inject, Injectable } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../config/environment.js';
import type { Tx } from '../database/tx.js';
import { Problem } from '../http/problem.js';
import { Fence, type Changed } from '../kill-switch/fence.service.js';
import { Outbox } from '../mail/outbox.service.js';
import { AccountRepository } from './account.repository.js';
import type { Invitation, Invite } from './invitation.dto.js';
import { invitationMail } from './letters.js';
import { OneTimeTokenRepository } from './one-time-token.repository.js';
import { PasswordRepository } from './password.repository.js';
import { newSecret, sha256 } from './secret.js';
import type { SignedIn } from './signed-in.js';
import { normalUsername } from './username.rules.js';

const invitationSeconds = 72 * 3_600;

/** In charge of invitations: an account without a password, and a token that only its mailbox receives. */
@Injectable()
export class InvitationService {
  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly fence: Fence,
    private readonly outbox: Outbox,
    private readonly accounts: AccountRepository,
    private readonly passwords: PasswordRepository,
    private readonly oneTimeTokens: OneTimeTokenRepository,
  ) {}

  /** Inviting again replaces the token. Errors: `already-exists` for whoever has a password or has left. */
  invite(caller: SignedIn, invite: Invite): Promise<Invitation> {
    const send = (tx: Tx) => this.send(tx, normalUsername(invite.username), invite.displayName);
    return this.fence.create(caller, { action: 'user.invite' }, send, (tx, id) => this.reread(tx, id));
  }

  private async send(tx: Tx, username: string, displayName: string): Promise<Changed<Invitation>> {
    const added = await this.accounts.add(tx, 'person', username, displayName);
    const invited =
      added === undefined ? await this.accounts.openPersonByUsername(tx, username) : { id: added };
    // The lock makes two invitations of one person take turns.
    if (
      !invited ||
      !(await this.accounts.lock(tx, invited.id)) ||
      (await this.passwords.hashOf(tx, invited.id)) !== undefined
    ) {
      throw new Problem('already-exists');
    }
    const token = newSecret();
    await this.oneTimeTokens.dropUnused(tx, 'invitation', invited.id);
    await this.oneTimeTokens.add(tx, 'invitation', sha256(token), invited.id, invitationSeconds);
    await this.outbox.enqueue(tx, invitationMail(username, token, this.environment.PUBLIC_URL));
    const value = await this.reread(tx, invited.id);
    if (!value) throw new Error('an invitation vanished in its own transaction');
    return { value, target: { kind: 'account', id: invited.id } };
  }

  private async reread(tx: Tx, accountId: string): Promise<Invitation | undefined> {
    const account = await this.accounts.openById(tx, accountId);
    if (!account) return undefined;
    const expiresAt = await this.oneTimeTokens.lastExpiry(tx, 'invitation', accountId);
    return {
      accountId,
      username: account.username,
      displayName: account.displayName,
      expiresAt: expiresAt?.toISOString() ?? null,
    };
  }
}
