import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { PageQuery } from '../../../http/keyset.js';

export class MemberQuery extends PageQuery {
  @ApiProperty({
    type: String,
    pattern: '^[ENSW][0-9]{8}$',
    description: 'GSS code of the constituency',
    example: 'E14001160',
  })
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a constituency' })
  constituencyId!: string;
}

export class Member {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String })
  membershipNumber!: string;

  @ApiProperty({ type: String })
  forename!: string;

  @ApiProperty({ type: String })
  surname!: string;
}
