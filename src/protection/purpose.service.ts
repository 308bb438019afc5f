import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import { decodeCursor, page, type Page, type PageQuery } from '../http/keyset.js';
import { Problem } from '../http/problem.js';
import { Fence } from '../kill-switch/fence.service.js';
import type { Purpose } from './purpose.dto.js';
import { PurposeReadModel } from './purpose.read-model.js';

/** In charge of showing the register of purposes to everybody who must name one (UK GDPR, Art. 13(1)(c) and 30). */
@Injectable()
export class PurposeService {
  constructor(
    private readonly fence: Fence,
    private readonly purposes: PurposeReadModel,
  ) {}

  /** By code, ended ones too. */
  async list(access: Access, query: PageQuery): Promise<Page<Purpose>> {
    const after = decodeCursor(query.after, ['string']);
    const found = await this.fence.consult(access, { action: 'purpose.read' }, (tx) =>
      this.purposes.page(tx, query.limit + 1, after?.[0] as string | undefined),
    );
    return page(found, query.limit, ({ code }) => [code]);
  }

  /** Errors: `not-found`. */
  async byCode(access: Access, code: string): Promise<Purpose> {
    const found = await this.fence.consult(access, { action: 'purpose.read' }, (tx) =>
      this.purposes.byCode(tx, code),
    );
    if (!found) throw new Problem('not-found');
    return found;
  }
}
