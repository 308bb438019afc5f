import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Tx } from '../database/tx.js';
import { AccountEntity } from './account.entity.js';

/** Accounts, looked up by their keys. */
@Injectable()
export class AccountRepository {
  async openById(tx: Tx, id: string): Promise<AccountEntity | null> {
    return tx.manager.findOneBy(AccountEntity, { id, closedAt: IsNull() });
  }

  async openPersonByUsername(tx: Tx, username: string): Promise<AccountEntity | null> {
    return tx.manager.findOneBy(AccountEntity, { username, kind: 'person', closedAt: IsNull() });
  }

  /** The new account's id; undefined if the username is taken. Unique: account_username_unique. */
  async add(
    tx: Tx,
    kind: 'person' | 'client',
    username: string,
    displayName: string,
  ): Promise<string | undefined> {
    const row = await tx.first<{ id: string }>(
      `INSERT INTO identity.account (kind, username, display_name) VALUES ($1, $2, $3)
       ON CONFLICT (username) DO NOTHING RETURNING id`,
      [kind, username, displayName],
    );
    return row?.id;
  }

  async lock(tx: Tx, id: string): Promise<AccountEntity | null> {
    return tx.manager.findOne(AccountEntity, {
      where: { id, closedAt: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Nobody who locks the account changes anything of it before commit. */
  async keep(tx: Tx, id: string): Promise<void> {
    await tx.manager.findOne(AccountEntity, { where: { id }, lock: { mode: 'pessimistic_read' } });
  }

  async close(tx: Tx, id: string): Promise<void> {
    await tx.run('UPDATE identity.account SET closed_at = now() WHERE id = $1 AND closed_at IS NULL', [id]);
  }
}
