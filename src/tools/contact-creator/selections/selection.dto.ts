import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, Matches } from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { definitionSchema } from './definition-schema.js';

const name = { type: String, minLength: 1, maxLength: 200, example: 'Undecided in the north' } as const;

export class Selection {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty(name)
  name!: string;

  @ApiProperty(definitionSchema)
  definition!: Record<string, unknown>;

  @ApiProperty({
    type: Boolean,
    description: 'Its answers reveal opinions and need a purpose that covers them',
  })
  usesOpinions!: boolean;

  @ApiProperty({ type: String, format: 'uuid' })
  createdBy!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null until it is frozen' })
  frozenAt!: Date | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'How many it kept when it was frozen; null until then, and where opinions were asked: count it',
  })
  frozenElectors!: number | null;
}

export class CreateSelection {
  @ApiProperty({ type: String, pattern: '^[ENSW][0-9]{8}$', example: 'E14001434' })
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a constituency' })
  constituencyId!: string;

  @ApiProperty(name)
  @IsString()
  @HasLength(1, 200)
  name!: string;

  @ApiProperty(definitionSchema)
  @IsObject()
  definition!: Record<string, unknown>;
}

export class ChangeSelection {
  @ApiPropertyOptional(name)
  @IsOptional()
  @IsString()
  @HasLength(1, 200)
  name?: string;

  @ApiPropertyOptional(definitionSchema)
  @IsOptional()
  @IsObject()
  definition?: Record<string, unknown>;
}
