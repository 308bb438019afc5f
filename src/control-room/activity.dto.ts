import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { ROLES, TOOLS, type Role, type Tool } from '../config/vocabulary.js';
import { PageQuery } from '../http/keyset.js';

const asNumber = ({ value }: { value: unknown }) =>
  typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value;

export class ActiveUserQuery extends PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 60,
    default: 15,
    description: 'How far back, counted from the first page',
  })
  @Transform(asNumber)
  @IsInt()
  @Min(1)
  @Max(60)
  minutes: number = 15;
}

export class DisclosureRateQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 60,
    default: 60,
    description: 'How many, the present one included',
  })
  @Transform(asNumber)
  @IsInt()
  @Min(1)
  @Max(60)
  minutes: number = 60;
}

export class ActiveUser {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: ['person', 'client'] })
  kind!: 'person' | 'client';

  @ApiProperty({ type: String })
  username!: string;

  @ApiProperty({ type: String })
  displayName!: string;

  @ApiProperty({ enum: ROLES, isArray: true, description: 'Of the grants that are live now' })
  roles!: Role[];

  @ApiProperty({ type: [String], format: 'uuid' })
  officeIds!: string[];

  @ApiProperty({ type: 'integer', description: 'Sessions that are open now' })
  sessions!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'The last disclosure, change or refusal that is on record',
  })
  lastSeenAt!: string;

  @ApiProperty({ type: 'integer', description: 'Answers with personal data' })
  disclosures!: number;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Rows of personal data in them' })
  rows!: number;

  @ApiProperty({ type: 'integer', description: 'Requests that were refused' })
  refusals!: number;
}

export class ToolRate {
  @ApiProperty({ enum: TOOLS })
  name!: Tool;

  @ApiProperty({ type: 'integer', description: 'Answers with personal data' })
  disclosures!: number;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Rows of personal data in them' })
  rows!: number;
}

export class MinuteRate {
  @ApiProperty({ type: String, format: 'date-time', description: 'When the minute began' })
  at!: string;

  @ApiProperty({ type: 'integer', description: 'Of both tools and of what belongs to none' })
  disclosures!: number;

  @ApiProperty({ type: 'integer', format: 'int64' })
  rows!: number;

  @ApiProperty({ type: [ToolRate], description: 'Each tool' })
  tools!: ToolRate[];
}

export class DisclosureRates {
  @ApiProperty({ type: String, format: 'date-time', description: 'When this was counted' })
  countedAt!: string;

  @ApiProperty({ type: [MinuteRate], description: 'Oldest first; the last is not over yet' })
  items!: MinuteRate[];
}
