import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { decodeCursor, page, type Page, type PageQuery } from '../http/keyset.js';
import { Problem } from '../http/problem.js';
import { Fence } from '../kill-switch/fence.service.js';
import type { Access } from './access.js';
import type { Office, OfficeMembership, OpenOffice } from './office.dto.js';
import { OfficeRepository } from './office.repository.js';
import { Standing } from './standing.service.js';

/**
 * In charge of offices: the people who leave together. An office is a scope of its own from birth, so that it can be
 * suspended, and a departure can name it.
 */
@Injectable()
export class OfficeService {
  constructor(
    private readonly fence: Fence,
    private readonly offices: OfficeRepository,
    private readonly standing: Standing,
  ) {}

  /**
   * Whom it represents is one of its people from now on. Errors: `validation-failed` where constituency or representative do
   * not exist or do not fit the kind.
   */
  async open(access: Access, office: OpenOffice): Promise<Office> {
    if (office.kind !== 'representative' && office.representativeId != null) {
      const detail = 'goes with the kind representative alone';
      throw new Problem('validation-failed', { errors: [{ pointer: '/representativeId', detail }] });
    }
    const open = async (tx: Tx) => {
      const id = randomUUID();
      await this.offices.open(tx, id, office);
      const value = await this.offices.byId(tx, id);
      if (!value) throw new Error('an office vanished in its own transaction');
      if (value.representativeId !== null) await this.standing.revoke(tx, [value.representativeId]);
      return { value, target: { kind: 'office', id }, detail: { kind: value.kind } };
    };
    const opened = await this.fence.create(access, { action: 'office.manage' }, open, (tx, id) =>
      this.offices.byId(tx, id),
    );
    await this.standing.spread();
    return opened;
  }

  /** By name. */
  async list(access: Access, query: PageQuery): Promise<Page<Office>> {
    const after = decodeCursor(query.after, ['string', 'uuid']);
    const from = after && { name: after[0] as string, id: after[1] as string };
    const found = await this.fence.consult(access, { action: 'office.read' }, (tx) =>
      this.offices.page(tx, query.limit + 1, from),
    );
    return page(found, query.limit, ({ name, id }) => [name, id]);
  }

  /** Errors: `not-found`. */
  async byId(access: Access, id: string): Promise<Office> {
    const found = await this.fence.consult(access, { action: 'office.read' }, (tx) =>
      this.offices.byId(tx, id),
    );
    if (!found) throw new Problem('not-found');
    return found;
  }

  /** Errors: `not-found`; `validation-failed` without such a user; `already-exists`; `conflict` if either has just departed. */
  async join(access: Access, officeId: string, accountId: string): Promise<OfficeMembership> {
    const join = async (tx: Tx) => {
      const outcome = await this.offices.join(tx, officeId, accountId);
      if (outcome === 'absent') throw new Problem('not-found');
      if (outcome === 'departed')
        throw new Problem('conflict', {
          detail: 'the user, or the whole office, has departed in this moment',
        });
      if (outcome === 'no-account') {
        throw new Problem('validation-failed', {
          errors: [{ pointer: '/accountId', detail: 'there is no such user, or the account is closed' }],
        });
      }
      const value = await this.membership(tx, officeId, accountId);
      await this.standing.revoke(tx, [accountId]);
      return { value, target: { kind: 'office', id: officeId }, detail: { joined: accountId } };
    };
    const reread = (tx: Tx) => this.offices.membership(tx, officeId, accountId);
    const joined = await this.fence.create(access, { action: 'office.manage' }, join, reread);
    await this.standing.spread();
    return joined;
  }

  /** Errors: `not-found` where the user does not belong to the office now; `conflict` where it represents him. */
  async leave(access: Access, officeId: string, accountId: string): Promise<OfficeMembership> {
    const left = await this.fence.change(access, { action: 'office.manage' }, async (tx) => {
      const outcome = await this.offices.leave(tx, officeId, accountId);
      if (outcome === 'absent') throw new Problem('not-found');
      if (outcome === 'represents')
        throw new Problem('conflict', { detail: 'the office represents the user' });
      const value = await this.membership(tx, officeId, accountId);
      await this.standing.revoke(tx, [accountId]);
      return { value, target: { kind: 'office', id: officeId }, detail: { left: accountId } };
    });
    await this.standing.spread();
    return left;
  }

  private async membership(tx: Tx, officeId: string, accountId: string): Promise<OfficeMembership> {
    const value = await this.offices.membership(tx, officeId, accountId);
    if (!value) throw new Error('a membership vanished in its own transaction');
    return value;
  }
}
