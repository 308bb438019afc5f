import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Role } from '../config/vocabulary.js';
import type { Tx } from '../database/tx.js';
import { Problem, type InputError } from '../http/problem.js';
import { Fence, type Changed } from '../kill-switch/fence.service.js';
import type { Access } from './access.js';
import { grantProblem } from './access-problems.js';
import type { GiveGrant, Grant, RenewGrant } from './grant.dto.js';
import { GrantRepository, type NewGrant } from './grant.repository.js';
import {
  excessOfGift,
  faultsInArea,
  faultsInPurposes,
  faultsInRenewal,
  faultsInTenure,
  isGivableBy,
} from './grant.rules.js';

/**
 * In charge of giving grants and of renewing them. Nobody gives to himself or above himself, be it in role, area,
 * purposes or tenure; a role that sees people in bulk waits for a second person (GrantService.approve).
 */
@Injectable()
export class GrantGiftService {
  constructor(
    private readonly fence: Fence,
    private readonly grants: GrantRepository,
  ) {}

  /**
   * Gives a role to a user. Errors: `not-found`, `validation-failed`; `not-permitted` above, beside or to oneself;
   * `conflict` where the account is closed or has departed while this was asked, or would both control access and see
   * people.
   */
  give(access: Access, accountId: string, gift: GiveGrant): Promise<Grant> {
    const { role, area, purposes, fromAt, untilAt } = gift;
    refuseIf(faultsInArea(role, area));
    refuseIf(faultsInTenure(Date.now(), fromAt, untilAt));
    const give = async (tx: Tx) => {
      const id = randomUUID();
      const constituencyId = area.constituencyId ?? null;
      return this.write(tx, access, {
        id,
        accountId,
        role,
        constituencyId,
        purposes,
        untilAt,
        ...(fromAt === undefined ? {} : { fromAt }),
      });
    };
    return this.fence.create(access, { action: 'grant.give' }, give, (tx, id) =>
      this.grants.byId(tx, accountId, id),
    );
  }

  /**
   * Continues a grant by another that begins where it ends, under the same rules. Errors as `give`; `conflict` where the
   * grant has ended or is pending, `already-exists` where it is renewed.
   */
  renew(access: Access, accountId: string, grantId: string, renewal: RenewGrant): Promise<Grant> {
    const renew = async (tx: Tx) => {
      const grant = await this.grants.byId(tx, accountId, grantId);
      if (!grant) throw new Problem('not-found');
      if (grant.state === 'live' || grant.state === 'scheduled') {
        refuseIf(faultsInRenewal(Date.now(), new Date(grant.untilAt), renewal.untilAt));
      }
      return this.write(tx, access, {
        id: randomUUID(),
        accountId,
        role: grant.role,
        constituencyId: grant.area.constituencyId,
        purposes: grant.purposes,
        untilAt: renewal.untilAt,
        renews: grantId,
      });
    };
    return this.fence.create(access, { action: 'grant.give' }, renew, (tx, id) =>
      this.grants.byId(tx, accountId, id),
    );
  }

  private async write(tx: Tx, access: Access, grant: NewGrant): Promise<Changed<Grant>> {
    const { id, accountId, role, constituencyId, purposes } = grant;
    await this.refuseUnlessGivable(tx, access, role, constituencyId);
    refuseIf(faultsInPurposes(role, purposes, await this.grants.livePurposes(tx, purposes)));
    await this.refuseExcess(tx, access, grant);
    const outcome = await this.grants.give(tx, grant);
    if (outcome !== 'given') throw grantProblem(outcome);
    const value = await this.grants.byId(tx, accountId, id);
    if (!value) throw new Error('a grant vanished in its own transaction');
    const detail = { accountId, role, constituencyId, purposes, state: value.state, renews: value.renews };
    return { value, target: { kind: 'grant', id }, detail };
  }

  private async refuseExcess(tx: Tx, access: Access, grant: NewGrant): Promise<void> {
    const held = await this.grants.ofActor(tx, access.principal.sessionId);
    const detail = excessOfGift(held, grant);
    if (detail !== undefined) throw new Problem('not-permitted', { detail });
  }

  private async refuseUnlessGivable(
    tx: Tx,
    access: Access,
    role: Role,
    constituencyId: string | null,
  ): Promise<void> {
    const held = await this.grants.ofActor(tx, access.principal.sessionId);
    if (isGivableBy(held, role, constituencyId)) return;
    throw new Problem('not-permitted', { detail: 'no grant of yours lets you give this role here' });
  }
}

function refuseIf(errors: readonly InputError[]): void {
  if (errors.length > 0) throw new Problem('validation-failed', { errors });
}
