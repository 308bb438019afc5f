import { Injectable } from '@nestjs/common';
import { decodeCursor, page, type Page, type PageQuery } from '../http/keyset.js';
import { Problem } from '../http/problem.js';
import { Fence } from '../kill-switch/fence.service.js';
import type { Access } from './access.js';
import { grantProblem } from './access-problems.js';
import type { EndGrant, Grant } from './grant.dto.js';
import { GrantRepository } from './grant.repository.js';
import { isGivableBy } from './grant.rules.js';
import { Standing } from './standing.service.js';
import { UserReadModel } from './user.read-model.js';

/** In charge of grants once they are given: listing, the second person's approval, and their end. */
@Injectable()
export class GrantService {
  constructor(
    private readonly fence: Fence,
    private readonly grants: GrantRepository,
    private readonly users: UserReadModel,
    private readonly standing: Standing,
  ) {}

  /** Every grant a user ever had, newest first. Errors: `not-found`. */
  async list(access: Access, accountId: string, query: PageQuery): Promise<Page<Grant>> {
    const after = decodeCursor(query.after, ['uuid']);
    const found = await this.fence.consult(access, { action: 'user.read' }, async (tx) => {
      if (!(await this.users.byId(tx, accountId))) throw new Problem('not-found');
      return this.grants.pageOfAccount(tx, accountId, query.limit + 1, after?.[0] as string | undefined);
    });
    return page(found, query.limit, (grant) => [grant.id]);
  }

  /**
   * Errors: `not-found`; `conflict` if approved or ended already, by who gave or holds it, or where the holder would both
   * control access and see people.
   */
  approve(access: Access, accountId: string, grantId: string): Promise<Grant> {
    return this.fence.change(access, { action: 'grant.approve' }, async (tx) => {
      const outcome = await this.grants.approve(tx, accountId, grantId);
      if (outcome !== 'approved') throw grantProblem(outcome);
      const value = await this.grants.byId(tx, accountId, grantId);
      if (!value) throw new Error('a grant vanished in its own transaction');
      return { value, target: { kind: 'grant', id: grantId }, detail: { accountId, role: value.role } };
    });
  }

  /**
   * Ends a grant and its renewals; what runs in the holder's name is cut. One's own grant may always be given up.
   * Errors: `not-found`, `not-permitted`; `conflict` if it has ended or is the last administrator's.
   */
  async end(access: Access, accountId: string, grantId: string, end: EndGrant): Promise<Grant> {
    const ended = await this.fence.change(access, { action: 'grant.end' }, async (tx) => {
      const grant = await this.grants.byId(tx, accountId, grantId);
      if (!grant) throw new Problem('not-found');
      const isOwn = accountId === access.principal.accountId;
      const held = await this.grants.ofActor(tx, access.principal.sessionId);
      if (!isOwn && !isGivableBy(held, grant.role, grant.area.constituencyId)) {
        throw new Problem('not-permitted', { detail: 'no grant of yours lets you end this one' });
      }
      const outcome = await this.grants.end(tx, accountId, grantId, end.reason);
      if (outcome !== 'ended') throw grantProblem(outcome);
      const value = await this.grants.byId(tx, accountId, grantId);
      if (!value) throw new Error('a grant vanished in its own transaction');
      await this.standing.revoke(tx, [accountId]);
      return { value, target: { kind: 'grant', id: grantId }, detail: { accountId, role: value.role } };
    });
    await this.standing.spread();
    return ended;
  }
}
