import { Injectable } from '@nestjs/common';
import type { Access } from '../../../access/access.js';
import { Custody } from '../../../custody/custody.service.js';
import { decodeCursor, page, type Page } from '../../../http/keyset.js';
import { Problem } from '../../../http/problem.js';
import { mayVote } from './eligibility.rules.js';
import { electorSearch, isPlain } from './elector-search.rules.js';
import type { Elector, ElectorDetail, ElectorQuery } from './elector.dto.js';
import { ElectorReadModel, type ElectorRecord, type FoundElector } from './elector.read-model.js';
import { nationOf, type ElectionType } from './voting-age.rules.js';

const electionTypes: readonly ElectionType[] = [
  'uk-parliament',
  'devolved',
  'local',
  'police-and-crime-commissioner',
];

/** In charge of showing who is on the register: every elector shown is in the ledger before the answer leaves. */
@Injectable()
export class ElectorService {
  constructor(
    private readonly custody: Custody,
    private readonly electors: ElectorReadModel,
  ) {}

  /** Current electors; by name where a name is searched, else as first seen. Errors: `validation-failed`. */
  list(access: Access, query: ElectorQuery): Promise<Page<Elector>> {
    const search = electorSearch(query);
    const after = afterOf(query, search.name !== undefined);
    const ask = {
      action: 'elector.read',
      classes: ['identity'],
      constituencyIds: [query.constituencyId],
      keepsPlans: isPlain(search),
    } as const;
    return this.custody.disclose(access, ask, async (tx) => {
      const found = await this.electors.search(tx, search, query.limit + 1, after);
      const { items, next } = page(found, query.limit, ({ id, nameFolded }) =>
        search.name ? [nameFolded, id] : [id],
      );
      return { value: { items: items.map(shown), next }, subjectIds: items.map(({ id }) => id) };
    });
  }

  /** One elector with address, district and electoral status. Errors: `not-found`. */
  byId(access: Access, constituencyId: string, id: string): Promise<ElectorDetail> {
    const ask = {
      action: 'elector.read',
      classes: ['identity', 'electoral-status'],
      constituencyIds: [constituencyId],
      keepsPlans: true,
    } as const;
    return this.custody.disclose(access, ask, async (tx) => {
      const record = await this.electors.byId(tx, constituencyId, id);
      if (!record) throw new Problem('not-found');
      return { value: detailOf(record), subjectIds: [record.id] };
    });
  }
}

function afterOf(query: ElectorQuery, byName: boolean): { name?: string; id: string } | undefined {
  const after = decodeCursor(query.after, byName ? ['string', 'id'] : ['id']);
  if (!after) return undefined;
  const id = after.at(-1) as string;
  return byName ? { name: after[0] as string, id } : { id };
}

function shown({ nameFolded: _nameFolded, ...elector }: FoundElector): Elector {
  return elector;
}

function detailOf(record: ElectorRecord): ElectorDetail {
  const { franchise, attainsOn, isOptedOut, today, ...elector } = record;
  const nation = nationOf(record.constituencyId);
  const mayVoteAt =
    nation === undefined
      ? []
      : electionTypes.filter((type) => mayVote(franchise, attainsOn, { type, nation, on: today }));
  return { ...elector, electoralStatus: { franchise, attainsOn, isOptedOut, mayVoteAt } };
}
