import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';
import { ACTIONS, DATA_CLASSES, ROLES, type Action, type DataClass } from '../config/vocabulary.js';
import { IsMoment } from '../http/is-moment.js';
import { PageQuery } from '../http/keyset.js';

class LedgerQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'Whose doings' })
  @IsOptional()
  @IsUUID()
  accountId?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Not before' })
  @IsOptional()
  @IsMoment()
  since?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Before' })
  @IsOptional()
  @IsMoment()
  until?: string;
}

export class DisclosureQuery extends LedgerQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    default: 50,
    description: 'Each item may name 5,000 people',
  })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value,
  )
  @IsInt()
  @Min(1)
  @Max(100)
  override limit: number = 50;

  @ApiPropertyOptional({ type: String, description: 'Code of a purpose' })
  @IsOptional()
  @Matches(/^[a-z][a-z0-9-]{2,59}$/, { message: 'must be the code of a purpose' })
  purpose?: string;
}

export class ActionQuery extends LedgerQuery {
  @ApiPropertyOptional({ enum: ACTIONS })
  @IsOptional()
  @IsIn(ACTIONS)
  action?: Action;
}

export class Disclosure {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  @ApiProperty({ type: String, format: 'uuid', description: 'Who looked' })
  accountId!: string;

  @ApiProperty({ type: String, format: 'uuid' })
  sessionId!: string;

  @ApiProperty({ enum: ROLES, description: 'Under which role' })
  role!: string;

  @ApiProperty({ type: String, nullable: true })
  tool!: string | null;

  @ApiProperty({ type: String })
  action!: string;

  @ApiProperty({ type: String })
  purpose!: string;

  @ApiProperty({ enum: DATA_CLASSES, isArray: true })
  dataClasses!: DataClass[];

  @ApiProperty({ type: [String], nullable: true, description: 'Where; null: everywhere' })
  constituencyIds!: string[] | null;

  @ApiProperty({ type: String, format: 'uuid' })
  requestId!: string;

  @ApiProperty({ enum: ['loopback', 'private', 'public'] })
  addressClass!: string;

  @ApiProperty({ type: 'integer' })
  rows!: number;

  @ApiProperty({ type: 'integer', description: 'How many people it was about; of a target, its rows' })
  subjectCount!: number;

  @ApiProperty({ type: [String], description: 'Their ids, which say nothing without the register' })
  subjectIds!: string[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the rows were of, where people have no id yet: `register-import`, `member-import`',
  })
  targetKind!: string | null;

  @ApiProperty({ type: String, nullable: true })
  targetId!: string | null;
}

export class RecordedAction {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: nobody was signed in' })
  accountId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  sessionId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  tool!: string | null;

  @ApiProperty({ type: String })
  action!: string;

  @ApiProperty({ enum: ['done', 'refused'] })
  outcome!: 'done' | 'refused';

  @ApiProperty({ type: String, nullable: true, description: 'Why it was refused' })
  code!: string | null;

  @ApiProperty({ type: String, nullable: true })
  targetKind!: string | null;

  @ApiProperty({ type: String, nullable: true })
  targetId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  requestId!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Never holds personal data' })
  detail!: Record<string, unknown>;
}
