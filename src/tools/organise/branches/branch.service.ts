import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { databaseError } from '../../../database/sqlstate.js';
import type { Tx } from '../../../database/tx.js';
import { WardReadModel } from '../../../geography/ward.read-model.js';
import { requireIfMatch } from '../../../http/etag.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { found, refuse, tagged, withoutVersion, type Tagged } from '../../../http/versioned.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import type { ConstituencyPageQuery } from '../area.dto.js';
import type { Branch, ChangeBranch, CreateBranch } from './branch.dto.js';
import { BranchRepository } from './branch.repository.js';

const target = (id: string) => ({ kind: 'branch', id });
const changeIn = (constituencyId: string) =>
  ({ action: 'branch.change', constituencyIds: [constituencyId] }) as const;
const readIn = (constituencyId: string) =>
  ({ action: 'branch.read', constituencyIds: [constituencyId] }) as const;

/** In charge of branches and of which wards they cover. A branch is closed and never deleted: history names it. */
@Injectable()
export class BranchService {
  constructor(
    private readonly fence: Fence,
    private readonly branches: BranchRepository,
    private readonly wards: WardReadModel,
  ) {}

  /** By id, closed or not. */
  async list(access: Access, query: ConstituencyPageQuery): Promise<Page<Branch>> {
    const { constituencyId, limit } = query;
    const after = decodeCursor(query.after, ['uuid'])?.[0] as string | undefined;
    const rows = await this.fence.consult(access, readIn(constituencyId), (tx) =>
      this.branches.page(tx, constituencyId, limit + 1, after),
    );
    return page(rows.map(withoutVersion), limit, ({ id }) => [id]);
  }

  /** Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<Tagged<Branch>> {
    return this.fence.consult(access, readIn(constituencyId), (tx) => this.read(tx, constituencyId, id));
  }

  /** Errors: `already-exists` for the name or a ward; `validation-failed` naming each ward that is not of the constituency. */
  create(access: Access, wanted: CreateBranch): Promise<Tagged<Branch>> {
    const { constituencyId, name, wardIds } = wanted;
    const create = async (tx: Tx) => {
      await this.refuseUnknown(tx, constituencyId, wardIds);
      const id = randomUUID();
      await this.branches.add(tx, constituencyId, id, name).catch(taken);
      await this.branches.setWards(tx, constituencyId, id, wardIds).catch(taken);
      return { value: await this.read(tx, constituencyId, id), target: target(id) };
    };
    const reread = (tx: Tx, id: string) => this.read(tx, constituencyId, id);
    return this.fence.create(access, changeIn(constituencyId), create, reread);
  }

  /** Errors: `not-found`, `precondition-failed`, and as `create`. */
  change(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    change: ChangeBranch,
  ): Promise<Tagged<Branch>> {
    return this.fence.change(access, changeIn(constituencyId), async (tx) => {
      const held = found(await this.branches.lock(tx, constituencyId, id));
      requireIfMatch(ifMatch, held.version);
      const { name = held.name, isClosed = held.isClosed } = change;
      const wardIds = isClosed ? [] : change.wardIds;
      if (isClosed && (change.wardIds ?? []).length > 0)
        refuse('/wardIds', 'must be empty: the branch is closed');
      await this.refuseUnknown(tx, constituencyId, wardIds ?? []);
      await this.branches.change(tx, constituencyId, id, name, isClosed).catch(taken);
      if (wardIds) await this.branches.setWards(tx, constituencyId, id, wardIds).catch(taken);
      const value = await this.read(tx, constituencyId, id);
      return { value, target: target(id), detail: { fields: Object.keys(change) } };
    });
  }

  private async refuseUnknown(tx: Tx, constituencyId: string, wardIds: readonly string[]): Promise<void> {
    const known = new Set(await this.wards.thoseInConstituency(tx, wardIds, constituencyId));
    const errors = wardIds.flatMap((id, index) =>
      known.has(id) ? [] : [{ pointer: `/wardIds/${index}`, detail: 'is no ward of the constituency' }],
    );
    if (errors.length > 0) throw new Problem('validation-failed', { errors });
  }

  private async read(tx: Tx, constituencyId: string, id: string): Promise<Tagged<Branch>> {
    return tagged(found(await this.branches.byId(tx, constituencyId, id)));
  }
}

function taken(error: unknown): never {
  const constraint = databaseError(error)?.constraint;
  if (constraint === 'branch_name_unique')
    throw new Problem('already-exists', {
      detail: 'a branch of the constituency has this name',
      cause: error,
    });
  if (constraint === 'branch_ward_pkey')
    throw new Problem('already-exists', {
      detail: 'one of the wards belongs to another branch',
      cause: error,
    });
  throw error;
}
