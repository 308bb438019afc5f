import { Controller, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { Custody } from '../../../custody/custody.service.js';
import { decodeCursor, page, pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { Elector, ElectorQuery } from './elector.dto.js';
import { ElectorReadModel } from './elector.read-model.js';

@Controller()
export class ElectorController {
  constructor(
    private readonly custody: Custody,
    private readonly electors: ElectorReadModel,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/electors',
    reach: tool('contact-creator'),
    action: 'elector.read',
    classes: ['identity'],
    purpose: 'header',
    summary: 'The electors of a constituency, in the order in which they were first seen',
    query: ElectorQuery,
    response: pageOf(Elector, 'ElectorPage'),
    problems: ['not-found'],
    example: {
      response: {
        items: [
          {
            id: '1042',
            constituencyId: 'E14001160',
            electorNumber: 'KA-124/1',
            forename: 'Ada',
            surname: 'Example',
          },
        ],
        next: null,
      },
    },
  })
  list(@CurrentAccess() access: Access, @Query() query: ElectorQuery): Promise<Page<Elector>> {
    const after = decodeCursor(query.after, ['string']);
    const ask = {
      action: 'elector.read',
      classes: ['identity'],
      constituencyIds: [query.constituencyId],
    } as const;
    return this.custody.disclose(access, ask, async (tx) => {
      const found = await this.electors.pageInConstituency(
        tx,
        query.constituencyId,
        query.limit + 1,
        after?.[0] as string,
      );
      const value = page(found, query.limit, (elector) => [elector.id]);
      return { value, subjectIds: value.items.map(({ id }) => id) };
    });
  }
}
