import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { PageQuery } from '../../../http/keyset.js';

const gss = {
  type: String,
  pattern: '^[ENSW][0-9]{8}$',
  description: 'GSS code of the constituency',
  example: 'E14001434',
} as const;
const isGss = { message: 'must be the GSS code of a constituency' };
const ID = /^[1-9][0-9]{0,17}$/;
export const isId = { message: 'must be an id: digits alone' };

/** Every query names its constituency, also one that looks up an id. */
export class AreaQuery {
  @ApiProperty(gss)
  @Matches(/^[ENSW][0-9]{8}$/, isGss)
  constituencyId!: string;
}

export class AreaPageQuery extends PageQuery {
  @ApiProperty(gss)
  @Matches(/^[ENSW][0-9]{8}$/, isGss)
  constituencyId!: string;
}

export class DistrictPageQuery extends AreaPageQuery {
  @ApiProperty({ type: String, pattern: '^[1-9][0-9]{0,17}$', description: 'Id of the polling district' })
  @Matches(ID, isId)
  pollingDistrictId!: string;
}

/** The id in a path. */
export class NumberedPath {
  @Matches(ID, isId)
  id!: string;
}
