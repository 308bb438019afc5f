import { Controller, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { Custody } from '../../../custody/custody.service.js';
import { decodeCursor, page, pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { Member, MemberQuery } from './member.dto.js';
import { MemberReadModel } from './member.read-model.js';

@Controller()
export class MemberController {
  constructor(
    private readonly custody: Custody,
    private readonly members: MemberReadModel,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/members',
    reach: tool('organise'),
    action: 'member.read',
    classes: ['identity', 'membership'],
    purpose: 'header',
    summary: 'The members in a constituency',
    query: MemberQuery,
    response: pageOf(Member, 'MemberPage'),
    problems: ['not-found'],
    example: {
      response: {
        items: [
          {
            id: '88001',
            constituencyId: 'E14001160',
            membershipNumber: 'M000881',
            forename: 'Ada',
            surname: 'Example',
          },
        ],
        next: null,
      },
    },
  })
  list(@CurrentAccess() access: Access, @Query() query: MemberQuery): Promise<Page<Member>> {
    const after = decodeCursor(query.after, ['string']);
    const ask = {
      action: 'member.read',
      classes: ['identity', 'membership'],
      constituencyIds: [query.constituencyId],
    } as const;
    return this.custody.disclose(access, ask, async (tx) => {
      const found = await this.members.pageInConstituency(
        tx,
        query.constituencyId,
        query.limit + 1,
        after?.[0] as string,
      );
      const value = page(found, query.limit, (member) => [member.id]);
      return { value, subjectIds: value.items.map(({ id }) => id) };
    });
  }
}
