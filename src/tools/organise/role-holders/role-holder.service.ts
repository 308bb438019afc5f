import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { Custody } from '../../../custody/custody.service.js';
import { databaseError } from '../../../database/sqlstate.js';
import type { Tx } from '../../../database/tx.js';
import { requireIfMatch } from '../../../http/etag.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { found, refuse, tagged, withoutVersion, type Tagged } from '../../../http/versioned.js';
import { BranchRepository } from '../branches/branch.repository.js';
import { MemberRepository } from '../members/member.repository.js';
import type {
  AddRoleHolder,
  EndRoleHolder,
  RoleHolder,
  RoleHolderQuery,
  RoleHolderReference,
} from './role-holder.dto.js';
import { RoleHolderReadModel } from './role-holder.read-model.js';
import { RoleHolderRepository } from './role-holder.repository.js';

const classes = ['identity', 'membership'] as const;
const target = (id: string) => ({ kind: 'role-holder', id });
const changeIn = (constituencyId: string) =>
  ({
    action: 'role-holder.change',
    purpose: 'membership-administration',
    classes,
    constituencyIds: [constituencyId],
  }) as const;

/** In charge of who holds which office of the party, and for how long. A tenure always ends, and never outlives the membership. */
@Injectable()
export class RoleHolderService {
  constructor(
    private readonly custody: Custody,
    private readonly holders: RoleHolderRepository,
    private readonly readModel: RoleHolderReadModel,
    private readonly members: MemberRepository,
    private readonly branches: BranchRepository,
  ) {}

  /** What ends first comes first. */
  list(access: Access, query: RoleHolderQuery): Promise<Page<RoleHolder>> {
    const { constituencyId, on, memberId, branchId, limit } = query;
    const [untilOn, id] = (decodeCursor(query.after, ['day', 'uuid']) ?? []) as string[];
    const after = untilOn === undefined || id === undefined ? undefined : { untilOn, id };
    const search = { constituencyId, on, memberId, branchId };
    const ask = { action: 'role-holder.read', classes, constituencyIds: [constituencyId] } as const;
    return this.custody.disclose(access, ask, async (tx) => {
      const rows = await this.readModel.search(tx, search, limit + 1, after);
      const value = page(rows.map(withoutVersion), limit, (holder) => [holder.untilOn, holder.id]);
      return { value, subjectIds: value.items.map(({ member }) => member.id), rows: value.items.length };
    });
  }

  /** Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<Tagged<RoleHolder>> {
    const ask = { action: 'role-holder.read', classes, constituencyIds: [constituencyId] } as const;
    return this.custody.disclose(access, ask, async (tx) => {
      const holder = found(await this.readModel.byId(tx, constituencyId, id));
      return { value: tagged(holder), subjectIds: [holder.member.id] };
    });
  }

  /** Errors: `already-exists` where the member holds the office on one of the days; `validation-failed`. */
  add(access: Access, wanted: AddRoleHolder): Promise<Tagged<RoleHolderReference>> {
    const { constituencyId, memberId, office, branchId = null, fromOn, untilOn } = wanted;
    if (untilOn <= fromOn) refuse('/untilOn', 'must lie after `fromOn`');
    const add = async (tx: Tx) => {
      await this.requireMember(tx, constituencyId, memberId, untilOn, '/memberId');
      if (branchId !== null && !(await this.branches.keepOpen(tx, constituencyId, branchId)))
        refuse('/branchId', 'is no open branch of the constituency');
      const id = randomUUID();
      const tenure = { memberId, office, branchId, fromOn, untilOn };
      await this.holders.add(tx, constituencyId, id, tenure).catch(refused);
      return { value: await this.refer(tx, constituencyId, id), target: target(id) };
    };
    const reread = (tx: Tx, id: string) => this.refer(tx, constituencyId, id);
    return this.custody.create(access, changeIn(constituencyId), add, reread);
  }

  /**
   * Ends a tenure earlier or later than was said. An end that has come stays.
   * Errors: `not-found`, `precondition-failed`, `already-exists`, `validation-failed`.
   */
  end(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    { untilOn, reason }: EndRoleHolder,
  ): Promise<Tagged<RoleHolderReference>> {
    return this.custody.change(access, changeIn(constituencyId), async (tx) => {
      // The member first, as when a membership ends: in one order nobody waits for another in a circle.
      const { memberId } = found(await this.holders.ownerOf(tx, constituencyId, id));
      await this.requireMember(tx, constituencyId, memberId, untilOn, '/untilOn');
      const held = found(await this.holders.lock(tx, constituencyId, id));
      requireIfMatch(ifMatch, held.version);
      if (held.untilOn <= held.today) refuse('/untilOn', 'has come and stays; enter another tenure');
      if (untilOn < held.fromOn) refuse('/untilOn', 'must not lie before `fromOn`');
      await this.holders.end(tx, constituencyId, id, untilOn, reason).catch(refused);
      return { value: await this.refer(tx, constituencyId, id), target: target(id), detail: { untilOn } };
    });
  }

  private async requireMember(
    tx: Tx,
    constituencyId: string,
    memberId: string,
    untilOn: string,
    pointer: string,
  ): Promise<void> {
    const member = await this.members.keepStanding(tx, constituencyId, memberId);
    if (!member) refuse(pointer, 'is no member in the constituency');
    if (member.leftOn !== null && untilOn > member.leftOn)
      refuse(pointer, 'the membership has ended before the tenure would');
  }

  private async refer(tx: Tx, constituencyId: string, id: string): Promise<Tagged<RoleHolderReference>> {
    const { version } = found(await this.holders.ownerOf(tx, constituencyId, id));
    return tagged({ id, constituencyId, version });
  }
}

function refused(error: unknown): never {
  const constraint = databaseError(error)?.constraint ?? '';
  // Each partition has a constraint of its own.
  if (/^role_holder_\d+_one_tenure$/.test(constraint)) {
    const detail = 'the member holds this office on some of these days';
    throw new Problem('already-exists', { detail, cause: error });
  }
  if (constraint === 'role_holder_tenure_at_most_five_years')
    refuse('/untilOn', 'must lie at most five years after `fromOn`');
  throw error;
}
