import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsOptional,
  IsString,
  Matches,
  ValidateIf,
} from 'class-validator';
import { HasLength } from '../../../http/has-length.js';

const ID = /^[1-9][0-9]{0,17}$/;
const eachId = { each: true, message: 'must each be an id: digits alone' };
const isSent = (_: object, value: unknown) => value !== undefined;

export class PollingStation {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String, description: 'The building' })
  place!: string;

  @ApiProperty({ type: String })
  address!: string;

  @ApiProperty({ type: String, nullable: true })
  room!: string | null;

  @ApiProperty({ type: [String] })
  ballotBoxNumbers!: string[];

  @ApiProperty({ type: [String], description: 'The districts that vote there' })
  pollingDistrictIds!: string[];
}

export class CreatePollingStation {
  @ApiProperty({ type: String, minLength: 1, maxLength: 200 })
  @IsString()
  @HasLength(1, 200)
  place!: string;

  @ApiProperty({ type: String, maxLength: 500 })
  @IsString()
  @HasLength(0, 500)
  address!: string;

  @ApiPropertyOptional({ type: String, nullable: true, minLength: 1, maxLength: 200 })
  @IsOptional()
  @IsString()
  @HasLength(1, 200)
  room?: string | null;

  @ApiProperty({ type: [String], maxItems: 50 })
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsString({ each: true })
  @HasLength(1, 20, { each: true })
  ballotBoxNumbers!: string[];

  @ApiProperty({ type: [String], maxItems: 50 })
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Matches(ID, eachId)
  pollingDistrictIds!: string[];
}

/** What is absent stays. */
export class ChangePollingStation {
  @ApiPropertyOptional({ type: String, minLength: 1, maxLength: 200 })
  @ValidateIf(isSent)
  @IsString()
  @HasLength(1, 200)
  place?: string;

  @ApiPropertyOptional({ type: String, maxLength: 500 })
  @ValidateIf(isSent)
  @IsString()
  @HasLength(0, 500)
  address?: string;

  @ApiPropertyOptional({ type: String, nullable: true, minLength: 1, maxLength: 200 })
  @IsOptional()
  @IsString()
  @HasLength(1, 200)
  room?: string | null;

  @ApiPropertyOptional({ type: [String], maxItems: 50 })
  @ValidateIf(isSent)
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsString({ each: true })
  @HasLength(1, 20, { each: true })
  ballotBoxNumbers?: string[];

  @ApiPropertyOptional({ type: [String], maxItems: 50 })
  @ValidateIf(isSent)
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Matches(ID, eachId)
  pollingDistrictIds?: string[];
}
