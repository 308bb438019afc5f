import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { PageQuery } from '../../http/keyset.js';

const gss = {
  type: String,
  pattern: '^[ENSW][0-9]{8}$',
  description: 'GSS code of the constituency',
  example: 'E14001434',
} as const;
const GSS = /^[ENSW][0-9]{8}$/;
const isGss = { message: 'must be the GSS code of a constituency' };
/** The id of a member. */
export const ID = /^[1-9][0-9]{0,17}$/;
export const isId = { message: 'must be an id: digits alone' };
export const isSent = (_: object, value: unknown) => value !== undefined;

/** Every request names its constituency, also one that looks up an id. */
export class ConstituencyQuery {
  @ApiProperty(gss)
  @Matches(GSS, isGss)
  constituencyId!: string;
}

export class ConstituencyPageQuery extends PageQuery {
  @ApiProperty(gss)
  @Matches(GSS, isGss)
  constituencyId!: string;
}
