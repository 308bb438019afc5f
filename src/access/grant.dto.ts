import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  ValidateNested,
} from 'class-validator';
import { ROLES, type Role } from '../config/vocabulary.js';
import { HasLength } from '../http/has-length.js';
import { IsMoment } from '../http/is-moment.js';

export class GrantArea {
  @ApiProperty({ enum: ['everywhere', 'constituency'] })
  @IsIn(['everywhere', 'constituency'])
  kind!: 'everywhere' | 'constituency';

  @ApiPropertyOptional({
    type: String,
    pattern: '^[ENSW][0-9]{8}$',
    description: 'GSS code; with the kind `constituency` alone',
  })
  @IsOptional()
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a constituency' })
  constituencyId?: string;
}

export class GiveGrant {
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role!: Role;

  @ApiProperty({ type: GrantArea })
  @IsObject()
  @ValidateNested()
  @Type(() => GrantArea)
  area!: GrantArea;

  @ApiProperty({
    type: [String],
    maxItems: 20,
    description: 'Codes of live purposes of the tools that the role works in',
  })
  @IsArray()
  @ArrayMaxSize(20)
  @ArrayUnique()
  @IsString({ each: true })
  @HasLength(3, 60, { each: true })
  purposes!: string[];

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Default: now' })
  @IsOptional()
  @IsMoment()
  fromAt?: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'At most 366 days after it begins' })
  @IsMoment()
  untilAt!: string;
}

export class RenewGrant {
  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'Later than the grant ends, and at most 366 days from now',
  })
  @IsMoment()
  untilAt!: string;
}

export class EndGrant {
  @ApiProperty({ type: String, minLength: 1, maxLength: 500 })
  @IsString()
  @HasLength(1, 500)
  reason!: string;
}

export class GrantedArea {
  @ApiProperty({ enum: ['everywhere', 'constituency'] })
  kind!: 'everywhere' | 'constituency';

  @ApiProperty({ type: String, nullable: true })
  constituencyId!: string | null;
}

export const grantStates = ['pending', 'scheduled', 'live', 'expired', 'ended'] as const;

export class Grant {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'uuid', description: 'Whose grant it is' })
  accountId!: string;

  @ApiProperty({ enum: ROLES })
  role!: Role;

  @ApiProperty({ type: GrantedArea })
  area!: GrantedArea;

  @ApiProperty({ type: [String] })
  purposes!: string[];

  @ApiProperty({ type: String, format: 'date-time' })
  fromAt!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  untilAt!: string;

  @ApiProperty({ enum: grantStates, description: 'Pending: a second person has yet to approve it' })
  state!: (typeof grantStates)[number];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  grantedBy!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null where the role needs no second person',
  })
  approvedBy!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  approvedAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The grant that this one continues',
  })
  renews!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endedAt!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  endedBy!: string | null;

  @ApiProperty({ type: String, nullable: true })
  endedWhy!: string | null;
}
