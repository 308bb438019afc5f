import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import { decodeCursor, page, type Page } from '../http/keyset.js';
import { Problem } from '../http/problem.js';
import { Fence } from '../kill-switch/fence.service.js';
import { ConstituencyReadModel } from './constituency.read-model.js';
import type { Constituency, ConstituencyQuery, Ward, WardQuery } from './geography.dto.js';
import { WardReadModel } from './ward.read-model.js';

/** In charge of showing reference geography to everybody who works here; nothing in it is personal. */
@Injectable()
export class GeographyService {
  constructor(
    private readonly fence: Fence,
    private readonly constituencies: ConstituencyReadModel,
    private readonly wardsReadModel: WardReadModel,
  ) {}

  /** By name. */
  async list(access: Access, query: ConstituencyQuery): Promise<Page<Constituency>> {
    const after = decodeCursor(query.after, ['string']);
    const found = await this.fence.consult(access, { action: 'geography.read' }, (tx) =>
      this.constituencies.page(tx, query, query.limit + 1, after?.[0] as string | undefined),
    );
    return page(found, query.limit, ({ name }) => [name]);
  }

  /** Errors: `not-found`. */
  async byId(access: Access, id: string): Promise<Constituency> {
    const found = await this.fence.consult(access, { action: 'geography.read' }, (tx) =>
      this.constituencies.byId(tx, id),
    );
    if (!found) throw new Problem('not-found');
    return found;
  }

  /** By GSS code. Errors: `not-found` where there is no such constituency. */
  async wards(access: Access, query: WardQuery): Promise<Page<Ward>> {
    const after = decodeCursor(query.after, ['string']);
    const found = await this.fence.consult(access, { action: 'geography.read' }, async (tx) => {
      if (!(await this.constituencies.byId(tx, query.constituencyId))) throw new Problem('not-found');
      return this.wardsReadModel.pageInConstituency(
        tx,
        query.constituencyId,
        query.limit + 1,
        after?.[0] as string | undefined,
      );
    });
    return page(found, query.limit, ({ id }) => [id]);
  }
}
