import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, ValidateIf } from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { IsDay } from '../../../http/is-moment.js';
import { PageQuery } from '../../../http/keyset.js';
import { VI_CATEGORIES } from '../selections/elector-fields.js';

const isSent = (_: object, value: unknown) => value !== undefined;
const code = { type: String, pattern: '^[A-Z0-9]{1,8}$', description: 'What is written down', example: 'F' };
const label = { type: String, minLength: 1, maxLength: 100, example: 'Firm support' };
const party = { type: String, minLength: 1, maxLength: 100, nullable: true, description: 'Whom it favours' };
const validFrom = { type: String, format: 'date', description: 'First day on which it is recorded' };
const validUntil = {
  type: String,
  format: 'date',
  nullable: true,
  description: 'First day on which it is no longer recorded; null: no end is known',
};

export class VotingIntentionCode {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty(code)
  code!: string;

  @ApiProperty(label)
  label!: string;

  @ApiProperty({ enum: VI_CATEGORIES })
  category!: (typeof VI_CATEGORIES)[number];

  @ApiProperty(party)
  party!: string | null;

  @ApiProperty(validFrom)
  validFrom!: string;

  @ApiProperty(validUntil)
  validUntil!: string | null;
}

export class VotingIntentionCodeQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, format: 'date', description: 'Only those recorded on this day' })
  @ValidateIf(isSent)
  @IsDay()
  on?: string;
}

export class AddVotingIntentionCode {
  @ApiProperty(code)
  @Matches(/^[A-Z0-9]{1,8}$/, { message: 'must be 1 to 8 capital letters or digits' })
  code!: string;

  @ApiProperty(label)
  @IsString()
  @HasLength(1, 100)
  label!: string;

  @ApiProperty({ enum: VI_CATEGORIES })
  @IsIn(VI_CATEGORIES)
  category!: (typeof VI_CATEGORIES)[number];

  @ApiPropertyOptional(party)
  @IsOptional()
  @IsString()
  @HasLength(1, 100)
  party?: string | null;

  @ApiProperty(validFrom)
  @IsDay()
  validFrom!: string;

  @ApiPropertyOptional(validUntil)
  @IsOptional()
  @IsDay()
  validUntil?: string | null;
}

/** What is absent stays. What a code means never changes: end it and add another. */
export class ChangeVotingIntentionCode {
  @ApiPropertyOptional(label)
  @ValidateIf(isSent)
  @IsString()
  @HasLength(1, 100)
  label?: string;

  @ApiPropertyOptional({
    ...validUntil,
    description: 'Today at the earliest; null takes back an end that has not come',
  })
  @IsOptional()
  @IsDay()
  validUntil?: string | null;
}
