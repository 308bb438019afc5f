import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, Min, ValidateIf } from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { IsMoment } from '../../../http/is-moment.js';
import { fatigueRange } from '../../../targeting/fatigue.rules.js';
import { AreaPageQuery, AreaQuery } from '../geography/area.dto.js';
import { SIDE_MODES, type SideMode } from '../register/walk-order.rules.js';

export const CUTS = ['road-group', 'size'] as const;
export type Cut = (typeof CUTS)[number];

export class CreateList extends AreaQuery {
  @ApiProperty({ type: String, minLength: 1, maxLength: 200 })
  @IsString()
  @HasLength(1, 200)
  name!: string;

  @ApiProperty({ type: String, format: 'uuid', description: 'A selection that has been frozen' })
  @IsUUID()
  selectionId!: string;

  @ApiProperty({ enum: CUTS, description: 'By road group, or by size alone within a polling district' })
  @IsIn(CUTS)
  cutBy!: Cut;

  @ApiProperty({
    type: 'integer',
    minimum: 10,
    maximum: 200,
    description: 'No walk has more; a larger road group is split into equal parts',
  })
  @IsInt()
  @Min(10)
  @Max(200)
  maxDoorsPerWalk!: number;

  @ApiPropertyOptional({ enum: SIDE_MODES, description: 'In place of what each street says' })
  @ValidateIf((_, value) => value !== undefined)
  @IsIn(SIDE_MODES)
  sideMode?: SideMode;

  @ApiProperty({
    type: String,
    maxLength: 60,
    description: 'Why the electors are called on',
    example: 'voter-contact',
  })
  @IsString()
  @HasLength(3, 60)
  @Matches(/^[a-z0-9-]+$/, { message: 'must be the code of a purpose' })
  purpose!: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: fatigueRange.least,
    maximum: fatigueRange.most,
    description: 'Whom anybody tried within so many days is not called on. Default: as the selection says',
  })
  @ValidateIf((_, value) => value !== undefined)
  @IsInt()
  @Min(fatigueRange.least)
  @Max(fatigueRange.most)
  fatigueDays?: number;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Default: in 30 days' })
  @ValidateIf((_, value) => value !== undefined)
  @IsMoment()
  expiresAt?: string;
}

export class ChangeList {
  @ApiPropertyOptional({ type: String, minLength: 1, maxLength: 200 })
  @ValidateIf((_, value) => value !== undefined)
  @IsString()
  @HasLength(1, 200)
  name?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'At most 366 days from now' })
  @ValidateIf((_, value) => value !== undefined)
  @IsMoment()
  expiresAt?: string;
}

export class List {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null once the selection is gone',
  })
  selectionId!: string | null;

  @ApiProperty({ type: String })
  purpose!: string;

  @ApiProperty({ enum: CUTS })
  cutBy!: Cut;

  @ApiProperty({ type: 'integer' })
  maxDoorsPerWalk!: number;

  @ApiProperty({ enum: SIDE_MODES, nullable: true })
  sideMode!: SideMode | null;

  @ApiProperty({ type: 'integer' })
  fatigueDays!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Electors of the selection. This, `doors` and `electors` are null where the selection asked for opinions, but in the answer to who cuts the list under a purpose that covers them',
  })
  selected!: number | null;

  @ApiProperty({ type: 'integer' })
  walks!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Doors on its walks when it was cut' })
  doors!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Electors on its walks when it was cut; the rest of the selection has no door, asked to be left alone, was tried lately, or lives on a side that is not walked',
  })
  electors!: number | null;

  @ApiProperty({ type: String, format: 'uuid' })
  createdBy!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', description: 'From then on its walks show nothing' })
  expiresAt!: Date;
}

export class ListQuery extends AreaPageQuery {
  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'Only those made of this selection' })
  @IsOptional()
  @IsUUID()
  selectionId?: string;
}
