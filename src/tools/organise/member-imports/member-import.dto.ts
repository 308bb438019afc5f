import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { IsDay } from '../../../http/is-moment.js';
import { PageQuery } from '../../../http/keyset.js';

export const memberImportStates = [
  'receiving',
  'reading',
  'staged',
  'committing',
  'committed',
  'failed',
  'cancelled',
] as const;

const constituency = {
  type: String,
  pattern: '^[ENSW][0-9]{8}$',
  description: 'GSS code of the constituency',
  example: 'E14001160',
} as const;
const isConstituency = { message: 'must be the GSS code of a constituency' };
const outcomes = ['rejected', 'warning', 'absent'] as const;

/** What comes with the file: in the address, because the body is the file. */
export class MemberUploadQuery {
  @ApiProperty(constituency)
  @Matches(/^[ENSW][0-9]{8}$/, isConstituency)
  constituencyId!: string;

  @ApiPropertyOptional({ type: String, format: 'date', description: 'As of which day the list was drawn' })
  @IsOptional()
  @IsDay()
  publishedOn?: string;

  @ApiProperty({
    enum: ['true', 'false'],
    description: 'Stop before anything changes, to look at the counts',
  })
  @IsIn(['true', 'false'])
  dryRun!: 'true' | 'false';

  @ApiProperty({
    enum: ['true', 'false'],
    description:
      'The list holds every member of the constituency: whoever is absent is reported, and stays as he is',
  })
  @IsIn(['true', 'false'])
  complete!: 'true' | 'false';

  @ApiPropertyOptional({
    type: String,
    maxLength: 10_000,
    description:
      'For headings that are not known: column headings by field, as a JSON object, as {"membershipNumber": "Ref", "surname": "Family"}',
  })
  @IsOptional()
  @IsString()
  @HasLength(0, 10_000)
  mapping?: string;
}

export class MemberImportQuery extends PageQuery {
  @ApiProperty(constituency)
  @Matches(/^[ENSW][0-9]{8}$/, isConstituency)
  constituencyId!: string;
}

export class MemberImport {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ enum: memberImportStates })
  state!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  publishedOn!: string | null;

  @ApiProperty({ type: Boolean })
  isDryRun!: boolean;

  @ApiProperty({ type: Boolean })
  isComplete!: boolean;

  @ApiProperty({ type: Number, description: 'Rows read so far' })
  rowsRead!: number;

  @ApiProperty({ type: String, nullable: true })
  encoding!: string | null;

  @ApiProperty({ type: String, nullable: true })
  delimiter!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'SHA-256 of the file; it outlives the file' })
  fileHash!: string | null;

  @ApiProperty({ type: [String], description: 'Columns that were not read' })
  droppedColumns!: string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description:
      'rows = accepted + rejected; accepted = new + changed + unchanged; also statusChanges, warnings, absent',
  })
  counts!: Record<string, number>;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Why it failed: `body-too-large`, `not-readable`, `layout-unknown`, `no-rows`, `too-many-rows`, `expired` (nobody came back for it in 30 days); else the code of a problem',
  })
  errorCode!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The same in words; names nobody' })
  errorDetail!: string | null;

  @ApiProperty({ type: String, format: 'uuid' })
  requestedBy!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  requestedAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  committedAt!: Date | null;
}

export class MemberImportRowQuery extends PageQuery {
  @ApiProperty({ enum: outcomes })
  @IsIn(outcomes)
  outcome!: string;
}

export class MemberImportRow {
  @ApiProperty({ type: 'integer', description: 'Physical line of the file, from 1; 0 for an absent member' })
  line!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Tells several warnings of one line, and absent members, apart',
  })
  position!: number;

  @ApiProperty({ enum: outcomes })
  outcome!: string;

  @ApiProperty({ type: String, nullable: true })
  field!: string | null;

  @ApiProperty({ type: String })
  reason!: string;

  @ApiProperty({ type: [String], nullable: true, description: 'Of a rejected row' })
  cells!: string[] | null;

  @ApiProperty({ type: String, nullable: true, description: 'The absent member' })
  memberId!: string | null;
}
