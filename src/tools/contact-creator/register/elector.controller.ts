import { Controller, Param, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../../../access/access.js';
import { pageOf, type Page } from '../../../http/keyset.js';
import { Route, tool } from '../../../http/route.js';
import { Elector, ElectorArea, ElectorDetail, ElectorPath, ElectorQuery } from './elector.dto.js';
import { ElectorService } from './elector.service.js';

const example = {
  id: '1042',
  constituencyId: 'E14001160',
  electorNumber: 'KA-124/1',
  entryKind: 'ordinary',
  title: null,
  forename: 'Ada',
  middleNames: null,
  surname: 'Example',
  nameSuffix: null,
  nameIsUncertain: false,
  pollingDistrictId: '2041',
  doorId: '5101',
  addressLines: ['Flat 1', '9 Example Road'],
  postcode: 'SW15 9ZZ',
};

@Controller()
export class ElectorController {
  constructor(private readonly electors: ElectorService) {}

  @Route({
    method: 'GET',
    path: '/v1/electors',
    reach: tool('contact-creator'),
    action: 'elector.read',
    classes: ['identity'],
    purpose: 'header',
    summary: 'The electors of a constituency, by name where one is searched, else as they were first seen',
    description: 'Who is on the register now. Conditions narrow: an elector meets all of them.',
    query: ElectorQuery,
    response: pageOf(Elector, 'ElectorPage'),
    problems: ['not-found'],
    example: { response: { items: [example], next: null } },
  })
  list(@CurrentAccess() access: Access, @Query() query: ElectorQuery): Promise<Page<Elector>> {
    return this.electors.list(access, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/electors/:id',
    reach: tool('contact-creator'),
    action: 'elector.read',
    classes: ['identity', 'electoral-status'],
    purpose: 'header',
    summary: 'One elector with address, district and electoral status',
    query: ElectorArea,
    response: ElectorDetail,
    params: { id: "Rosette's own id of the elector" },
    example: {
      response: {
        ...example,
        isCurrent: true,
        street: 'Example Road',
        pollingDistrict: { id: '2041', code: 'KA', name: 'Roehampton North', wardId: 'E05014014' },
        electoralStatus: {
          franchise: '',
          attainsOn: null,
          isOptedOut: false,
          mayVoteAt: ['uk-parliament', 'local'],
        },
      },
    },
  })
  byId(
    @CurrentAccess() access: Access,
    @Param() path: ElectorPath,
    @Query() query: ElectorArea,
  ): Promise<ElectorDetail> {
    return this.electors.byId(access, query.constituencyId, path.id);
  }
}
