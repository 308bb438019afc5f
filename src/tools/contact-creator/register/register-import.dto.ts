import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, ValidateIf } from 'class-validator';
import { HasLength } from '../../../http/has-length.js';
import { IsDay } from '../../../http/is-moment.js';
import { PageQuery } from '../../../http/keyset.js';

export const gateways = [
  'constituency-party',
  'registered-party',
  'candidate',
  'elected-representative',
] as const;
export type Gateway = (typeof gateways)[number];

/** Published each December, brought up to date each month, or as it stands for a poll (RPA 1983 ss. 13, 13A, 13B). */
export const registerTypes = ['revised', 'monthly', 'election'] as const;

export const importStates = [
  'receiving',
  'reading',
  'staged',
  'committing',
  'committed',
  'undoing',
  'undone',
  'expired',
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

/** What comes with the file: in the address, because the body is the file. */
export class RegisterUploadQuery {
  @ApiProperty(constituency)
  @Matches(/^[ENSW][0-9]{8}$/, isConstituency)
  constituencyId!: string;

  @ApiProperty({ type: String, format: 'date', description: 'Publication date of the register' })
  @IsDay()
  publishedOn!: string;

  @ApiProperty({ enum: gateways, description: 'As whom the party was given this copy' })
  @IsIn(gateways)
  gateway!: Gateway;

  @ApiProperty({
    enum: registerTypes,
    description:
      'Which register it is a copy of: revised each December, updated each month, or as it stands for an election',
  })
  @IsIn(registerTypes)
  registerType!: (typeof registerTypes)[number];

  @ApiPropertyOptional({
    type: String,
    format: 'date',
    description:
      "Of a candidate's copy, and of no other: the election it is for. After that day it goes by itself",
  })
  @ValidateIf((query: RegisterUploadQuery) => query.gateway === 'candidate' || query.electionOn !== undefined)
  @IsDay()
  electionOn?: string;

  @ApiProperty({
    type: String,
    maxLength: 200,
    description: 'The electoral registration officer it came from',
  })
  @IsString()
  @HasLength(1, 200)
  ero!: string;

  @ApiProperty({
    enum: ['true', 'false'],
    description: 'Stop before anything changes, to look at the counts',
  })
  @IsIn(['true', 'false'])
  dryRun!: 'true' | 'false';

  @ApiPropertyOptional({
    type: String,
    maxLength: 10_000,
    description: 'For a layout that is not known: column headings by field, as a JSON object',
  })
  @IsOptional()
  @IsString()
  @HasLength(0, 10_000)
  mapping?: string;
}

export class RegisterImportQuery extends PageQuery {
  @ApiProperty(constituency)
  @Matches(/^[ENSW][0-9]{8}$/, isConstituency)
  constituencyId!: string;
}

export class RegisterImport {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ enum: importStates })
  state!: string;

  @ApiProperty({ enum: gateways })
  gateway!: string;

  @ApiProperty({ enum: registerTypes })
  registerType!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  electionOn!: string | null;

  @ApiProperty({ type: String })
  ero!: string;

  @ApiProperty({ type: String, format: 'date' })
  publishedOn!: string;

  @ApiProperty({ type: Boolean })
  isDryRun!: boolean;

  @ApiProperty({ type: Number, description: 'Rows read so far' })
  rowsRead!: number;

  @ApiProperty({ type: String, nullable: true })
  layout!: string | null;

  @ApiProperty({ type: String, nullable: true })
  encoding!: string | null;

  @ApiProperty({ type: String, nullable: true })
  delimiter!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'SHA-256 of the file; it outlives the file' })
  fileHash!: string | null;

  @ApiProperty({ type: [String], description: 'Columns that a register may not contain; they were not read' })
  droppedColumns!: string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description:
      'rows = accepted + notStored + rejected + review; after a commit also start + adds − removes = end',
  })
  counts!: Record<string, number>;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Why it failed, or what to look at before it is committed: `body-too-large`, `not-readable`, `layout-unknown`, `no-rows`, `file-changed`, `expired` (nobody came back for it in 30 days), `shrinks-register` (it may still be committed); else the code of a problem',
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

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  undoneAt!: Date | null;
}

export class RegisterRowQuery extends PageQuery {
  @ApiProperty({ enum: ['rejected', 'not-stored', 'review', 'warning'] })
  @IsIn(['rejected', 'not-stored', 'review', 'warning'])
  outcome!: string;
}

export class RegisterImportRow {
  @ApiProperty({ type: 'integer', description: 'Physical line of the file, from 1' })
  line!: number;

  @ApiProperty({ type: 'integer', description: 'Tells several warnings of one line apart' })
  position!: number;

  @ApiProperty({ enum: ['rejected', 'not-stored', 'review', 'warning'] })
  outcome!: string;

  @ApiProperty({ type: String, nullable: true })
  field!: string | null;

  @ApiProperty({ type: String })
  reason!: string;

  @ApiProperty({ type: [String], nullable: true, description: 'Nothing of somebody under 16' })
  cells!: string[] | null;

  @ApiProperty({ enum: ['take', 'leave'], nullable: true })
  decision!: string | null;
}

export class DecideRegisterRow {
  @ApiProperty({ enum: ['take', 'leave'] })
  @IsIn(['take', 'leave'])
  decision!: 'take' | 'leave';
}
