import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { SCOPE_KINDS, type ScopeKind } from '../config/vocabulary.js';
import { HasLength } from '../http/has-length.js';
import { IsMoment } from '../http/is-moment.js';
import { PageQuery } from '../http/keyset.js';

export const whatIdIs =
  'A tool name; the id of a user, office or client; a GSS code for an area; `*` for all';

export class OrderedTarget {
  @ApiProperty({ enum: SCOPE_KINDS, description: 'What kind of scope is stopped' })
  @IsIn(SCOPE_KINDS)
  kind!: ScopeKind;

  @ApiPropertyOptional({
    type: String,
    maxLength: 100,
    description: `${whatIdIs}. Required but for the kind \`all\``,
  })
  @ValidateIf(({ kind, id }: OrderedTarget) => kind !== 'all' || id !== undefined)
  @IsString()
  @HasLength(1, 100)
  id?: string;
}

export class OrderSuspension {
  @ApiProperty({ type: OrderedTarget })
  @IsObject()
  @ValidateNested()
  @Type(() => OrderedTarget)
  target!: OrderedTarget;

  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: 2000,
    description: 'Why; kept for ever with the name of who ordered it',
  })
  @IsString()
  @HasLength(1, 2000)
  reason!: string;

  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: 2000,
    description: 'What the people it stops are told',
  })
  @IsOptional()
  @IsString()
  @HasLength(1, 2000)
  notice?: string;

  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: 2000,
    description: 'What the people it stops are told of how they can object',
  })
  @IsOptional()
  @IsString()
  @HasLength(1, 2000)
  appealNote?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'When it begins, at most a year ahead. Absent: at once',
  })
  @IsOptional()
  @IsMoment()
  startsAt?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description:
      'When the system ends it: an hour to a year after it begins, of a tool or everything not before a day has passed. Absent: people lift it',
  })
  @IsOptional()
  @IsMoment()
  expiresAt?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'When it is to be looked at again, within a year. Absent: 72 hours after it begins',
  })
  @IsOptional()
  @IsMoment()
  reviewAt?: string;
}

export class LiftSuspension {
  @ApiProperty({ type: String, minLength: 1, maxLength: 2000, description: 'Why it may be lifted' })
  @IsString()
  @HasLength(1, 2000)
  reason!: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description:
      '`scopeEpoch` as last seen. Required where two people lift: of a tool, of everything, and of what no person ordered',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  expectedEpoch?: number;
}

export class SuspensionQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ['review'],
    description: 'Only those in force that are to be looked at again',
  })
  @IsOptional()
  @IsIn(['review'])
  due?: 'review';
}
