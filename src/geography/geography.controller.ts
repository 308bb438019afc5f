import { Controller, Param, Query } from '@nestjs/common';
import { CurrentAccess, type Access } from '../access/access.js';
import { pageOf, type Page } from '../http/keyset.js';
import { control, Route } from '../http/route.js';
import { Constituency, ConstituencyPath, ConstituencyQuery, Ward, WardQuery } from './geography.dto.js';
import { GeographyService } from './geography.service.js';

const putney = { id: 'E14001434', name: 'Putney', nameCy: null, nation: 'England' };
const ward = {
  id: 'E05014014',
  name: null,
  localAuthorityId: 'E09000032',
  constituencyIds: ['E14001434'],
};

@Controller()
export class GeographyController {
  constructor(private readonly geography: GeographyService) {}

  @Route({
    method: 'GET',
    path: '/v1/constituencies',
    reach: control,
    action: 'geography.read',
    summary: 'The constituencies of the United Kingdom, by name',
    query: ConstituencyQuery,
    response: pageOf(Constituency, 'ConstituencyPage'),
    example: { response: { items: [putney], next: null } },
  })
  constituencies(
    @CurrentAccess() access: Access,
    @Query() query: ConstituencyQuery,
  ): Promise<Page<Constituency>> {
    return this.geography.list(access, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/constituencies/:id',
    reach: control,
    action: 'geography.read',
    summary: 'One constituency',
    response: Constituency,
    params: { id: 'GSS code' },
    example: { response: putney },
  })
  constituency(@CurrentAccess() access: Access, @Param() path: ConstituencyPath): Promise<Constituency> {
    return this.geography.byId(access, path.id);
  }

  @Route({
    method: 'GET',
    path: '/v1/wards',
    reach: control,
    action: 'geography.read',
    summary: 'The wards that lie in a constituency, whole or in part',
    query: WardQuery,
    response: pageOf(Ward, 'WardPage'),
    problems: ['not-found'],
    example: { response: { items: [ward], next: null } },
  })
  wards(@CurrentAccess() access: Access, @Query() query: WardQuery): Promise<Page<Ward>> {
    return this.geography.wards(access, query);
  }
}
