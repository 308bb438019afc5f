import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  ValidateNested,
} from 'class-validator';
import { DATA_CLASSES, type DataClass } from '../../../config/vocabulary.js';
import { HasLength } from '../../../http/has-length.js';
import { EXPORT_COLUMNS, type ExportColumn } from './export-column.rules.js';

export const EXPORT_SOURCES = ['constituency', 'selection', 'list'] as const;
export type ExportSourceKind = (typeof EXPORT_SOURCES)[number];

export class ExportSource {
  @ApiProperty({
    enum: EXPORT_SOURCES,
    description: 'A whole constituency, a frozen selection, or a list with its walks',
  })
  @IsIn(EXPORT_SOURCES)
  kind!: ExportSourceKind;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Id of the selection; absent for a constituency',
  })
  @IsOptional()
  @IsUUID()
  id?: string | null;
}

export class CreateExport {
  @ApiProperty({
    type: String,
    pattern: '^[ENSW][0-9]{8}$',
    description: 'GSS code of the constituency',
    example: 'E14001434',
  })
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a constituency' })
  constituencyId!: string;

  @ApiProperty({ type: ExportSource })
  @IsObject()
  @ValidateNested()
  @Type(() => ExportSource)
  source!: ExportSource;

  @ApiProperty({
    enum: EXPORT_COLUMNS,
    isArray: true,
    minItems: 1,
    maxItems: EXPORT_COLUMNS.length,
    uniqueItems: true,
    description: 'The columns of the file, in this order',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(EXPORT_COLUMNS.length)
  @ArrayUnique()
  @IsIn(EXPORT_COLUMNS, { each: true })
  columns!: ExportColumn[];

  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: 2000,
    description: 'Why a file is needed; kept for ever with the name of who asked',
  })
  @IsString()
  @HasLength(1, 2000)
  reason!: string;
}

export class ExportFetch {
  @ApiProperty({ type: String, format: 'date-time' })
  startedAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null while it runs; one whose replica died is ended with its export',
  })
  endedAt!: string | null;

  @ApiProperty({ enum: ['finished', 'cut'], nullable: true })
  outcome!: 'finished' | 'cut' | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was cut', example: 'tool-suspended' })
  why!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Bytes of the file that left' })
  bytes!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Rows of which a byte left',
  })
  rows!: number | null;
}

export class Export {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  constituencyId!: string;

  @ApiProperty({ type: ExportSource })
  source!: ExportSource;

  @ApiProperty({ enum: EXPORT_COLUMNS, isArray: true })
  columns!: ExportColumn[];

  @ApiProperty({ enum: DATA_CLASSES, isArray: true, description: 'The classes of data in the file' })
  classes!: DataClass[];

  @ApiProperty({ type: String, description: 'What the rows may be used for' })
  purpose!: string;

  @ApiProperty({ type: String })
  reason!: string;

  @ApiProperty({
    type: 'integer',
    description:
      'Electors in it when it was made; those who have since left the register, died or objected are not in the file',
  })
  rowCount!: number;

  @ApiProperty({ type: String, format: 'uuid', description: 'The one account that may fetch it' })
  requestedBy!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'Until then the file can be fetched' })
  expiresAt!: string;

  @ApiProperty({ type: [ExportFetch], description: 'Oldest first' })
  fetches!: ExportFetch[];
}
