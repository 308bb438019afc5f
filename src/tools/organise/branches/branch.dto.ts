import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsString,
  Matches,
  ValidateIf,
} from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { ConstituencyQuery, isSent } from '../area.dto.js';

const WARD = /^[ENSW][0-9]{8}$/;
const eachWard = { each: true, message: 'must each be the GSS code of a ward' };
const isWritten = { message: 'must hold more than spaces' };
const name = { type: String, minLength: 1, maxLength: 200 } as const;

export class Branch {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: [String], description: 'The wards in which its members live' })
  wardIds!: string[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  closedAt!: string | null;
}

export class CreateBranch extends ConstituencyQuery {
  @ApiProperty(name)
  @IsString()
  @HasLength(1, 200)
  @Matches(/\S/, isWritten)
  name!: string;

  @ApiProperty({
    type: [String],
    maxItems: 100,
    description: 'A ward belongs to one branch at most',
    example: ['E05014014'],
  })
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @Matches(WARD, eachWard)
  wardIds!: string[];
}

/** What is absent stays. */
export class ChangeBranch {
  @ApiPropertyOptional(name)
  @ValidateIf(isSent)
  @IsString()
  @HasLength(1, 200)
  @Matches(/\S/, isWritten)
  name?: string;

  @ApiPropertyOptional({ type: [String], maxItems: 100, description: 'In place of those it has' })
  @ValidateIf(isSent)
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @Matches(WARD, eachWard)
  wardIds?: string[];

  @ApiPropertyOptional({
    type: Boolean,
    description: 'A branch that is closed lets go of its wards and takes no more members',
  })
  @ValidateIf(isSent)
  @IsBoolean()
  isClosed?: boolean;
}
