import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { HasLength } from '../http/has-length.js';
import { PageQuery } from '../http/keyset.js';

export const NATIONS = ['England', 'Northern Ireland', 'Scotland', 'Wales'] as const;

/** The id in the path of a constituency. */
export class ConstituencyPath {
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a constituency' })
  id!: string;
}

export class ConstituencyQuery extends PageQuery {
  @ApiPropertyOptional({ enum: NATIONS })
  @IsOptional()
  @IsIn(NATIONS)
  nation?: (typeof NATIONS)[number];

  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: 100,
    description: 'How the English or Welsh name begins; upper and lower case are alike',
  })
  @IsOptional()
  @IsString()
  @HasLength(1, 100)
  name?: string;
}

export class Constituency {
  @ApiProperty({ type: String, description: 'GSS code', example: 'E14001434' })
  id!: string;

  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The Welsh name, where there is one' })
  nameCy!: string | null;

  @ApiProperty({ enum: NATIONS })
  nation!: (typeof NATIONS)[number];
}

export class WardQuery extends PageQuery {
  @ApiProperty({
    type: String,
    pattern: '^[ENSW][0-9]{8}$',
    description: 'GSS code of the constituency',
    example: 'E14001434',
  })
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a constituency' })
  constituencyId!: string;
}

export class Ward {
  @ApiProperty({ type: String, description: 'GSS code', example: 'E05009391' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null until a list of names is loaded' })
  name!: string | null;

  @ApiProperty({ type: String, description: 'GSS code of the local authority district' })
  localAuthorityId!: string;

  @ApiProperty({ type: [String], description: 'A ward may lie in several constituencies' })
  constituencyIds!: string[];
}
