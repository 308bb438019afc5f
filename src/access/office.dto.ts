import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, Matches } from 'class-validator';
import { HasLength } from '../http/has-length.js';

export const officeKinds = ['party', 'representative'] as const;

export class OpenOffice {
  @ApiProperty({ type: String, minLength: 1, maxLength: 200, example: 'Office of the Member for Putney' })
  @IsString()
  @HasLength(1, 200)
  name!: string;

  @ApiProperty({ enum: officeKinds, description: 'Representative: the staff of an elected person' })
  @IsIn(officeKinds)
  kind!: (typeof officeKinds)[number];

  @ApiPropertyOptional({
    type: String,
    pattern: '^[ENSW][0-9]{8}$',
    description: 'GSS code of the constituency',
  })
  @IsOptional()
  @Matches(/^[ENSW][0-9]{8}$/, { message: 'must be the GSS code of a constituency' })
  constituencyId?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    description: 'The user whose office it is; with the kind `representative` alone',
  })
  @IsOptional()
  @IsUUID()
  representativeId?: string;
}

export class Office {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ enum: officeKinds })
  kind!: (typeof officeKinds)[number];

  @ApiProperty({ type: String, nullable: true })
  constituencyId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  representativeId!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  openedAt!: string;

  @ApiProperty({
    type: [String],
    format: 'uuid',
    description: 'Who belongs to it now, the representative among them',
  })
  memberIds!: string[];
}

export class JoinOffice {
  @ApiProperty({ type: String, format: 'uuid' })
  @IsUUID()
  accountId!: string;
}

export class OfficeMembership {
  @ApiProperty({ type: String, format: 'uuid' })
  officeId!: string;

  @ApiProperty({ type: String, format: 'uuid' })
  accountId!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  fromAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  untilAt!: string | null;
}
