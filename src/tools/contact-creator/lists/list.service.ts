import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import type { Tx } from '../../../database/tx.js';
import { requireIfMatch } from '../../../http/etag.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { found, refuse, tagged, withoutVersion, type Tagged } from '../../../http/versioned.js';
import { ListCutRepository } from './list-cut.repository.js';
import { expiryOf } from './list-expiry.rules.js';
import type { ChangeList, CreateList, List, ListQuery } from './list.dto.js';
import { ListRepository } from './list.repository.js';

/** In charge of lists: made of a frozen selection, cut into walks at once, ended by time or by hand. */
@Injectable()
export class ListService {
  constructor(
    private readonly fence: Fence,
    private readonly lists: ListRepository,
    private readonly cuts: ListCutRepository,
  ) {}

  /** By id. */
  async list(access: Access, query: ListQuery): Promise<Page<List>> {
    const after = decodeCursor(query.after, ['uuid'])?.[0] as string | undefined;
    const { constituencyId, selectionId, limit } = query;
    const ask = { action: 'list.read', constituencyIds: [constituencyId] } as const;
    const rows = await this.fence.consult(access, ask, (tx) =>
      this.lists.page(tx, constituencyId, selectionId, limit + 1, after),
    );
    return page(rows.map(withoutVersion), limit, ({ id }) => [id]);
  }

  /** Expired or not. Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<Tagged<List>> {
    const ask = { action: 'list.read', constituencyIds: [constituencyId] } as const;
    return this.fence.consult(access, ask, (tx) => this.read(tx, constituencyId, id));
  }

  /**
   * Cuts a frozen selection into walks. Electors are read for the list's purpose, so the maker must hold it.
   * Errors: `validation-failed`, `purpose-not-authorised`, `conflict` where the selection is not frozen or leads to no door.
   */
  create(access: Access, wanted: CreateList): Promise<Tagged<List>> {
    const { constituencyId, purpose } = wanted;
    const expiresAt = expiryOf(wanted.expiresAt, new Date());
    const ask = {
      action: 'list.change',
      purpose,
      classes: ['identity'],
      constituencyIds: [constituencyId],
    } as const;
    const create = async (tx: Tx) => {
      const selection = await this.lists.selection(tx, constituencyId, wanted.selectionId);
      if (!selection) refuse('/selectionId', 'there is no such selection in the constituency');
      if (!selection.isFrozen) throw new Problem('conflict', { detail: 'the selection is not frozen' });
      if (selection.usesOpinions && !(await this.lists.purposeCovers(tx, purpose, 'opinion')))
        throw new Problem('purpose-not-authorised');
      const id = randomUUID();
      const { name, selectionId, cutBy, maxDoorsPerWalk, sideMode = null } = wanted;
      const { fatigueDays = selection.fatigueDays } = wanted;
      const list = {
        id,
        constituencyId,
        name,
        selectionId,
        purpose,
        cutBy,
        maxDoorsPerWalk,
        sideMode,
        fatigueDays,
        expiresAt,
        usesOpinions: selection.usesOpinions,
        selected: selection.members,
      };
      await this.lists.add(tx, list);
      const counts = await this.cuts.cut(tx, list);
      if (counts.walks === 0)
        throw new Problem('conflict', { detail: 'nobody of the selection can be called on at a door' });
      await this.lists.count(tx, constituencyId, id, counts);
      const { walks } = counts;
      const detail = { ...(list.usesOpinions ? { walks } : counts), selectionId, purpose };
      return { value: await this.readCounted(tx, constituencyId, id), target: { kind: 'list', id }, detail };
    };
    return this.fence.create(access, ask, create, (tx, id) => this.readCounted(tx, constituencyId, id));
  }

  /** Errors: `not-found`, `precondition-failed`, `validation-failed`. */
  change(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    change: ChangeList,
  ): Promise<Tagged<List>> {
    const expiresAt = change.expiresAt === undefined ? undefined : expiryOf(change.expiresAt, new Date());
    const ask = { action: 'list.change', constituencyIds: [constituencyId] } as const;
    return this.fence.change(access, ask, async (tx) => {
      const held = found(await this.lists.lock(tx, constituencyId, id));
      requireIfMatch(ifMatch, held.version);
      await this.lists.change(tx, constituencyId, id, change.name ?? held.name, expiresAt ?? held.expiresAt);
      const value = await this.read(tx, constituencyId, id);
      return { value, target: { kind: 'list', id }, detail: { fields: Object.keys(change) } };
    });
  }

  /** With its walks, whoever holds them. Errors: `not-found`, `precondition-failed`. */
  async delete(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
  ): Promise<void> {
    const ask = { action: 'list.change', constituencyIds: [constituencyId] } as const;
    await this.fence.change(access, ask, async (tx) => {
      requireIfMatch(ifMatch, found(await this.lists.lock(tx, constituencyId, id)).version);
      await this.lists.delete(tx, constituencyId, id);
      return { value: undefined, target: { kind: 'list', id }, detail: { removed: true } };
    });
  }

  private async readCounted(tx: Tx, constituencyId: string, id: string): Promise<Tagged<List>> {
    return tagged(found(await this.lists.counted(tx, constituencyId, id)));
  }

  private async read(tx: Tx, constituencyId: string, id: string): Promise<Tagged<List>> {
    return tagged(found(await this.lists.byId(tx, constituencyId, id)));
  }
}
