import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import type { Tx } from '../../../database/tx.js';
import { decodeCursor, page, type Page, withoutKey } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { Fence } from '../../../kill-switch/fence.service.js';
import type { AreaPageQuery } from '../geography/area.dto.js';
import { classesOf } from './export-column.rules.js';
import type { CreateExport, Export, ExportSource } from './export.dto.js';
import { ExportRepository } from './export.repository.js';

/**
 * In charge of asking for exports: who is in one is frozen when it is made, under the purpose and for the reason given.
 * No row leaves here; that is the file's affair.
 */
@Injectable()
export class ExportService {
  constructor(
    private readonly fence: Fence,
    private readonly exports: ExportRepository,
  ) {}

  /** Newest first, of everybody who exported here: exports are to be seen. */
  async list(access: Access, { constituencyId, limit, after }: AreaPageQuery): Promise<Page<Export>> {
    const key = decodeCursor(after, ['microseconds', 'uuid']) as readonly [number, string] | undefined;
    const ask = { action: 'export.read', constituencyIds: [constituencyId] } as const;
    const rows = await this.fence.consult(access, ask, (tx) =>
      this.exports.page(tx, constituencyId, limit + 1, key),
    );
    const { items, next } = page(rows, limit, (row) => [Number(row.key), row.id]);
    return { items: items.map(withoutKey), next };
  }

  /** Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<Export> {
    const ask = { action: 'export.read', constituencyIds: [constituencyId] } as const;
    return this.fence.consult(access, ask, (tx) => this.read(tx, constituencyId, id));
  }

  /**
   * Freezes who is in it. Errors: `validation-failed` where there is no such source, `conflict` where a selection is not
   * frozen or a list has expired, `purpose-not-authorised` where a list is read under another purpose, `budget-exceeded` where it is more than the actor may export today.
   */
  async create(access: Access, wanted: CreateExport): Promise<Export> {
    const { constituencyId, source, columns, reason } = wanted;
    const { purpose } = access;
    if (purpose === undefined) throw new Problem('purpose-required');
    const where = { action: 'export.create', constituencyIds: [constituencyId] } as const;
    const isByOpinion = await this.fence.consult(access, where, (tx) =>
      this.asksForOpinion(tx, constituencyId, source, purpose),
    );
    const classes = classesOf(columns, isByOpinion);
    const freeze = async (tx: Tx) => {
      const id = randomUUID();
      const rowCount = await this.exports.add(tx, {
        id,
        constituencyId,
        source,
        columns,
        classes,
        purpose,
        reason,
      });
      return {
        value: await this.read(tx, constituencyId, id),
        target: { kind: 'export', id },
        detail: { source: source.kind, sourceId: source.id ?? null, columns, classes, purpose, rowCount },
      };
    };
    return this.fence.create(access, { ...where, purpose, classes }, freeze, (tx, id) =>
      this.read(tx, constituencyId, id),
    );
  }

  private async asksForOpinion(
    tx: Tx,
    constituencyId: string,
    source: ExportSource,
    purpose: string,
  ): Promise<boolean> {
    if (source.kind === 'constituency') {
      if (source.id != null) refuse('must be absent: the constituency is named beside');
      return false;
    }
    if (source.id == null) refuse(`must name the ${source.kind}`);
    const terms = await this.exports.source(tx, constituencyId, source);
    if (!terms) refuse(`there is no such ${source.kind} in the constituency`);
    if (!terms.isReady) throw new Problem('conflict', { detail: unready[source.kind] });
    // A list is worked under its own purpose, on paper as on the phone.
    if (terms.purpose !== null && terms.purpose !== purpose) throw new Problem('purpose-not-authorised');
    return terms.isByOpinion;
  }

  private async read(tx: Tx, constituencyId: string, id: string): Promise<Export> {
    const found = await this.exports.byId(tx, constituencyId, id);
    if (!found) throw new Problem('not-found');
    return found;
  }
}

const unready = { selection: 'The selection is not frozen.', list: 'The list has expired.' };

function refuse(detail: string): never {
  throw new Problem('validation-failed', { errors: [{ pointer: '/source/id', detail }] });
}
