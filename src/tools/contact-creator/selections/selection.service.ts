import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import type { Tx } from '../../../database/tx.js';
import { requireIfMatch } from '../../../http/etag.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import { readDefinition } from '../../../targeting/definition.rules.js';
import type { AreaPageQuery } from '../geography/area.dto.js';
import { found, tagged, withoutVersion, type Tagged } from '../../../http/versioned.js';
import { electorFields } from './elector-fields.js';
import type { ChangeSelection, CreateSelection, Selection } from './selection.dto.js';
import { SelectionRepository, type VersionedSelection } from './selection.repository.js';

/** In charge of selections as definitions: made, renamed, changed until they are frozen, and removed. */
@Injectable()
export class SelectionService {
  constructor(
    private readonly fence: Fence,
    private readonly selections: SelectionRepository,
  ) {}

  /** Newest first. */
  async list(access: Access, query: AreaPageQuery): Promise<Page<Selection>> {
    const { constituencyId, limit } = query;
    const after = decodeCursor(query.after, ['microseconds', 'uuid']) as [number, string] | undefined;
    const ask = { action: 'selection.read', constituencyIds: [constituencyId] } as const;
    const rows = await this.fence.consult(access, ask, (tx) =>
      this.selections.page(tx, constituencyId, limit + 1, after),
    );
    const { items, next } = page(rows, limit, ({ key, id }) => [Number(key), id]);
    return { items: items.map(shown), next };
  }

  /** Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<Tagged<Selection>> {
    const ask = { action: 'selection.read', constituencyIds: [constituencyId] } as const;
    return this.fence.consult(access, ask, (tx) => this.read(tx, constituencyId, id));
  }

  /** Errors: `validation-failed` with a pointer to every fault of the definition. */
  async create(access: Access, wanted: CreateSelection): Promise<Tagged<Selection>> {
    const { constituencyId, name } = wanted;
    const definition = definitionOf(wanted.definition);
    const ask = { action: 'selection.change', constituencyIds: [constituencyId] } as const;
    const create = async (tx: Tx) => {
      const id = randomUUID();
      const createdBy = access.principal.accountId;
      const { value, usesOpinions } = definition;
      await this.selections.insert(tx, {
        id,
        constituencyId,
        name,
        definition: value,
        usesOpinions,
        createdBy,
      });
      return { value: await this.read(tx, constituencyId, id), target: { kind: 'selection', id } };
    };
    return this.fence.create(access, ask, create, (tx, id) => this.read(tx, constituencyId, id));
  }

  /** Errors: `not-found`, `precondition-failed`, `validation-failed`; `conflict` once it is frozen. */
  async change(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
    { name, definition }: ChangeSelection,
  ): Promise<Tagged<Selection>> {
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(definition === undefined ? {} : { definition: definitionOf(definition) }),
    };
    const ask = { action: 'selection.change', constituencyIds: [constituencyId] } as const;
    return this.fence.change(access, ask, async (tx) => {
      const { version, frozenAt } = found(await this.selections.lock(tx, constituencyId, id));
      requireIfMatch(ifMatch, version);
      if (frozenAt) throw new Problem('conflict', { detail: 'the selection is frozen: make a new one' });
      await this.selections.change(tx, constituencyId, id, change);
      const target = { kind: 'selection', id };
      return {
        value: await this.read(tx, constituencyId, id),
        target,
        detail: { changed: Object.keys(change) },
      };
    });
  }

  /** Frozen or not; what was made from it stays. Errors: `not-found`, `precondition-failed`. */
  async delete(
    access: Access,
    constituencyId: string,
    id: string,
    ifMatch: string | undefined,
  ): Promise<void> {
    const ask = { action: 'selection.change', constituencyIds: [constituencyId] } as const;
    await this.fence.change(access, ask, async (tx) => {
      requireIfMatch(ifMatch, found(await this.selections.lock(tx, constituencyId, id)).version);
      await this.selections.delete(tx, constituencyId, id);
      return { value: undefined, target: { kind: 'selection', id }, detail: { removed: true } };
    });
  }

  private async read(tx: Tx, constituencyId: string, id: string): Promise<Tagged<Selection>> {
    return tagged(found(await this.selections.byId(tx, constituencyId, id)));
  }
}

function shown(row: VersionedSelection & { key: string }): Selection {
  const { key: _, ...selection } = row;
  return withoutVersion(selection);
}

function definitionOf(value: Record<string, unknown>): {
  value: Record<string, unknown>;
  usesOpinions: boolean;
} {
  const { classes } = readDefinition(value, electorFields, '/definition');
  return { value, usesOpinions: classes.includes('opinion') };
}
