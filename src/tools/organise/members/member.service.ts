import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { Custody } from '../../../custody/custody.service.js';
import type { Tx } from '../../../database/tx.js';
import { requireIfMatch } from '../../../http/etag.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { found, refuse, tagged, type Tagged } from '../../../http/versioned.js';
import { foldName, prefixRange, type PrefixRange } from '../../../intake/fold.rules.js';
import { BranchRepository } from '../branches/branch.repository.js';
import type {
  AddMember,
  ChangeMember,
  Member,
  MemberDetail,
  MemberQuery,
  MemberReference,
} from './member.dto.js';
import { MemberReadModel, type FoundMember } from './member.read-model.js';
import { MemberRepository } from './member.repository.js';
import { standingAfter } from './member-standing.rules.js';

const classes = ['identity', 'membership'] as const;
const target = (id: string) => ({ kind: 'member', id });
/** Members are entered and changed for one purpose, whatever the request says. */
const changeIn = (constituencyId: string) =>
  ({
    action: 'member.change',
    purpose: 'membership-administration',
    classes,
    constituencyIds: [constituencyId],
  }) as const;

/** In charge of who is a member: found, entered by hand, changed; every change of standing leaves its line of history. */
@Injectable()
export class MemberService {
  constructor(
    private readonly custody: Custody,
    private readonly members: MemberRepository,
    private readonly readModel: MemberReadModel,
    private readonly branches: BranchRepository,
  ) {}

  /** By name where a name is searched, else as they were entered. Errors: `validation-failed`. */
  list(access: Access, query: MemberQuery): Promise<Page<Member>> {
    const { constituencyId, status, kind, branchId, limit } = query;
    const name = query.name === undefined ? undefined : nameRange(query.name);
    const after = afterOf(query.after, name !== undefined);
    const search = { constituencyId, name, status, kind, branchId };
    const ask = { action: 'member.read', classes, constituencyIds: [constituencyId] } as const;
    return this.custody.disclose(access, ask, async (tx) => {
      const rows = await this.readModel.search(tx, search, limit + 1, after);
      const { items, next } = page(rows, limit, ({ id, nameFolded }) => (name ? [nameFolded, id] : [id]));
      return { value: { items: items.map(shown), next }, subjectIds: items.map(({ id }) => id) };
    });
  }

  /** One member with the history of the standing. Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<Tagged<MemberDetail>> {
    const ask = { action: 'member.read', classes, constituencyIds: [constituencyId] } as const;
    return this.custody.disclose(access, ask, async (tx) => ({
      value: tagged(found(await this.readModel.byId(tx, constituencyId, id))),
      subjectIds: [id],
    }));
  }

  /** A current member. Errors: `already-exists` for the number; `validation-failed` for a branch that is not open. */
  add(access: Access, wanted: AddMember): Promise<Tagged<MemberReference>> {
    const { constituencyId, membershipNumber } = wanted;
    const add = async (tx: Tx) => {
      const { kind = 'member', title = null, forename, middleNames = null, surname } = wanted;
      const { joinedOn = null, branchId = null } = wanted;
      await this.requireOpenBranch(tx, constituencyId, branchId);
      const content = { kind, title, forename, middleNames, surname, joinedOn, branchId };
      const id = await this.members.add(tx, constituencyId, membershipNumber, foldedOf(content), content);
      if (id === undefined) throw new Problem('already-exists', { detail: 'the membership number is taken' });
      await this.members.recordStatus(tx, constituencyId, id, { from: null, to: 'current', reason: null });
      return { value: await this.refer(tx, constituencyId, id), target: target(id) };
    };
    const reread = (tx: Tx, id: string) => this.refer(tx, constituencyId, id);
    return this.custody.create(access, changeIn(constituencyId), add, reread);
  }

  /**
   * Names, branch and standing. A membership that ends takes the offices of the party with it.
   * Errors: `not-found`, `precondition-failed`, `validation-failed`.
   */
  change(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    change: ChangeMember,
  ): Promise<Tagged<MemberReference>> {
    return this.custody.change(access, changeIn(constituencyId), async (tx) => {
      const held = found(await this.members.lock(tx, constituencyId, id));
      requireIfMatch(ifMatch, held.version);
      const { kind = held.kind, title = held.title, forename = held.forename } = change;
      const { middleNames = held.middleNames, surname = held.surname, branchId = held.branchId } = change;
      const standing = standingAfter(held, change, held.today);
      if (branchId !== held.branchId) await this.requireOpenBranch(tx, constituencyId, branchId);
      const content = { kind, title, forename, middleNames, surname, branchId, ...standing };
      await this.members.change(tx, constituencyId, id, foldedOf(content), content);
      const detail: Record<string, unknown> = { fields: Object.keys(change) };
      if (standing.status !== held.status) {
        const { reason = null } = change;
        const line = { from: held.status, to: standing.status, reason };
        await this.members.recordStatus(tx, constituencyId, id, line);
        if (standing.leftOn !== null)
          detail['tenuresEnded'] = await this.members.endTenures(tx, constituencyId, id, standing.leftOn);
      }
      return { value: await this.refer(tx, constituencyId, id), target: target(id), detail };
    });
  }

  private async requireOpenBranch(tx: Tx, constituencyId: string, branchId: string | null): Promise<void> {
    if (branchId === null) return;
    if (!(await this.branches.keepOpen(tx, constituencyId, branchId)))
      refuse('/branchId', 'is no open branch of the constituency');
  }

  private async refer(tx: Tx, constituencyId: string, id: string): Promise<Tagged<MemberReference>> {
    const version = found(await this.members.versionOf(tx, constituencyId, id));
    return tagged({ id, constituencyId, version });
  }
}

function foldedOf(name: { surname: string; forename: string; middleNames: string | null }): string {
  return foldName([name.surname, name.forename, name.middleNames ?? ''].join(' '));
}

function nameRange(name: string): PrefixRange {
  const folded = foldName(name);
  if (folded !== '') return prefixRange(folded);
  const errors = [{ in: 'query' as const, pointer: '/name', detail: 'must hold a letter or a digit' }];
  throw new Problem('validation-failed', { errors });
}

function afterOf(cursor: string | undefined, byName: boolean): { name?: string; id: string } | undefined {
  const key = decodeCursor(cursor, byName ? ['string', 'id'] : ['id']) as string[] | undefined;
  if (key === undefined) return undefined;
  const id = key.at(-1) ?? '';
  return byName ? { name: key[0], id } : { id };
}

function shown({ nameFolded: _nameFolded, ...member }: FoundMember): Member {
  return member;
}
